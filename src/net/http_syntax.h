#pragma once

#include <cstdint>
#include <string_view>

namespace weft::net {

// Character classes and small rules of RFC 9110 and 9112 that server and client share.

// tchar: what methods and header names are made of.
bool is_token_char(char c);
bool is_token(std::string_view text);  // one or more
// What a header's value may hold: visible characters, bytes above 0x7F, space and tab. No other
// control character.
bool is_field_value(std::string_view text);
// Without case, in ASCII.
bool same_name(std::string_view left, std::string_view right);
// Without spaces and tabs around it.
std::string_view without_space(std::string_view text);
// The standard's phrase, or "Unknown".
std::string_view reason_phrase(int status);

}  // namespace weft::net
