// Layers: auth
// Labels: new
// What a client says of its signature: the first line is the target, then a header a line up to an
// empty one, the rest is the body. Whatever it is, it is refused with a message of bounded length;
// and when the same request is signed here, it is let in, and not once its body is another.
#include "auth/sigv4.h"
#include "auth/verify.h"
#include "base/assert.h"
#include "encoding/hash.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace weft;

namespace {

constexpr std::string_view secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
// The time of the seeds: 2015-08-30T12:36:00Z.
constexpr Timestamp now{Milliseconds(1'440'938'160'000)};

using Headers = std::vector<std::pair<std::string_view, std::string_view>>;

std::string_view take_line(std::string_view& text)
{
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
}

// A name that a request may have beside those that signing adds.
bool is_free_name(std::string_view name)
{
    std::string lower_case;
    for (const char c : name) {
        const char lower = static_cast<char>(c | 0x20);
        if (c != '-' && !(c >= '0' && c <= '9') && !(lower >= 'a' && lower <= 'z')) return false;
        lower_case += c == '-' || (c >= '0' && c <= '9') ? c : lower;
    }
    for (const std::string_view own : {"", "host", "authorization", "x-amz-date", "x-amz-target",
                                       "x-amz-security-token", "x-amz-content-sha256"})
        if (lower_case == own) return false;
    return true;
}

void check_signed(const auth::Keyring& keys, std::string_view target, const Headers& given,
                  std::string_view body)
{
    const std::size_t question = target.find('?');
    if (!target.starts_with('/') || target.find("X-Amz-Algorithm=") != std::string_view::npos)
        return;
    auth::RequestToSign to_sign;
    to_sign.method = "POST";
    to_sign.path = target.substr(0, question);
    if (question != std::string_view::npos) to_sign.query = target.substr(question + 1);
    to_sign.headers = {{"Host", "weft.example"}};
    for (const auto& [name, value] : given)
        if (is_free_name(name)) to_sign.headers.emplace_back(name, value);
    to_sign.payload_sha256_hex = encoding::sha256_hex(body);
    auth::SignedHeaders all = to_sign.headers;
    for (auto& added : auth::sign(to_sign, {"AKIDEXAMPLE", std::string(secret), {}},
                                  {"us-east-1", "states", "20150830T123600Z"}))
        all.push_back(std::move(added));
    const Headers headers(all.begin(), all.end());
    WEFT_ASSERT(auth::verify({"POST", target, body, headers}, keys, now).has_value());
    const std::string other = std::string(body) + "x";
    WEFT_ASSERT(!auth::verify({"POST", target, other, headers}, keys, now).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    const std::string_view target = take_line(rest);
    Headers headers;
    while (!rest.empty() && headers.size() < 128) {
        const std::string_view line = take_line(rest);
        if (line.empty()) break;
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        headers.emplace_back(line.substr(0, colon), line.substr(colon + 1));
    }
    const auth::Keyring keys({{"AKIDEXAMPLE", std::string(secret), {}, {}}});
    const auto identity = auth::verify({"GET", target, rest, headers}, keys, now);
    if (!identity) WEFT_ASSERT(identity.error().message.size() < 1'024);
    check_signed(keys, target, headers, rest);
    return 0;
}
