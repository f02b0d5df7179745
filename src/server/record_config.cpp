#include "server/record_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace weft::server {

namespace {

constexpr std::size_t headers_max = 50;
constexpr std::size_t url_bytes_max = 2'048;

// RFC 9110, 5.6.2: token.
bool is_token(std::string_view text)
{
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return !text.empty() && text.size() <= 128 && std::ranges::all_of(text, [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               marks.find(c) != std::string_view::npos;
    });
}

std::string lower(std::string_view text)
{
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

// What the request says of itself.
constexpr std::array own_headers = {"connection",     "content-encoding",
                                    "content-length", "content-type",
                                    "host",           "transfer-encoding"};

std::string_view authority_of(std::string_view url)
{
    url.remove_prefix(url.find("://") + 3);
    return url.substr(0, url.find_first_of("/?#"));
}

Result<> check_url(const mocks::Node& node, const std::string& url)
{
    const bool scheme = url.starts_with("http://") || url.starts_with("https://");
    const bool good = scheme && url.size() <= url_bytes_max && !authority_of(url).empty() &&
                      std::ranges::all_of(url, [](char c) { return c > 0x20 && c < 0x7f; });
    if (!good) return node.fail(fmt::format("'{}' is no URL: https://host/path", url));
    if (authority_of(url).find('@') != std::string_view::npos)
        return node.fail("user and password do not belong into the URL: name a header, as "
                         "Authorization, with value_env or value_file");
    return {};
}

bool is_loopback(std::string_view url)
{
    const std::string_view authority = authority_of(url);
    const std::string_view host = authority.starts_with('[')
                                      ? authority.substr(0, authority.find(']') + 1)
                                      : authority.substr(0, authority.find(':'));
    return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

Result<HeaderConfig> read_header(const mocks::Node& node)
{
    if (!node.value().is_object())
        return node.fail("a header is a mapping with name, and value, value_env or value_file");
    HeaderConfig header;
    const auto name = node.find("name");
    if (!name) return node.fail("a header needs a name");
    header.name = TRY(name->text("name"));
    if (!is_token(header.name))
        return name->fail(fmt::format("'{}' is no name of a header", header.name));
    if (std::ranges::find(own_headers, lower(header.name)) != own_headers.end())
        return name->fail(fmt::format("the header {} is the request's own", header.name));
    header.secret = TRY(read_secret_place(node, "value"));
    const auto value = node.find("value");
    if (value.has_value() == header.secret.has_value())
        return node.fail(
            fmt::format("the header {} needs one of value, value_env and value_file", header.name));
    if (!value) return header;
    header.value = TRY(value->text("value"));
    const bool good = header.value.size() <= 8'192 && std::ranges::all_of(header.value, [](char c) {
                          return c >= 0x20 && c < 0x7f;
                      });
    if (!good) return value->fail("a header's value is one line of printable characters");
    return header;
}

}  // namespace

Result<RecordSink> read_record_sink(const mocks::Node& node, std::string_view name)
{
    RecordSink sink;
    if (!node.value().is_object()) {
        sink.target = TRY(node.text(name));
        if (sink.target.empty()) return node.fail(fmt::format("{} is empty", name));
        if (sink.target.find("://") != std::string::npos) TRY(check_url(node, sink.target));
        return sink;
    }
    const auto url = node.find("url");
    if (!url) return node.fail(fmt::format("{} needs url, or is a file or stdout", name));
    sink.target = TRY(url->text("url"));
    TRY(check_url(*url, sink.target));
    if (const auto timeout = node.find("timeout_seconds"))
        sink.timeout = Seconds(TRY(timeout->integer("timeout_seconds", 1, 300)));
    const auto headers = node.find("headers");
    if (!headers) return sink;
    if (!headers->value().is_array() || headers->value().size() > headers_max)
        return headers->fail(fmt::format("headers are a list of at most {}", headers_max));
    for (std::size_t i = 0; i < headers->value().size(); ++i)
        sink.headers.push_back(TRY(read_header(headers->item(i))));
    const bool secrets = std::ranges::any_of(
        sink.headers, [](const HeaderConfig& header) { return header.secret.has_value(); });
    if (secrets && sink.target.starts_with("http://") && !is_loopback(sink.target))
        return url->fail("a secret does not travel without TLS: use https://");
    return sink;
}

Result<net::Headers> fetch_headers(const RecordSink& sink, const gateway::Environment& environment)
{
    net::Headers headers;
    for (const HeaderConfig& header : sink.headers) {
        std::string value = header.value;
        if (header.secret) value = TRY(fetch_secret(*header.secret, environment, Spaces::Allowed));
        headers.emplace_back(header.name, std::move(value));
    }
    return headers;
}

}  // namespace weft::server
