#include "jsonata/functions/url.h"

#include "encoding/hex.h"
#include "encoding/utf8.h"
#include "jsonata/functions/bytes.h"
#include "jsonata/functions/wtf8.h"

#include <array>
#include <optional>

namespace weft::jsonata::functions {

namespace {

constexpr std::string_view unreserved_marks = "-_.!~*'()";
constexpr std::string_view reserved = ";/?:@&=+$,#";  // encodeURI and decodeURI leave these alone
constexpr char upper_hex[] = "0123456789ABCDEF";

constexpr std::array<bool, 256> kept_characters(bool keep_reserved)
{
    std::array<bool, 256> kept{};
    for (unsigned c = 0; c < 128; ++c)
        kept[c] = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    for (const char c : unreserved_marks) kept[static_cast<unsigned char>(c)] = true;
    if (keep_reserved)
        for (const char c : reserved) kept[static_cast<unsigned char>(c)] = true;
    return kept;
}
constexpr auto kept_in_component = kept_characters(false);
constexpr auto kept_in_url = kept_characters(true);

tl::unexpected<Fault> malformed(std::string_view text, std::string_view function)
{
    return fault("D3140", {{"value", text}, {"functionName", function}});
}

Outcome<std::string> encode(std::string_view text, const std::array<bool, 256>& kept,
                            std::string_view function, std::size_t bytes_max)
{
    if (text.size() > bytes_max) return too_long(bytes_max);
    if (!encoding::is_utf8(text)) return malformed(text, function);  // a lone surrogate
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (kept[byte]) {
            out += c;
            continue;
        }
        out += '%';
        out += upper_hex[byte >> 4];
        out += upper_hex[byte & 0xF];
        if (out.size() > bytes_max) return too_long(bytes_max);
    }
    if (out.size() > bytes_max) return too_long(bytes_max);
    return out;
}

// The byte that an escape at `at` stands for.
std::optional<unsigned char> escaped_byte(std::string_view text, std::size_t at)
{
    if (text.size() - at < 3 || text[at] != '%') return std::nullopt;
    const int high = encoding::hex_digit(text[at + 1]);
    const int low = encoding::hex_digit(text[at + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    return static_cast<unsigned char>(high << 4 | low);
}

// ECMAScript, Decode: each run of escapes that begins a character must be well-formed UTF-8.
Outcome<std::string> decode(std::string_view text, std::string_view preserved,
                            std::string_view function)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] != '%') {
            out += text[at++];
            continue;
        }
        const std::size_t begin = at;
        std::string character;
        std::size_t wanted = 1;
        while (character.size() < wanted) {
            const auto byte = at < text.size() ? escaped_byte(text, at) : std::nullopt;
            if (!byte) return malformed(text, function);
            if (character.empty())
                wanted = *byte < 0x80 ? 1 : *byte < 0xE0 ? 2 : *byte < 0xF0 ? 3 : 4;
            character += static_cast<char>(*byte);
            at += 3;
        }
        if (!encoding::is_utf8(character)) return malformed(text, function);
        if (wanted == 1 && preserved.find(character[0]) != std::string_view::npos) {
            out += text.substr(begin, at - begin);
        } else {
            out += character;
        }
    }
    return out;
}

}  // namespace

Outcome<std::string> encode_url_component(std::string_view text, std::size_t bytes_max)
{
    return encode(text, kept_in_component, "encodeUrlComponent", bytes_max);
}

Outcome<std::string> encode_url(std::string_view text, std::size_t bytes_max)
{
    return encode(text, kept_in_url, "encodeUrl", bytes_max);
}

Outcome<std::string> decode_url_component(std::string_view text)
{
    return decode(text, {}, "decodeUrlComponent");
}

Outcome<std::string> decode_url(std::string_view text)
{
    return decode(text, reserved, "decodeUrl");
}

}  // namespace weft::jsonata::functions
