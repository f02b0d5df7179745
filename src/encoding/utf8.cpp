#include "encoding/utf8.h"

#include <cstdint>

namespace weft::encoding {

std::optional<char32_t> Utf8Reader::next()
{
    if (done()) return std::nullopt;
    const auto byte = [&](std::size_t offset) -> std::uint32_t {
        return m_at + offset < m_text.size() ? static_cast<unsigned char>(m_text[m_at + offset])
                                             : 0U;
    };
    const auto tail = [&](std::size_t offset) { return (byte(offset) & 0xc0U) == 0x80U; };
    const std::uint32_t first = byte(0);
    if (first < 0x80) {
        ++m_at;
        return first;
    }
    if (first >= 0xc2 && first <= 0xdf && tail(1)) {
        const char32_t c = ((first & 0x1fU) << 6) | (byte(1) & 0x3fU);
        m_at += 2;
        return c;
    }
    if (first >= 0xe0 && first <= 0xef && tail(1) && tail(2)) {
        const char32_t c = ((first & 0x0fU) << 12) | ((byte(1) & 0x3fU) << 6) | (byte(2) & 0x3fU);
        if (c < 0x800 || (c >= 0xd800 && c <= 0xdfff)) return std::nullopt;
        m_at += 3;
        return c;
    }
    if (first >= 0xf0 && first <= 0xf4 && tail(1) && tail(2) && tail(3)) {
        const char32_t c = ((first & 0x07U) << 18) | ((byte(1) & 0x3fU) << 12) |
                           ((byte(2) & 0x3fU) << 6) | (byte(3) & 0x3fU);
        if (c < 0x10000 || c > 0x10ffff) return std::nullopt;
        m_at += 4;
        return c;
    }
    return std::nullopt;
}

bool is_utf8(std::string_view text)
{
    for (Utf8Reader reader(text); !reader.done();)
        if (!reader.next()) return false;
    return true;
}

std::size_t code_points(std::string_view text)
{
    std::size_t count = 0;
    for (const char c : text)
        if ((static_cast<unsigned char>(c) & 0xc0U) != 0x80U) ++count;
    return count;
}

std::size_t utf16_length(std::string_view text)
{
    std::size_t count = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xc0U) != 0x80U) count += byte >= 0xf0 ? 2 : 1;
    }
    return count;
}

void append_utf8(std::string& out, char32_t c)
{
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xc0U | (c >> 6));
        out += static_cast<char>(0x80U | (c & 0x3fU));
    } else if (c < 0x10000) {
        out += static_cast<char>(0xe0U | (c >> 12));
        out += static_cast<char>(0x80U | ((c >> 6) & 0x3fU));
        out += static_cast<char>(0x80U | (c & 0x3fU));
    } else {
        out += static_cast<char>(0xf0U | (c >> 18));
        out += static_cast<char>(0x80U | ((c >> 12) & 0x3fU));
        out += static_cast<char>(0x80U | ((c >> 6) & 0x3fU));
        out += static_cast<char>(0x80U | (c & 0x3fU));
    }
}

}  // namespace weft::encoding
