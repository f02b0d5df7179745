#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// JSON texts as JavaScript sees them. They are UTF-8 in which a lone surrogate has the three-byte
// form (WTF-8). Texts that are no such UTF-8 are read byte by byte where they break; nothing here
// reads beyond a text's end.
namespace weft::jsonata::functions {

bool is_ascii(std::string_view text);

inline bool is_continuation_byte(char c)
{
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}
// The place behind the character at `at` (below the size).
inline std::size_t next_character(std::string_view text, std::size_t at)
{
    for (++at; at < text.size() && is_continuation_byte(text[at]); ++at) {
    }
    return at;
}
// The code point at `at`, which is moved behind it.
char32_t take_character(std::string_view text, std::size_t& at);

std::size_t count_characters(std::string_view text);   // code points, lone surrogates included
std::size_t count_utf16_units(std::string_view text);  // JavaScript's length

// Where the character number `index` begins; the size when there are fewer.
std::size_t offset_of_character(std::string_view text, std::size_t index);

// Appends; where a high surrogate at the end of `out` meets a low one, they become one character,
// as they are in JavaScript.
void append_joined(std::string& out, std::string_view text);  // the general case
inline void append_text(std::string& out, std::string_view text)
{
    // All low surrogates begin with this byte.
    if (!text.empty() && static_cast<unsigned char>(text[0]) == 0xED) {
        append_joined(out, text);
    } else {
        out += text;
    }
}

// Whether all bytes make up characters, lone surrogates included; and a copy with U+FFFD for each
// byte that is part of none.
bool is_well_formed(std::string_view text);
std::string repaired(std::string_view text);

// The form in which each UTF-16 code unit is a character of its own (CESU-8), and back.
bool has_pairs(std::string_view text);  // characters beyond U+FFFF
std::string split_pairs(std::string_view text);
std::string join_pairs(std::string_view text);

std::u16string to_utf16(std::string_view text);
std::string from_utf16(std::u16string_view units);

}  // namespace weft::jsonata::functions
