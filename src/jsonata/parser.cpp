#include "jsonata/parser.h"

namespace weft::jsonata {

namespace {

// How strongly an operator binds what stands left of it; 0: it ends an expression.
int left_power(const Token& token)
{
    switch (token.symbol) {
    case Symbol::OpenBracket:
    case Symbol::OpenParenthesis:
    case Symbol::At:
    case Symbol::Hash: return 80;
    case Symbol::Dot: return 75;
    case Symbol::OpenBrace: return 70;
    case Symbol::Star:
    case Symbol::Slash:
    case Symbol::Percent: return 60;
    case Symbol::Plus:
    case Symbol::Minus:
    case Symbol::Ampersand: return 50;
    case Symbol::Equal:
    case Symbol::Less:
    case Symbol::Greater:
    case Symbol::Caret:
    case Symbol::NotEqual:
    case Symbol::LessEqual:
    case Symbol::GreaterEqual:
    case Symbol::Apply:
    case Symbol::In:
    case Symbol::Default:
    case Symbol::Coalesce: return 40;
    case Symbol::And: return 30;
    case Symbol::Or: return 25;
    case Symbol::Question: return 20;
    case Symbol::Bind: return 10;
    default: return 0;
    }
}

// Whether what stands left of it is a level of its own, in the tree that is compiled.
bool takes_a_level(Symbol symbol)
{
    switch (symbol) {
    case Symbol::OpenParenthesis:
    case Symbol::OpenBrace:
    case Symbol::Caret:
    case Symbol::Question:
    case Symbol::Default:
    case Symbol::Coalesce:
    case Symbol::Bind: return true;
    default: return false;
    }
}

constexpr int power_of_bind = 10;
constexpr int power_of_prefix = 70;

// A Pratt parser: `prefix` reads what begins an expression, `infix` what continues one.
class Parser {
public:
    Parser(std::string_view text, Arena& arena) : m_text(text), m_arena(arena), m_lexer(text, arena)
    {
    }

    tl::expected<Syntax*, Fault> parse()
    {
        advance();
        Syntax* tree = expression(0);
        if (!m_failed && m_token.type != TokenType::End) fail("S0201", m_token);
        if (m_failed) return tl::unexpected(std::move(m_fault));
        return tree;
    }

private:
    void fail(Fault fault)
    {
        if (m_failed) return;
        m_failed = true;
        m_fault = std::move(fault);
        m_fault.kind = FaultKind::Syntax;
        m_token = Token{};  // the end, at which every list ends
    }
    void fail(const char* code, const Token& token)
    {
        Fault fault;
        fault.code = code;
        fault.position = token.position;
        fault.token = token_value(token);
        fail(std::move(fault));
    }

    // Reads the next token. `infix`: it may be an operator.
    void advance(bool infix = false)
    {
        if (m_failed) return;
        m_token = m_lexer.next(infix);
        if (m_lexer.failed()) {
            fail(std::move(m_lexer.fault()));
        } else if (m_token.is(Symbol::Exclamation) || m_token.is(Symbol::Tilde)) {
            fail("S0204", m_token);
        }
        if (m_failed) m_token = Token{};
    }
    void expect(Symbol symbol, std::string_view text, bool infix = false)
    {
        if (!m_token.is(symbol)) {
            if (m_failed) return;
            fail(m_token.type == TokenType::End ? "S0203" : "S0202", m_token);
            m_fault.value = json::Value(text);
            return;
        }
        advance(infix);
    }
    Syntax* make(SyntaxKind kind, const Token& token, Syntax* left = nullptr,
                 Syntax* right = nullptr)
    {
        auto* node = m_arena.make<Syntax>();
        node->kind = kind;
        node->token = token;
        node->left = left;
        node->right = right;
        return node;
    }

    Syntax* expression(int power)
    {
        Token token = m_token;
        if (!enter(m_nested, nesting_max)) return make(SyntaxKind::End, token);
        if (token.type != TokenType::End) advance(true);
        Syntax* left = prefix(token);
        const std::size_t levels = m_levels;
        while (!m_failed && power < left_power(m_token)) {
            if (takes_a_level(m_token.symbol) && !enter(m_levels, levels_max)) break;
            token = m_token;
            advance();
            left = infix(token, left);
        }
        m_levels = levels;
        --m_nested;
        return left;
    }
    bool enter(std::size_t& depth, std::size_t depth_max)
    {
        if (m_failed) return false;
        if (++depth <= depth_max) return true;
        Fault fault;
        fault.code = "U1001";
        fault.position = m_token.position;
        fail(std::move(fault));
        return false;
    }

