#include "auth/sigv4.h"

#include "encoding/hash.h"
#include "encoding/hex.h"
#include "encoding/percent.h"

#include <algorithm>

#include <fmt/core.h>

namespace weft::auth {

namespace {

std::string lower(std::string_view text)
{
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    return out;
}

// Trim(): no space around, runs of spaces as one.
std::string trimmed(std::string_view value)
{
    std::string out;
    for (const char c : value) {
        const bool space = c == ' ' || c == '\t' || c == '\r' || c == '\n';
        if (!space) {
            out += c;
        } else if (!out.empty() && out.back() != ' ') {
            out += ' ';
        }
    }
    if (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

// Sorted by name; values of one name joined by commas in the order given.
SignedHeaders canonical_headers(const SignedHeaders& headers)
{
    SignedHeaders sorted;
    for (const auto& [name, value] : headers) sorted.emplace_back(lower(name), trimmed(value));
    std::ranges::stable_sort(sorted, {},
                             [](const auto& header) -> const std::string& { return header.first; });
    SignedHeaders merged;
    for (auto& [name, value] : sorted) {
        if (!merged.empty() && merged.back().first == name) {
            merged.back().second += "," + value;
        } else {
            merged.emplace_back(std::move(name), std::move(value));
        }
    }
    return merged;
}

// RFC 3986 5.2.4, and no empty segments.
std::string without_dots(std::string_view path)
{
    std::vector<std::string_view> segments;
    for (std::size_t begin = 0; begin < path.size();) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        const std::string_view segment = path.substr(begin, end - begin);
        if (segment == "..") {
            if (!segments.empty()) segments.pop_back();
        } else if (!segment.empty() && segment != ".") {
            segments.push_back(segment);
        }
        begin = end + 1;
    }
    std::string out;
    for (const std::string_view segment : segments) (out += '/') += segment;
    const bool folder = path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..");
    if (out.empty() || folder) out += '/';
    return out;
}

std::string canonical_path(std::string_view path, PathForm form)
{
    if (path.empty()) return "/";
    if (form == PathForm::AsSent) return std::string(path);
    return encoding::percent_encode_path(without_dots(path));
}

// Parameters encoded anew, so that the form a client chose (lower-case hex, '+') does not matter,
// and sorted.
std::string canonical_query(std::string_view query)
{
    const auto encoded = [](std::string_view text) {
        return encoding::percent_encode(encoding::percent_decode(text).value_or(std::string(text)));
    };
    std::vector<std::pair<std::string, std::string>> parameters;
    for (std::size_t begin = 0; begin < query.size();) {
        const std::size_t end = std::min(query.find('&', begin), query.size());
        const std::string_view parameter = query.substr(begin, end - begin);
        const std::size_t equals = std::min(parameter.find('='), parameter.size());
        const std::string_view value =
            equals < parameter.size() ? parameter.substr(equals + 1) : "";
        if (!parameter.empty())
            parameters.emplace_back(encoded(parameter.substr(0, equals)), encoded(value));
        begin = end + 1;
    }
    std::ranges::sort(parameters);
    std::string out;
    for (const auto& [name, value] : parameters) {
        if (!out.empty()) out += '&';
        out += name + "=" + value;
    }
    return out;
}

}  // namespace

std::string signed_header_names(const SignedHeaders& headers)
{
    std::string out;
    for (const auto& [name, value] : canonical_headers(headers)) {
        if (!out.empty()) out += ';';
        out += name;
    }
    return out;
}

std::string canonical_request(const RequestToSign& request, PathForm path_form)
{
    std::string out = request.method + "\n";
    out += canonical_path(request.path, path_form) + "\n";
    out += canonical_query(request.query) + "\n";
    for (const auto& [name, value] : canonical_headers(request.headers))
        out += name + ":" + value + "\n";
    out += "\n" + signed_header_names(request.headers) + "\n";
    out += request.payload_sha256_hex;
    return out;
}

std::string credential_scope(const Scope& scope)
{
    return fmt::format("{}/{}/{}/aws4_request", std::string_view(scope.time).substr(0, 8),
                       scope.region, scope.service);
}

std::string string_to_sign(const Scope& scope, std::string_view canonical_request)
{
    return fmt::format("{}\n{}\n{}\n{}", algorithm, scope.time, credential_scope(scope),
                       encoding::sha256_hex(canonical_request));
}

std::string signing_key(std::string_view secret_access_key, const Scope& scope)
{
    std::string key = encoding::hmac_sha256("AWS4" + std::string(secret_access_key),
                                            std::string_view(scope.time).substr(0, 8));
    key = encoding::hmac_sha256(key, scope.region);
    key = encoding::hmac_sha256(key, scope.service);
    return encoding::hmac_sha256(key, "aws4_request");
}

std::string signature(std::string_view signing_key, std::string_view string_to_sign)
{
    return encoding::to_hex(encoding::hmac_sha256(signing_key, string_to_sign));
}

SignedHeaders sign(RequestToSign request, const Credentials& credentials, const Scope& scope,
                   PathForm path_form)
{
    SignedHeaders added{{"X-Amz-Date", scope.time}};
    if (!credentials.session_token.empty())
        added.emplace_back("X-Amz-Security-Token", credentials.session_token);
    request.headers.insert(request.headers.end(), added.begin(), added.end());
    const std::string text = string_to_sign(scope, canonical_request(request, path_form));
    added.emplace_back(
        "Authorization",
        fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}", algorithm,
                    credentials.access_key_id, credential_scope(scope),
                    signed_header_names(request.headers),
                    signature(signing_key(credentials.secret_access_key, scope), text)));
    return added;
}

}  // namespace weft::auth
