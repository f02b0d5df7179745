#include "jsonpath/parser.h"
#include "json/parse.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace weft::jsonpath {

namespace {

struct Spelling {
    std::string_view text;
    Operator op;
};
// Longer ones before those they begin with.
constexpr std::array symbols = {
    Spelling{"===", Operator::StrictEqual}, Spelling{"!==", Operator::StrictNotEqual},
    Spelling{"==", Operator::Equal},        Spelling{"!=", Operator::NotEqual},
    Spelling{"=~", Operator::Matches},      Spelling{"<=", Operator::LessEqual},
    Spelling{">=", Operator::GreaterEqual}, Spelling{"<", Operator::Less},
    Spelling{">", Operator::Greater},
};
constexpr std::array words = {
    Spelling{"all", Operator::All},
    Spelling{"anyof", Operator::AnyOf},
    Spelling{"contains", Operator::Contains},
    Spelling{"empty", Operator::Empty},
    Spelling{"in", Operator::In},
    Spelling{"nin", Operator::NotIn},
    Spelling{"noneof", Operator::NoneOf},
    Spelling{"size", Operator::Size},
    Spelling{"subsetof", Operator::SubsetOf},
};

bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

}  // namespace

// conjunction ('||' conjunction)*
Result<Condition> Parser::parse_condition()
{
    TRY(enter());
    Disjunction any;
    do {
        any.conditions.push_back(TRY(parse_conjunction()));
        skip_blanks();
        if (peek() != '|') break;
        if (peek(1) != '|') return wrong("'||'");
        m_at += 2;
    } while (true);
    leave();
    if (any.conditions.size() == 1) return std::move(any.conditions.front());
    return Condition{std::move(any)};
}

// unary ('&&' unary)*
Result<Condition> Parser::parse_conjunction()
{
    Conjunction all;
    do {
        all.conditions.push_back(TRY(parse_unary()));
        skip_blanks();
        if (peek() != '&') break;
        if (peek(1) != '&') return wrong("'&&'");
        m_at += 2;
    } while (true);
    if (all.conditions.size() == 1) return std::move(all.conditions.front());
    return Condition{std::move(all)};
}

Result<Condition> Parser::parse_unary()
{
    skip_blanks();
    if (accept('!')) {
        TRY(enter());
        auto condition = std::make_shared<const Condition>(TRY(parse_unary()));
        leave();
        return Condition{Negation{std::move(condition)}};
    }
    if (accept('(')) {
        Condition condition = TRY(parse_condition());
        TRY(expect(')'));
        return condition;
    }
    return parse_comparison();
}

// A path alone asks whether it finds something.
Result<Condition> Parser::parse_comparison()
{
    Operand left = TRY(parse_operand());
    skip_blanks();
    if (at_end() || std::string_view(")&|").find(peek()) != std::string_view::npos) {
        if (auto* path = std::get_if<std::shared_ptr<const Program>>(&left))
            return Condition{Existence{*path}};
        const auto* literal = std::get_if<json::Value>(&left);
        if (literal != nullptr && literal->is_bool()) return Condition{Truth{literal->as_bool()}};
        return wrong("an operator");
    }
    const Operator op = TRY(parse_operator());
    Operand right = TRY(parse_operand());
    const bool has_pattern =
        std::holds_alternative<Regex>(left) != std::holds_alternative<Regex>(right);
    const bool has_patterns =
        std::holds_alternative<Regex>(left) && std::holds_alternative<Regex>(right);
    if (has_patterns || has_pattern != (op == Operator::Matches))
        return wrong("a regular expression on one side of '=~', and nowhere else");
    return Condition{Comparison{std::move(left), op, std::move(right)}};
}

