#include "net/http_syntax.h"

#include <algorithm>
#include <array>
#include <utility>

namespace weft::net {

namespace {

constexpr std::array<bool, 256> token_chars = [] {
    std::array<bool, 256> table{};
    for (const char c : std::string_view("!#$%&'*+-.^_`|~0123456789"
                                         "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
        table[static_cast<unsigned char>(c)] = true;
    }
    return table;
}();

constexpr std::array phrases = {
    std::pair<int, std::string_view>{100, "Continue"},
    std::pair<int, std::string_view>{200, "OK"},
    std::pair<int, std::string_view>{201, "Created"},
    std::pair<int, std::string_view>{202, "Accepted"},
    std::pair<int, std::string_view>{204, "No Content"},
    std::pair<int, std::string_view>{206, "Partial Content"},
    std::pair<int, std::string_view>{301, "Moved Permanently"},
    std::pair<int, std::string_view>{302, "Found"},
    std::pair<int, std::string_view>{304, "Not Modified"},
    std::pair<int, std::string_view>{307, "Temporary Redirect"},
    std::pair<int, std::string_view>{400, "Bad Request"},
    std::pair<int, std::string_view>{401, "Unauthorized"},
    std::pair<int, std::string_view>{403, "Forbidden"},
    std::pair<int, std::string_view>{404, "Not Found"},
    std::pair<int, std::string_view>{405, "Method Not Allowed"},
    std::pair<int, std::string_view>{408, "Request Timeout"},
    std::pair<int, std::string_view>{409, "Conflict"},
    std::pair<int, std::string_view>{411, "Length Required"},
    std::pair<int, std::string_view>{412, "Precondition Failed"},
    std::pair<int, std::string_view>{413, "Content Too Large"},
    std::pair<int, std::string_view>{414, "URI Too Long"},
    std::pair<int, std::string_view>{415, "Unsupported Media Type"},
    std::pair<int, std::string_view>{417, "Expectation Failed"},
    std::pair<int, std::string_view>{422, "Unprocessable Content"},
    std::pair<int, std::string_view>{424, "Failed Dependency"},
    std::pair<int, std::string_view>{429, "Too Many Requests"},
    std::pair<int, std::string_view>{431, "Request Header Fields Too Large"},
    std::pair<int, std::string_view>{500, "Internal Server Error"},
    std::pair<int, std::string_view>{501, "Not Implemented"},
    std::pair<int, std::string_view>{502, "Bad Gateway"},
    std::pair<int, std::string_view>{503, "Service Unavailable"},
    std::pair<int, std::string_view>{504, "Gateway Timeout"},
    std::pair<int, std::string_view>{505, "HTTP Version Not Supported"},
};
static_assert(std::ranges::is_sorted(phrases), "the table is searched by status");

}  // namespace

bool is_token_char(char c)
{
    return token_chars[static_cast<unsigned char>(c)];
}

bool is_token(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, is_token_char);
}

bool is_field_value(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte >= 0x20 && byte != 0x7f) || byte == '\t';
    });
}

bool same_name(std::string_view left, std::string_view right)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return left.size() == right.size() && std::ranges::equal(left, right, {}, lower, lower);
}

std::string_view without_space(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

std::string_view reason_phrase(int status)
{
    const auto found =
        std::ranges::lower_bound(phrases, status, {}, &std::pair<int, std::string_view>::first);
    return found != phrases.end() && found->first == status ? found->second : "Unknown";
}

}  // namespace weft::net
