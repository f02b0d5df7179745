#pragma once

// UTF-8 a character at a time, as the parser and the writer need it; private to this folder. (Whole
// texts: encoding/utf8.h.)

#include <cstdint>

namespace weft::json {

inline bool is_continuation(char c)
{
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// The end of the well-formed character (Unicode 15, table 3-7) of two to four bytes at `at`, or
// `at` when there is none.
inline const char* utf8_end(const char* at, const char* end)
{
    const auto lead = static_cast<unsigned char>(*at);
    const auto left = end - at;
    if (left < 2 || !is_continuation(at[1])) return at;
    const auto second = static_cast<unsigned char>(at[1]);
    if (lead >= 0xC2 && lead <= 0xDF) return at + 2;
    if (left < 3 || !is_continuation(at[2])) return at;
    if (lead == 0xE0) return second >= 0xA0 ? at + 3 : at;
    if (lead == 0xED) return second <= 0x9F ? at + 3 : at;  // no surrogates
    if (lead >= 0xE1 && lead <= 0xEF) return at + 3;
    if (left < 4 || !is_continuation(at[3])) return at;
    if (lead == 0xF0) return second >= 0x90 ? at + 4 : at;
    if (lead >= 0xF1 && lead <= 0xF3) return at + 4;
    if (lead == 0xF4) return second <= 0x8F ? at + 4 : at;
    return at;
}

inline bool read_hex4(const char* at, const char* end, std::uint32_t& unit)
{
    if (end - at < 4) return false;
    unit = 0;
    for (int i = 0; i < 4; ++i) {
        const char c = at[i];
        const char lower = static_cast<char>(c | 0x20);
        std::uint32_t value = 0;
        if (c >= '0' && c <= '9') {
            value = static_cast<std::uint32_t>(c - '0');
        } else if (lower >= 'a' && lower <= 'f') {
            value = static_cast<std::uint32_t>(lower - 'a') + 10;
        } else {
            return false;
        }
        unit = unit << 4 | value;
    }
    return true;
}

}  // namespace weft::json