Result<Operator> Parser::parse_operator()
{
    const std::string_view rest = m_text.substr(m_at);
    for (const Spelling& symbol : symbols) {
        if (!rest.starts_with(symbol.text)) continue;
        m_at += symbol.text.size();
        return symbol.op;
    }
    std::string word;
    for (const char c : rest) {
        if (!is_letter(c)) break;
        word += static_cast<char>(c | 0x20);
    }
    const auto row = std::ranges::find(words, std::string_view(word), &Spelling::text);
    if (row == words.end()) return wrong("an operator such as ==, <, =~ or in");
    m_at += word.size();
    return row->op;
}

Result<Operand> Parser::parse_operand()
{
    skip_blanks();
    if (peek() == '@' || peek() == '$') return Operand(TRY(parse_embedded()));
    if (peek() == '/') return parse_regex();
    return Operand(TRY(parse_literal()));
}

// /pattern/flags; a slash inside the pattern has a backslash before it.
Result<Operand> Parser::parse_regex()
{
    const std::size_t begin = ++m_at;
    while (!at_end() && peek() != '/') m_at += peek() == '\\' && m_at + 1 < m_text.size() ? 2 : 1;
    const std::string_view pattern = m_text.substr(begin, m_at - begin);
    if (!accept('/')) return wrong("'/' at the end of a regular expression");
    const std::size_t flags_begin = m_at;
    while (is_letter(peek())) ++m_at;
    return Operand(TRY(Regex::compile(pattern, m_text.substr(flags_begin, m_at - flags_begin))));
}

// JSON with either kind of quote; a bare word is a string (AWS's own examples write
// [?(@.Name==Receipt)]).
Result<json::Value> Parser::parse_literal()
{
    skip_blanks();
    switch (peek()) {
    case '\'':
    case '"': return json::Value(TRY(parse_string_literal()));
    case '[': return parse_array_literal();
    case '{': return parse_object_literal();
    default: return parse_bare_literal();
    }
}

Result<json::Value> Parser::parse_array_literal()
{
    TRY(enter());
    TRY(expect('['));
    std::vector<json::Value> items;
    skip_blanks();
    while (!accept(']')) {
        if (!items.empty()) TRY(expect(','));
        items.push_back(TRY(parse_literal()));
        skip_blanks();
    }
    leave();
    return json::Value::array(std::move(items));
}

Result<json::Value> Parser::parse_object_literal()
{
    TRY(enter());
    TRY(expect('{'));
    json::Value object = json::Value::object();
    skip_blanks();
    bool first = true;
    while (!accept('}')) {
        if (!std::exchange(first, false)) TRY(expect(','));
        skip_blanks();
        if (peek() != '\'' && peek() != '"') return wrong("a quoted name");
        const std::string name = TRY(parse_string_literal());
        TRY(expect(':'));
        object = json::with_member(object, name, TRY(parse_literal()));
        skip_blanks();
    }
    leave();
    return object;
}

Result<json::Value> Parser::parse_bare_literal()
{
    const std::size_t begin = m_at;
    while (!at_delimiter() && std::string_view("'\"()[]{}").find(peek()) == std::string_view::npos)
        ++m_at;
    const std::string_view word = m_text.substr(begin, m_at - begin);
    if (word.empty()) return wrong("a value");
    if (auto value = json::parse(word)) return *std::move(value);
    return json::Value(word);
}

Result<std::string> Parser::parse_string_literal()
{
    const char quote = m_text[m_at++];
    std::string text;
    while (!at_end()) {
        const char c = m_text[m_at++];
        if (c == quote) return text;
        if (c != '\\' || at_end()) {
            text += c;
            continue;
        }
        const char escaped = m_text[m_at++];
        switch (escaped) {
        case 'n': text += '\n'; break;
        case 't': text += '\t'; break;
        case 'r': text += '\r'; break;
        case 'b': text += '\b'; break;
        case 'f': text += '\f'; break;
        case 'u':
            if (!decode_unicode_escape(m_text, m_at, text)) return wrong("four hexadecimal digits");
            break;
        default: text += escaped;
        }
    }
    return wrong("the closing quote of a string");
}

}  // namespace weft::jsonpath
