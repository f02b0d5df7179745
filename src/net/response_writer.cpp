#include "net/response_writer.h"

#include "net/http_syntax.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <array>
#include <ctime>
#include <iterator>

namespace weft::net {

void append_head(std::string& out, const ServerResponse& response, std::size_t body_bytes,
                 const ResponseForm& form)
{
    fmt::format_to(std::back_inserter(out), FMT_COMPILE("HTTP/1.1 {} {}\r\nDate: {}\r\n"),
                   response.status, reason_phrase(response.status), form.date);
    if (!response.content_type.empty() && is_field_value(response.content_type)) {
        ((out += "Content-Type: ") += response.content_type) += "\r\n";
    }
    if (status_has_body(response.status)) {
        fmt::format_to(std::back_inserter(out), FMT_COMPILE("Content-Length: {}\r\n"), body_bytes);
    }
    for (const auto& [name, value] : response.headers) {
        const bool ours = same_name(name, "Content-Length") || same_name(name, "Date") ||
                          same_name(name, "Connection") || same_name(name, "Transfer-Encoding");
        if (ours || !is_token(name) || !is_field_value(value)) continue;
        (((out += name) += ": ") += value) += "\r\n";
    }
    if (!form.keep_alive) {
        out += "Connection: close\r\n";
    } else if (form.version_1_0) {
        out += "Connection: keep-alive\r\n";
    }
    out += "\r\n";
}

std::string http_date(std::int64_t seconds_since_epoch)
{
    constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::time_t time = seconds_since_epoch;
    std::tm parts{};
    ::gmtime_r(&time, &parts);
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                       days[static_cast<std::size_t>(parts.tm_wday)], parts.tm_mday,
                       months[static_cast<std::size_t>(parts.tm_mon)], parts.tm_year + 1900,
                       parts.tm_hour, parts.tm_min, parts.tm_sec);
}

bool status_has_body(int status)
{
    return status >= 200 && status != 204 && status != 304;
}

}  // namespace weft::net
