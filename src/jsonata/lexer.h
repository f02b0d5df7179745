#pragma once

#include "jsonata/arena.h"
#include "jsonata/fault.h"

#include <cstdint>
#include <string_view>

namespace weft::jsonata {

enum class TokenType : std::uint8_t {
    Operator,  // text: the symbol, or `and`, `or`, `in`
    Name,
    Variable,  // text: without the $
    String,
    Number,
    Value,  // true, false, null
    Regex,  // text: the pattern; flags
    End,
};

enum class Symbol : std::uint8_t {
    None,
    Dot,
    OpenBracket,
    CloseBracket,
    OpenBrace,
    CloseBrace,
    OpenParenthesis,
    CloseParenthesis,
    Comma,
    At,
    Hash,
    Semicolon,
    Colon,
    Question,
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    Bar,
    Equal,
    Less,
    Greater,
    Caret,
    Ampersand,
    Exclamation,
    Tilde,
    Range,         // ..
    Bind,          // :=
    NotEqual,      // !=
    GreaterEqual,  // >=
    LessEqual,     // <=
    StarStar,      // **
    Apply,         // ~>
    Default,       // ?:
    Coalesce,      // ??
    And,
    Or,
    In,
};

struct Token {
    TokenType type = TokenType::End;
    Symbol symbol = Symbol::None;  // of an operator
    std::string_view text;         // escapes resolved; lives as long as source and arena
    std::string_view flags;
    double number = 0;
    std::uint32_t position = 0;  // bytes, behind the token

    bool is(Symbol wanted) const { return symbol == wanted; }
};

// What a fault names as the token: its text, number, true, false or null.
json::Value token_value(const Token& token);

// Splits JSONata text into tokens. After a fault, `fault()` is set and all further tokens are End.
class Lexer {
public:
    Lexer(std::string_view source, Arena& arena) : m_source(source), m_arena(arena) {}

    // A `/` is a division where an operator may stand (`infix`), else begins a regular expression.
    Token next(bool infix);
    bool failed() const { return m_failed; }
    Fault& fault() { return m_fault; }  // position in bytes

private:
    Token fail(const char* code, std::size_t position, json::Value token = {});
    Token make(TokenType type, std::string_view text, Symbol symbol = Symbol::None);
    bool skip_space_and_comments();
    Token regex();
    Token string();
    Token number();
    Token quoted_name();
    Token word();

    std::string_view m_source;
    Arena& m_arena;
    std::size_t m_at = 0;
    bool m_failed = false;
    Fault m_fault;
};

}  // namespace weft::jsonata
