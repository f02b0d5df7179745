#include "cli/listen_address.h"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <charconv>
#include <netinet/in.h>

namespace weft::cli {

namespace {

bool is_digits(std::string_view text)
{
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::string ListenAddress::url(std::string_view scheme) const
{
    const bool six = host.find(':') != std::string::npos;
    return fmt::format("{}://{}{}{}:{}", scheme, six ? "[" : "", host, six ? "]" : "", port);
}

bool ListenAddress::loopback() const
{
    in_addr four{};
    if (::inet_pton(AF_INET, host.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24) == 127;
    in6_addr six{};
    if (::inet_pton(AF_INET6, host.c_str(), &six) == 1) return IN6_IS_ADDR_LOOPBACK(&six);
    return false;
}

Result<ListenAddress> parse_listen_address(std::string_view text, std::string_view flag)
{
    ListenAddress address;
    std::string_view host;
    std::string_view port;
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos)
            return fail(ErrorCode::InvalidInput, "{}: '{}' has no ']'", flag, text);
        host = text.substr(1, end - 1);
        port = text.substr(end + 1);
        if (!port.empty() && !port.starts_with(':'))
            return fail(ErrorCode::InvalidInput, "{}: '{}' is not HOST:PORT", flag, text);
        if (!port.empty()) port.remove_prefix(1);
    } else if (is_digits(text)) {
        port = text;
    } else {
        const std::size_t colon = text.rfind(':');
        host = text.substr(0, colon);
        if (colon != std::string_view::npos) port = text.substr(colon + 1);
        if (host.find(':') != std::string_view::npos) {  // an IPv6 address without brackets
            host = text;
            port = {};
        }
    }
    if (!host.empty()) address.host = host == "localhost" ? "127.0.0.1" : std::string(host);
    if (!port.empty()) {
        const auto [end, error] =
            std::from_chars(port.data(), port.data() + port.size(), address.port);
        if (error != std::errc() || end != port.data() + port.size())
            return fail(ErrorCode::InvalidInput, "{}: '{}' is not a port (0 to 65535)", flag, port);
    }
    return address;
}

}  // namespace weft::cli
