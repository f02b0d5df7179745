#include "jsonata/lexer.h"

#include "encoding/hex.h"
#include "encoding/utf8.h"
#include "jsonata/functions/number_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <string>

namespace weft::jsonata {

namespace {

// What a byte is, besides part of a name.
enum : std::uint8_t { is_space = 1, is_symbol = 2 };
struct Byte {
    std::uint8_t kind = 0;
    Symbol symbol = Symbol::None;
};
constexpr std::array<Byte, 256> bytes = [] {
    std::array<Byte, 256> all{};
    for (const char c : {' ', '\t', '\n', '\r', '\v'})
        all[static_cast<unsigned char>(c)].kind = is_space;
    constexpr std::string_view symbols = ".[]{}(),@#;:?+-*/%|=<>^&!~";
    auto symbol = static_cast<std::uint8_t>(Symbol::Dot);
    for (const char c : symbols)
        all[static_cast<unsigned char>(c)] = {is_symbol, static_cast<Symbol>(symbol++)};
    return all;
}();
static_assert(bytes['~'].symbol == Symbol::Tilde);

Byte byte_of(char c)
{
    return bytes[static_cast<unsigned char>(c)];
}

// The symbol of two characters, if these are one.
Symbol double_symbol(char first, char second)
{
    switch (first) {
    case '.': return second == '.' ? Symbol::Range : Symbol::None;
    case ':': return second == '=' ? Symbol::Bind : Symbol::None;
    case '!': return second == '=' ? Symbol::NotEqual : Symbol::None;
    case '>': return second == '=' ? Symbol::GreaterEqual : Symbol::None;
    case '<': return second == '=' ? Symbol::LessEqual : Symbol::None;
    case '*': return second == '*' ? Symbol::StarStar : Symbol::None;
    case '~': return second == '>' ? Symbol::Apply : Symbol::None;
    case '?':
        return second == ':' ? Symbol::Default : second == '?' ? Symbol::Coalesce : Symbol::None;
    default: return Symbol::None;
    }
}

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool contains(std::string_view set, char c)
{
    return set.find(c) != std::string_view::npos;
}

}  // namespace

json::Value token_value(const Token& token)
{
    switch (token.type) {
    case TokenType::Number: return functions::number_value(token.number);
    case TokenType::Value:
        if (token.text == "null") return {};
        return json::Value(token.text == "true");
    case TokenType::End: return "(end)";
    default: return token.text;
    }
}

Token Lexer::fail(const char* code, std::size_t position, json::Value token)
{
    m_failed = true;
    m_fault.kind = FaultKind::Syntax;
    m_fault.code = code;
    m_fault.position = position;
    if (!token.is_null()) m_fault.token = std::move(token);
    m_at = m_source.size();
    return make(TokenType::End, "(end)");
}

Token Lexer::make(TokenType type, std::string_view text, Symbol symbol)
{
    Token token;
    token.type = type;
    token.symbol = symbol;
    token.text = text;
    token.position = static_cast<std::uint32_t>(m_at);
    return token;
}

bool Lexer::skip_space_and_comments()
{
    for (;;) {
        while (m_at < m_source.size() && byte_of(m_source[m_at]).kind == is_space) ++m_at;
        if (m_at + 1 >= m_source.size() || m_source[m_at] != '/' || m_source[m_at + 1] != '*')
            return true;
        const std::size_t end = m_source.find("*/", m_at + 2);
        if (end == std::string_view::npos) {
            fail("S0106", m_at);
            return false;
        }
        m_at = end + 2;
    }
}

Token Lexer::next(bool infix)
{
    if (m_failed || !skip_space_and_comments() || m_at >= m_source.size())
        return make(TokenType::End, "(end)");
    const char c = m_source[m_at];
    if (c == '/' && !infix) {
        ++m_at;
        return regex();
    }
    if (byte_of(c).kind == is_symbol) {
        const char second = m_at + 1 < m_source.size() ? m_source[m_at + 1] : ' ';
        const Symbol pair = double_symbol(c, second);
        const std::size_t size = pair != Symbol::None ? 2 : 1;
        const std::string_view text = m_source.substr(m_at, size);
        m_at += size;
        return make(TokenType::Operator, text, pair != Symbol::None ? pair : byte_of(c).symbol);
    }
    if (c == '"' || c == '\'') return string();
    if (is_digit(c)) return number();
    if (c == '`') return quoted_name();
    return word();
}

Token Lexer::regex()
{
    const std::size_t start = m_at;
    int depth = 0;
    for (; m_at < m_source.size(); ++m_at) {
        const char c = m_source[m_at];
        const bool escaped = m_at > 0 && m_source[m_at - 1] == '\\';
        if (escaped) continue;
        if (c == '/' && depth == 0) {
            const std::string_view pattern = m_source.substr(start, m_at - start);
            if (pattern.empty()) return fail("S0301", m_at);
            const std::size_t flags = ++m_at;
            while (m_at < m_source.size() && contains("im", m_source[m_at])) ++m_at;
            Token token = make(TokenType::Regex, pattern);
            token.flags = m_source.substr(flags, m_at - flags);
            return token;
        }
        if (contains("([{", c)) ++depth;
        if (contains(")]}", c)) --depth;
    }
    return fail("S0302", m_at);
}

Token Lexer::string()
{
    const char quote = m_source[m_at++];
    // Most texts are a part of the source.
    const std::string_view plain = m_source.substr(m_at, m_source.find(quote, m_at) - m_at);
    const std::size_t escape_at = plain.find('\\');
    if (escape_at == std::string_view::npos && m_at + plain.size() < m_source.size()) {
        m_at += plain.size() + 1;
        return make(TokenType::String, plain);
    }
    std::string text(plain.substr(0, escape_at));
    m_at += text.size();
    while (m_at < m_source.size()) {
        const char c = m_source[m_at];
        if (c == quote) {
            ++m_at;
            return make(TokenType::String, m_arena.copy(text));
        }
        if (c != '\\') {
            text += c;
            ++m_at;
            continue;
        }
        if (++m_at >= m_source.size()) break;
        const char escape = m_source[m_at];
        if (escape == 'u') {
            std::uint32_t unit = 0;
            for (std::size_t i = 1; i <= 4; ++i) {
                const int digit =
                    m_at + i < m_source.size() ? encoding::hex_digit(m_source[m_at + i]) : -1;
                if (digit < 0) return fail("S0104", m_at);
                unit = unit << 4 | static_cast<std::uint32_t>(digit);
            }
            m_at += 5;
            // A low surrogate joins the high one just written (three bytes, ED A0..AF xx).
            const std::size_t size = text.size();
            if (unit >= 0xDC00 && unit <= 0xDFFF && size >= 3 && text[size - 3] == '\xED' &&
                (static_cast<unsigned char>(text[size - 2]) & 0xF0) == 0xA0) {
                const std::uint32_t high = (static_cast<unsigned char>(text[size - 2]) & 0x0FU)
                                               << 6 |
                                           (static_cast<unsigned char>(text[size - 1]) & 0x3FU);
                text.resize(size - 3);
                unit = 0x10000 + (high << 10 | (unit & 0x3FF));
            }
            encoding::append_utf8(text, unit);
            continue;
        }
        constexpr std::string_view from = "\"\\/bfnrt";
        constexpr std::string_view to = "\"\\/\b\f\n\r\t";
        const std::size_t which = from.find(escape);
        if (which == std::string_view::npos)
            return fail("S0103", m_at, json::Value(m_source.substr(m_at, 1)));
        text += to[which];
        ++m_at;
    }
    return fail("S0101", m_at);
}

Token Lexer::number()
{
    const std::size_t start = m_at;
    const auto digits = [&] {
        while (m_at < m_source.size() && is_digit(m_source[m_at])) ++m_at;
    };
    const auto digit_at = [&](std::size_t at) {
        return at < m_source.size() && is_digit(m_source[at]);
    };
    if (m_source[m_at] == '0') {
        ++m_at;
    } else {
        digits();
    }
    if (m_at < m_source.size() && m_source[m_at] == '.' && digit_at(m_at + 1)) {
        ++m_at;
        digits();
    }
    if (m_at < m_source.size() && (m_source[m_at] | 0x20) == 'e') {
        std::size_t exponent = m_at + 1;
        if (exponent < m_source.size() && contains("+-", m_source[exponent])) ++exponent;
        if (digit_at(exponent)) {
            m_at = exponent;
            digits();
        }
    }
    const std::string_view text = m_source.substr(start, m_at - start);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    // Out of range is said of numbers too large and of those too small, which are zero.
    if (error == std::errc::result_out_of_range)
        value = std::strtod(std::string(text).c_str(), nullptr);
    if (!std::isfinite(value)) return fail("S0102", start, json::Value(text));
    Token token = make(TokenType::Number, text);
    token.number = value;
    return token;
}

Token Lexer::quoted_name()
{
    const std::size_t start = ++m_at;
    const std::size_t end = m_source.find('`', start);
    if (end == std::string_view::npos) return fail("S0105", m_source.size());
    m_at = end + 1;
    return make(TokenType::Name, m_source.substr(start, end - start));
}

Token Lexer::word()
{
    const std::size_t start = m_at;
    while (m_at < m_source.size() && byte_of(m_source[m_at]).kind == 0) ++m_at;
    const std::string_view text = m_source.substr(start, m_at - start);
    if (text[0] == '$') return make(TokenType::Variable, text.substr(1));
    if (text.size() <= 5) {
        if (text == "and") return make(TokenType::Operator, text, Symbol::And);
        if (text == "or") return make(TokenType::Operator, text, Symbol::Or);
        if (text == "in") return make(TokenType::Operator, text, Symbol::In);
        if (text == "true" || text == "false" || text == "null")
            return make(TokenType::Value, text);
    }
    return make(TokenType::Name, text);
}

}  // namespace weft::jsonata
