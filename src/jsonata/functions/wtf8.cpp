#include "jsonata/functions/wtf8.h"

#include "encoding/utf8.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace weft::jsonata::functions {

namespace {

unsigned char byte_at(std::string_view text, std::size_t at)
{
    return static_cast<unsigned char>(text[at]);
}

bool is_high(char32_t code)
{
    return code >= 0xD800 && code < 0xDC00;
}
bool is_low(char32_t code)
{
    return code >= 0xDC00 && code < 0xE000;
}
char32_t pair_of(char32_t high, char32_t low)
{
    return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
}

// Bytes of the character at `at` (Unicode 15, table 3-7, and surrogates); 0: there is none.
std::size_t well_formed_size(std::string_view text, std::size_t at)
{
    const unsigned char lead = byte_at(text, at);
    if (lead < 0x80) return 1;
    const std::size_t size = lead < 0xC2   ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
    if (size == 0 || text.size() - at < size) return 0;
    for (std::size_t i = 1; i < size; ++i)
        if (!is_continuation_byte(text[at + i])) return 0;
    const unsigned char second = byte_at(text, at + 1);
    if ((lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90) ||
        (lead == 0xF4 && second > 0x8F))
        return 0;
    return size;
}

}  // namespace

bool is_ascii(std::string_view text)
{
    const char* at = text.data();
    std::size_t left = text.size();
    for (; left >= 8; left -= 8, at += 8) {
        std::uint64_t bytes;
        std::memcpy(&bytes, at, 8);
        if ((bytes & 0x8080808080808080U) != 0) return false;
    }
    for (; left > 0; --left, ++at)
        if (static_cast<unsigned char>(*at) >= 0x80) return false;
    return true;
}

char32_t take_character(std::string_view text, std::size_t& at)
{
    const char32_t lead = byte_at(text, at++);
    if (lead < 0xC0) return lead;
    const int wanted = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    char32_t code = lead & (0x3FU >> wanted);
    for (int i = 0; i < wanted; ++i) {
        if (at >= text.size() || !is_continuation_byte(text[at])) return 0xFFFD;
        code = code << 6 | (byte_at(text, at++) & 0x3FU);
    }
    return code;
}

std::size_t count_characters(std::string_view text)
{
    return text.size() -
           static_cast<std::size_t>(std::ranges::count_if(text, is_continuation_byte));
}

std::size_t count_utf16_units(std::string_view text)
{
    std::size_t units = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        units += static_cast<std::size_t>((byte & 0xC0) != 0x80) + (byte >= 0xF0);
    }
    return units;
}

std::string from_utf16(std::u16string_view units)
{
    std::string out;
    out.reserve(units.size());
    for (const char16_t unit : units) {
        if (unit < 0x80) {
            out += static_cast<char>(unit);
            continue;
        }
        std::string character;
        encoding::append_utf8(character, unit);
        append_text(out, character);
    }
    return out;
}

std::size_t offset_of_character(std::string_view text, std::size_t index)
{
    if (index >= text.size()) return text.size();
    std::size_t at = 0;
    // Eight bytes at a time while the character cannot be among them.
    while (index >= 8 && text.size() - at >= 8) {
        std::uint64_t bytes;
        std::memcpy(&bytes, text.data() + at, 8);
        // A continuation byte is 10xxxxxx.
        const std::uint64_t continued = bytes & ~(bytes << 1) & 0x8080808080808080U;
        index -= 8 - static_cast<std::size_t>(std::popcount(continued));
        at += 8;
    }
    while (at < text.size() && is_continuation_byte(text[at])) ++at;
    for (; index > 0 && at < text.size(); --index) at = next_character(text, at);
    return at;
}

void append_joined(std::string& out, std::string_view text)
{
    const std::size_t size = out.size();
    // ED A0..AF xx is a high surrogate, ED B0..BF xx a low one.
    if (text.size() >= 3 && byte_at(text, 0) == 0xED && byte_at(text, 1) >= 0xB0 && size >= 3 &&
        byte_at(out, size - 3) == 0xED && byte_at(out, size - 2) >= 0xA0 &&
        byte_at(out, size - 2) < 0xB0) {
        std::size_t at = size - 3;
        const char32_t high = take_character(out, at);
        at = 0;
        const char32_t low = take_character(text, at);
        if (is_high(high) && is_low(low)) {
            out.resize(size - 3);
            encoding::append_utf8(out, pair_of(high, low));
            out += text.substr(at);
            return;
        }
    }
    out += text;
}

bool is_well_formed(std::string_view text)
{
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t size = well_formed_size(text, at);
        if (size == 0) return false;
        at += size;
    }
    return true;
}

std::string repaired(std::string_view text)
{
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t size = well_formed_size(text, at);
        if (size == 0) {
            encoding::append_utf8(out, 0xFFFD);
            ++at;
        } else {
            append_text(out, text.substr(at, size));
            at += size;
        }
    }
    return out;
}

bool has_pairs(std::string_view text)
{
    return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0xF0; });
}

std::string split_pairs(std::string_view text)
{
    std::string out;
    out.reserve(text.size() + text.size() / 2);
    for (std::size_t at = 0; at < text.size();) {
        if (byte_at(text, at) < 0xF0) {
            out += text[at++];
            continue;
        }
        const char32_t code = take_character(text, at);
        if (code < 0x10000) {
            encoding::append_utf8(out, code);
        } else {
            encoding::append_utf8(out, 0xD800 + ((code - 0x10000) >> 10));
            encoding::append_utf8(out, 0xDC00 + ((code - 0x10000) & 0x3FF));
        }
    }
    return out;
}

std::string join_pairs(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = next_character(text, at);
        append_text(out, text.substr(at, end - at));
        at = end;
    }
    return out;
}

std::u16string to_utf16(std::string_view text)
{
    std::u16string units;
    units.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const char32_t code = take_character(text, at);
        if (code < 0x10000) {
            units += static_cast<char16_t>(code);
        } else {
            units += static_cast<char16_t>(0xD800 + ((code - 0x10000) >> 10));
            units += static_cast<char16_t>(0xDC00 + ((code - 0x10000) & 0x3FF));
        }
    }
    return units;
}

}  // namespace weft::jsonata::functions
