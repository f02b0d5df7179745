#include "auth/presented.h"

#include "auth/sigv4.h"
#include "encoding/percent.h"
#include "encoding/timestamp.h"

#include <algorithm>
#include <charconv>

#include <fmt/core.h>

namespace weft::auth {

namespace {

// AWS: X-Amz-Expires is at most seven days.
constexpr std::int64_t expires_seconds_max = 604'800;
// Longer than any that AWS gives out; ids and scopes come back in messages.
constexpr std::size_t credential_characters_max = 512;

tl::unexpected<Refusal> incomplete(std::string message)
{
    return tl::unexpected(Refusal{Refused::IncompleteSignature, std::move(message)});
}

char lower_case(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

std::string in_lower_case(std::string_view text)
{
    std::string out(text);
    for (char& c : out) c = lower_case(c);
    return out;
}

std::string_view without_space(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

// Printable ASCII only, so that a message can show it.
bool is_plain(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

std::optional<Timestamp> parse_basic_time(std::string_view text)
{
    if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return {};
    const auto parsed = encoding::parse_timestamp(
        fmt::format("{}-{}-{}T{}:{}:{}Z", text.substr(0, 4), text.substr(4, 2), text.substr(6, 2),
                    text.substr(9, 2), text.substr(11, 2), text.substr(13, 2)));
    if (!parsed) return {};
    return parsed->time;
}

// The parts of either form, as written.
struct Parts {
    std::string credential;
    std::string signed_headers;
    std::string signature;
};

tl::expected<Presented, Refusal> assemble(Presented presented, const Parts& parts)
{
    if (parts.credential.size() > credential_characters_max || !is_plain(parts.credential))
        return incomplete("The 'Credential' holds characters that none has, or is too long.");
    const std::vector<std::string_view> scope = split(parts.credential, '/');
    if (scope.size() != 5)
        return incomplete(fmt::format("Credential must have exactly 5 slash-delimited elements, "
                                      "e.g. keyid/date/region/service/term, got '{}'",
                                      parts.credential));
    presented.access_key_id = scope[0];
    presented.date = scope[1];
    presented.region = scope[2];
    presented.service = scope[3];
    presented.terminator = scope[4];
    for (const std::string_view name : split(parts.signed_headers, ';')) {
        std::string known = in_lower_case(name);
        if (known.empty() ||
            std::ranges::find(presented.signed_headers, known) != presented.signed_headers.end())
            return incomplete("'SignedHeaders' must name each header once, separated by ';'.");
        presented.signed_headers.push_back(std::move(known));
    }
    presented.signature = parts.signature;
    return presented;
}

tl::expected<Presented, Refusal> read_header_form(const ReceivedRequest& request,
                                                  std::string_view authorization)
{
    if (!authorization.starts_with(algorithm) || authorization.size() == algorithm.size() ||
        authorization[algorithm.size()] != ' ')
        return incomplete(
            fmt::format("The Authorization header must begin with '{} ': other schemes are not "
                        "accepted here.",
                        algorithm));
    Parts parts;
    std::size_t unknown = 0;
    for (const std::string_view piece : split(authorization.substr(algorithm.size()), ',')) {
        const std::string_view parameter = without_space(piece);
        const std::size_t equals = parameter.find('=');
        const std::string_view name = parameter.substr(0, equals);
        std::string* const slot = name == "Credential"      ? &parts.credential
                                  : name == "SignedHeaders" ? &parts.signed_headers
                                  : name == "Signature"     ? &parts.signature
                                                            : nullptr;
        if (slot == nullptr || equals == std::string_view::npos || !slot->empty()) {
            ++unknown;
        } else {
            *slot = parameter.substr(equals + 1);
        }
    }
    Presented presented;
    presented.time = header_of(request, "x-amz-date");
    if (presented.time.empty()) presented.time = header_of(request, "date");
    std::string missing;
    for (const auto& [name, value] : {std::pair{"Credential", &parts.credential},
                                      {"Signature", &parts.signature},
                                      {"SignedHeaders", &parts.signed_headers}}) {
        if (value->empty())
            missing += fmt::format("Authorization header requires '{}' parameter. ", name);
    }
    if (presented.time.empty())
        missing += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' "
                   "header. ";
    if (!missing.empty()) {
        missing.pop_back();
        return incomplete(std::move(missing));
    }
    if (unknown > 0)
        return incomplete("The Authorization header holds a parameter twice, or one that is "
                          "unknown.");
    const std::optional<Timestamp> signed_at = parse_basic_time(presented.time);
    if (!signed_at)
        return incomplete("Date must be in ISO-8601 'basic format', e.g. 20150830T123600Z. It is "
                          "not.");
    presented.signed_at = *signed_at;
    presented.session_token = header_of(request, "x-amz-security-token");
    const std::size_t question = request.target.find('?');
    if (question != std::string_view::npos) presented.query = request.target.substr(question + 1);
    return assemble(std::move(presented), parts);
}

tl::expected<Presented, Refusal> read_presigned_form(std::string_view query)
{
    Presented presented;
    presented.presigned = true;
    Parts parts;
    std::string used;
    std::string expires;
    for (const std::string_view parameter : split(query, '&')) {
        const std::size_t equals = std::min(parameter.find('='), parameter.size());
        const std::string name =
            encoding::percent_decode(parameter.substr(0, equals)).value_or(std::string());
        std::string* const slot = name == "X-Amz-Algorithm"        ? &used
                                  : name == "X-Amz-Credential"     ? &parts.credential
                                  : name == "X-Amz-Date"           ? &presented.time
                                  : name == "X-Amz-Expires"        ? &expires
                                  : name == "X-Amz-SignedHeaders"  ? &parts.signed_headers
                                  : name == "X-Amz-Signature"      ? &parts.signature
                                  : name == "X-Amz-Security-Token" ? &presented.session_token
                                                                   : nullptr;
        if (slot != nullptr) {
            if (!slot->empty())
                return incomplete(fmt::format("The query holds '{}' more than once.", name));
            const std::string_view value =
                equals < parameter.size() ? parameter.substr(equals + 1) : std::string_view();
            *slot = encoding::percent_decode(value).value_or(std::string());
        }
        // The signature signs all but itself.
        if (slot == &parts.signature) continue;
        if (!presented.query.empty()) presented.query += '&';
        presented.query += parameter;
    }
    if (used != algorithm)
        return incomplete(fmt::format("X-Amz-Algorithm must be '{}'.", algorithm));
    for (const auto& [name, value] : {std::pair{"X-Amz-Credential", &parts.credential},
                                      {"X-Amz-Date", &presented.time},
                                      {"X-Amz-Expires", &expires},
                                      {"X-Amz-Signature", &parts.signature},
                                      {"X-Amz-SignedHeaders", &parts.signed_headers}}) {
        if (value->empty())
            return incomplete(fmt::format("AWS query-string parameters must include '{}'.", name));
    }
    const std::optional<Timestamp> signed_at = parse_basic_time(presented.time);
    if (!signed_at)
        return incomplete("X-Amz-Date must be in ISO-8601 'basic format', e.g. 20150830T123600Z. "
                          "It is not.");
    presented.signed_at = *signed_at;
    std::int64_t seconds = 0;
    const auto [end, error] =
        std::from_chars(expires.data(), expires.data() + expires.size(), seconds);
    const bool good = error == std::errc() && end == expires.data() + expires.size() &&
                      seconds > 0 && seconds <= expires_seconds_max;
    if (!good)
        return incomplete(fmt::format("X-Amz-Expires must be a number of seconds from 1 to {}.",
                                      expires_seconds_max));
    presented.expires = Seconds(seconds);
    return assemble(std::move(presented), parts);
}

}  // namespace

bool is_header(std::string_view name, std::string_view lower_case_name)
{
    return std::ranges::equal(name, lower_case_name, {}, [](char c) { return lower_case(c); });
}

std::string_view header_of(const ReceivedRequest& request, std::string_view lower_case_name)
{
    for (const auto& [name, value] : request.headers)
        if (is_header(name, lower_case_name)) return value;
    return {};
}

std::string basic_time(Timestamp time)
{
    std::string text = encoding::format_timestamp_seconds(time);
    std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
    return text;
}

tl::expected<Presented, Refusal> read_presented(const ReceivedRequest& request)
{
    const std::size_t question = request.target.find('?');
    const std::string_view query = question == std::string_view::npos
                                       ? std::string_view()
                                       : request.target.substr(question + 1);
    const bool presigned = query.find("X-Amz-Algorithm=") != std::string_view::npos;
    const auto authorizations = std::ranges::count_if(request.headers, [](const auto& header) {
        return is_header(header.first, "authorization");
    });
    if (authorizations > 1 || (authorizations == 1 && presigned))
        return incomplete("A request is signed once: in one Authorization header, or in the query "
                          "string.");
    if (presigned) return read_presigned_form(query);
    const std::string_view authorization = without_space(header_of(request, "authorization"));
    if (authorization.empty())
        return tl::unexpected(
            Refusal{Refused::MissingAuthentication, "Missing Authentication Token"});
    return read_header_form(request, authorization);
}

}  // namespace weft::auth
