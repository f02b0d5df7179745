#include "encoding/base64.h"

#include <array>
#include <cstdint>

namespace weft::encoding {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int8_t, 256> make_values()
{
    std::array<std::int8_t, 256> values{};
    values.fill(-1);
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
    return values;
}
constexpr std::array<std::int8_t, 256> values = make_values();

// Sextets without padding; none for a remainder of one.
std::optional<std::string> decode(std::string_view sextets)
{
    if (sextets.size() % 4 == 1) return std::nullopt;
    std::string bytes;
    bytes.reserve(sextets.size() * 3 / 4);
    std::uint32_t bits = 0;
    int held = 0;
    for (const char c : sextets) {
        bits = (bits << 6) | static_cast<std::uint32_t>(values[static_cast<unsigned char>(c)]);
        held += 6;
        if (held < 8) continue;
        held -= 8;
        bytes += static_cast<char>((bits >> held) & 0xffU);
    }
    return bytes;
}

}  // namespace

std::string to_base64(std::string_view bytes)
{
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    std::size_t i = 0;
    const auto byte = [&](std::size_t at) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at]));
    };
    for (; i + 2 < bytes.size(); i += 3) {
        const std::uint32_t group = (byte(i) << 16) | (byte(i + 1) << 8) | byte(i + 2);
        for (int shift = 18; shift >= 0; shift -= 6) text += alphabet[(group >> shift) & 63U];
    }
    const std::size_t left = bytes.size() - i;
    if (left == 1) {
        const std::uint32_t group = byte(i) << 16;
        text += alphabet[(group >> 18) & 63U];
        text += alphabet[(group >> 12) & 63U];
        text += "==";
    } else if (left == 2) {
        const std::uint32_t group = (byte(i) << 16) | (byte(i + 1) << 8);
        text += alphabet[(group >> 18) & 63U];
        text += alphabet[(group >> 12) & 63U];
        text += alphabet[(group >> 6) & 63U];
        text += '=';
    }
    return text;
}

std::optional<std::string> from_base64(std::string_view text)
{
    if (text.size() % 4 != 0) return std::nullopt;
    std::size_t padding = 0;
    while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=')
        ++padding;
    const std::string_view body = text.substr(0, text.size() - padding);
    for (const char c : body)
        if (values[static_cast<unsigned char>(c)] < 0) return std::nullopt;
    return decode(body);
}

std::optional<std::string> from_base64_mime(std::string_view text)
{
    std::string body;
    body.reserve(text.size());
    bool ended = false;
    for (const char c : text) {
        if (c == '=') {
            ended = true;
        } else if (values[static_cast<unsigned char>(c)] >= 0) {
            if (ended) return std::nullopt;
            body += c;
        }
    }
    return decode(body);
}

}  // namespace weft::encoding
