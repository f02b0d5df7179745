#include "engine/task_token.h"

#include "encoding/base64.h"
#include "encoding/hash.h"

namespace weft::engine {

namespace {

constexpr char format_version = 1;
constexpr std::size_t mac_bytes = 16;
constexpr std::size_t body_bytes = 1 + 8 + 4 + 8 + 8;
// Longer texts are no tokens of ours and are not decoded.
constexpr std::size_t text_bytes_max = 64;

template <class T> void put(std::string& out, T value)
{
    for (int shift = 8 * (sizeof(T) - 1); shift >= 0; shift -= 8)
        out.push_back(static_cast<char>(static_cast<std::uint64_t>(value) >> shift & 0xffU));
}

template <class T> T take(std::string_view& in)
{
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i)
        value = value << 8 | static_cast<unsigned char>(in[i]);
    in.remove_prefix(sizeof(T));
    return static_cast<T>(value);
}

// The label keeps a token's MAC from being one of anything else made with the secret.
std::string mac(std::string_view body, std::string_view secret)
{
    std::string text = "task-token:";
    text.append(body);
    return encoding::hmac_sha256(secret, text).substr(0, mac_bytes);
}

}  // namespace

std::string write_task_token(const TaskToken& token, std::string_view secret)
{
    std::string bytes;
    bytes.reserve(body_bytes + mac_bytes);
    bytes.push_back(format_version);
    put(bytes, token.key);
    put(bytes, token.shard);
    put(bytes, token.scheduled);
    put(bytes, token.nonce);
    bytes.append(mac(bytes, secret));
    return encoding::to_base64(bytes);
}

std::optional<TaskToken> read_task_token(std::string_view text, std::string_view secret)
{
    if (text.size() > text_bytes_max) return std::nullopt;
    const std::optional<std::string> bytes = encoding::from_base64(text);
    if (!bytes || bytes->size() != body_bytes + mac_bytes || bytes->front() != format_version)
        return std::nullopt;
    std::string_view in(*bytes);
    const std::string_view body = in.substr(0, body_bytes);
    if (!encoding::equal_constant_time(in.substr(body_bytes), mac(body, secret)))
        return std::nullopt;
    in.remove_prefix(1);
    TaskToken token;
    token.key = take<std::int64_t>(in);
    token.shard = take<std::uint32_t>(in);
    token.scheduled = take<history::EventId>(in);
    token.nonce = take<std::int64_t>(in);
    return token;
}

}  // namespace weft::engine
