#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace weft::encoding {

// Reads code points from UTF-8, strictly: overlong forms, surrogates and anything past U+10FFFF are
// errors.
class Utf8Reader {
public:
    explicit Utf8Reader(std::string_view text) : m_text(text) {}
    bool done() const { return m_at >= m_text.size(); }
    std::size_t position() const { return m_at; }  // bytes read
    // None at an invalid sequence; the position stays there.
    std::optional<char32_t> next();

private:
    std::string_view m_text;
    std::size_t m_at = 0;
};

bool is_utf8(std::string_view text);
std::size_t code_points(std::string_view text);           // of valid UTF-8; counts lead bytes
std::size_t utf16_length(std::string_view text);          // Java's and JavaScript's length
void append_utf8(std::string& out, char32_t code_point);  // a surrogate: in its three bytes

}  // namespace weft::encoding