    Syntax* prefix(const Token& token);
    Syntax* infix(const Token& token, Syntax* left);
    void members(Syntax* node);
    void arguments(Syntax* node);
    void lambda(Syntax* node);
    void signature(Syntax* node);

    std::string_view m_text;
    Arena& m_arena;
    Lexer m_lexer;
    Token m_token;
    bool m_failed = false;
    Fault m_fault;
    std::size_t m_nested = 0;
    std::size_t m_levels = 0;
    std::size_t m_bindings = 0;
};

Syntax* Parser::prefix(const Token& token)
{
    switch (token.type) {
    case TokenType::Name: return make(SyntaxKind::Name, token);
    case TokenType::Variable: return make(SyntaxKind::Variable, token);
    case TokenType::String: return make(SyntaxKind::String, token);
    case TokenType::Number: return make(SyntaxKind::Number, token);
    case TokenType::Value: return make(SyntaxKind::Value, token);
    case TokenType::Regex: return make(SyntaxKind::Regex, token);
    case TokenType::End: return make(SyntaxKind::End, token);
    case TokenType::Operator: break;
    }
    const Symbol symbol = token.symbol;
    if (symbol == Symbol::And || symbol == Symbol::Or || symbol == Symbol::In)
        return make(SyntaxKind::Operator, token);
    if (symbol == Symbol::Star) return make(SyntaxKind::Wildcard, token);
    if (symbol == Symbol::StarStar) return make(SyntaxKind::Descendant, token);
    if (symbol == Symbol::Percent) {
        enter(m_bindings, bindings_max);
        return make(SyntaxKind::Parent, token);
    }
    if (symbol == Symbol::Minus)
        return make(SyntaxKind::Negate, token, expression(power_of_prefix));
    if (symbol == Symbol::OpenParenthesis) {
        Syntax* node = make(SyntaxKind::Block, token);
        while (!m_token.is(Symbol::CloseParenthesis) && !m_failed) {
            node->items.push(m_arena, expression(0));
            if (!m_token.is(Symbol::Semicolon)) break;
            advance();
        }
        expect(Symbol::CloseParenthesis, ")", true);
        return node;
    }
    if (symbol == Symbol::OpenBracket) {
        Syntax* node = make(SyntaxKind::Array, token);
        if (!m_token.is(Symbol::CloseBracket)) {
            for (;;) {
                Syntax* item = expression(0);
                if (m_token.is(Symbol::Range)) {
                    Syntax* range = make(SyntaxKind::Binary, m_token, item);
                    advance();
                    range->right = expression(0);
                    item = range;
                }
                node->items.push(m_arena, item);
                if (!m_token.is(Symbol::Comma)) break;
                advance();
            }
        }
        expect(Symbol::CloseBracket, "]", true);
        return node;
    }
    if (symbol == Symbol::OpenBrace) {
        Syntax* node = make(SyntaxKind::Object, token);
        members(node);
        return node;
    }
    if (symbol == Symbol::Bar) {
        Syntax* node = make(SyntaxKind::Transform, token);
        node->left = expression(0);
        expect(Symbol::Bar, "|");
        node->right = expression(0);
        if (m_token.is(Symbol::Comma)) {
            advance();
            node->third = expression(0);
        }
        expect(Symbol::Bar, "|");
        return node;
    }
    fail("S0211", token);
    return make(SyntaxKind::End, token);
}

Syntax* Parser::infix(const Token& token, Syntax* left)
{
    const Symbol symbol = token.symbol;
    switch (symbol) {
    case Symbol::Dot: return make(SyntaxKind::Path, token, left, expression(left_power(token)));
    case Symbol::OpenBracket: {
        if (m_token.is(Symbol::CloseBracket)) {
            // Empty brackets: the step keeps an array of one.
            (left->kind == SyntaxKind::Filter ? left->third : left)->keep_array = true;
            advance();  // as in the reference, a `/` behind it begins a regular expression
            return left;
        }
        Syntax* node = make(SyntaxKind::Filter, token, left, expression(0));
        node->third = left->kind == SyntaxKind::Filter ? left->third : left;
        expect(Symbol::CloseBracket, "]", true);
        return node;
    }
    case Symbol::OpenBrace: {
        Syntax* node = make(SyntaxKind::Group, token, left);
        members(node);
        return node;
    }
    case Symbol::OpenParenthesis: {
        Syntax* node = make(SyntaxKind::Call, token, left);
        arguments(node);
        if (left->kind == SyntaxKind::Name &&
            (left->token.text == "function" || left->token.text == "λ"))
            lambda(node);
        return node;
    }
    case Symbol::Caret: {
        Syntax* node = make(SyntaxKind::Sort, token, left);
        expect(Symbol::OpenParenthesis, "(");
        for (;;) {
            const bool descending = m_token.is(Symbol::Greater);
            if (descending || m_token.is(Symbol::Less)) advance();
            node->terms.push(m_arena, {expression(0), descending});
            if (!m_token.is(Symbol::Comma) || m_failed) break;
            advance();
        }
        expect(Symbol::CloseParenthesis, ")");  // likewise
        return node;
    }
    case Symbol::At:
    case Symbol::Hash: {
        enter(m_bindings, bindings_max);
        Syntax* variable = expression(left_power(token));
        if (variable->kind != SyntaxKind::Variable) {
            Fault fault;
            fault.code = "S0214";
            fault.position = variable->token.position;
            fault.token = json::Value(token.text);
            fail(std::move(fault));
        }
        return make(symbol == Symbol::At ? SyntaxKind::Focus : SyntaxKind::Index, token, left,
                    variable);
    }
    case Symbol::Bind:
        if (left->kind != SyntaxKind::Variable) {
            Fault fault;
            fault.code = "S0212";
            fault.position = left->token.position;
            fault.token = token_value(left->token);
            fail(std::move(fault));
        }
        return make(SyntaxKind::Bind, token, left, expression(power_of_bind - 1));
    case Symbol::Apply: return make(SyntaxKind::Apply, token, left, expression(left_power(token)));
    case Symbol::Default:
    case Symbol::Coalesce:
    case Symbol::Question: {
        if (symbol == Symbol::Default) return make(SyntaxKind::Default, token, left, expression(0));
        if (symbol == Symbol::Coalesce)
            return make(SyntaxKind::Coalesce, token, left, expression(0));
        Syntax* node = make(SyntaxKind::Condition, token, left, expression(0));
        if (m_token.is(Symbol::Colon)) {
            advance();
            node->third = expression(0);
        }
        return node;
    }
    default: return make(SyntaxKind::Binary, token, left, expression(left_power(token)));
    }
}

// Key and value pairs up to the closing brace.
void Parser::members(Syntax* node)
{
    if (!m_token.is(Symbol::CloseBrace)) {
        for (;;) {
            Syntax* key = expression(0);
            expect(Symbol::Colon, ":");
            Syntax* value = expression(0);
            node->pairs.push(m_arena, {key, value});
            if (!m_token.is(Symbol::Comma) || m_failed) break;
            advance();
        }
    }
    expect(Symbol::CloseBrace, "}", true);
}

void Parser::arguments(Syntax* node)
{
    if (!m_token.is(Symbol::CloseParenthesis)) {
        for (;;) {
            if (m_token.is(Symbol::Question)) {
                node->kind = SyntaxKind::Partial;
                node->items.push(m_arena, make(SyntaxKind::Placeholder, m_token));
                advance();
            } else {
                node->items.push(m_arena, expression(0));
            }
            if (!m_token.is(Symbol::Comma) || m_failed) break;
            advance();
        }
    }
    expect(Symbol::CloseParenthesis, ")", true);
}

void Parser::lambda(Syntax* node)
{
    node->kind = SyntaxKind::Lambda;
    for (std::size_t i = 0; i < node->items.size(); ++i) {
        const Syntax* parameter = node->items[i];
        if (parameter->kind == SyntaxKind::Variable) continue;
        fail("S0208", parameter->token);
        m_fault.value = json::Value(std::uint64_t{i + 1});
        return;
    }
    if (m_token.is(Symbol::Less)) signature(node);
    expect(Symbol::OpenBrace, "{");
    node->left = expression(0);
    expect(Symbol::CloseBrace, "}");
}

void Parser::signature(Syntax* node)
{
    const std::size_t position = m_token.position;
    std::string text = "<";
    std::size_t end = position;
    int depth = 1;
    while (depth > 0 && !m_token.is(Symbol::OpenBrace) && m_token.type != TokenType::End) {
        advance();
        if (m_token.is(Symbol::Greater)) --depth;
        if (m_token.is(Symbol::Less)) ++depth;
        if (m_token.type != TokenType::End) text += m_token.text;
        end = m_token.position;
    }
    expect(Symbol::Greater, ">");
    if (m_failed) return;
    tl::expected<Signature, Fault> parsed = Signature::parse(text);
    if (!parsed) {
        parsed.error().position = position;
        fail(std::move(parsed.error()));
        return;
    }
    node->signature = m_arena.make<Signature>(std::move(*parsed));
    node->signature_text = m_text.substr(position - 1, end - position + 1);
}

}  // namespace

tl::expected<Syntax*, Fault> parse(std::string_view text, Arena& arena)
{
    return Parser(text, arena).parse();
}

}  // namespace weft::jsonata
