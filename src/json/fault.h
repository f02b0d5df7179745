#pragma once

// Faults of the parser, worked out only once one is met; private to this folder.

#include "json/parse.h"

#include <string_view>

namespace weft::json {

inline bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}
inline bool is_word_start(char c)
{
    const char lower = static_cast<char>(c | 0x20);
    return (lower >= 'a' && lower <= 'z') || c == '_' || c == '$' ||
           static_cast<signed char>(c) < 0;
}
inline bool is_word_part(char c)
{
    return is_word_start(c) || (c >= '0' && c <= '9');
}

// The fault at byte `offset` of `text`, with line, column and token.
ParseFault make_fault(Fault fault, std::string_view text, std::size_t offset);

// Where the key with this ordinal begins in the object that opens at `bracket` and is well-formed
// up to that key.
const char* find_key(const char* bracket, const char* end, std::size_t ordinal);

}  // namespace weft::json
