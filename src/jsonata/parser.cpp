#include "jsonata/parser.h"

namespace weft::jsonata {

namespace {

// How strongly an operator binds what stands left of it; 0: it ends an expression.
int left_power(const Token& token)
{
    if (token.type != TokenType::Operator) return 0;
    struct Power {
        std::string_view symbol;
        int power;
    };
    static constexpr Power powers[] = {
        {".", 75},   {"[", 80},  {"{", 70},  {"(", 80},  {"@", 80},  {"#", 80},  {"?", 20},
        {"+", 50},   {"-", 50},  {"*", 60},  {"/", 60},  {"%", 60},  {"=", 40},  {"<", 40},
        {">", 40},   {"^", 40},  {":=", 10}, {"!=", 40}, {"<=", 40}, {">=", 40}, {"~>", 40},
        {"and", 30}, {"or", 25}, {"in", 40}, {"&", 50},  {"?:", 40}, {"??", 40}};
    for (const Power& row : powers)
        if (row.symbol == token.text) return row.power;
    return 0;
}

constexpr int power_of_bind = 10;
constexpr int power_of_prefix = 70;

// A Pratt parser: `prefix` reads what begins an expression, `infix` what continues one.
class Parser {
public:
    Parser(std::string_view text, Arena& arena) : m_arena(arena), m_lexer(text, arena) {}

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
        } else if (m_token.is("!") || m_token.is("~")) {
            fail("S0204", m_token);
        }
        if (m_failed) m_token = Token{};
    }
    void expect(std::string_view symbol, bool infix = false)
    {
        if (!m_token.is(symbol)) {
            if (m_failed) return;
            fail(m_token.type == TokenType::End ? "S0203" : "S0202", m_token);
            m_fault.value = json::Value(symbol);
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
        const std::size_t chain = m_chained;
        while (!m_failed && power < left_power(m_token)) {
            // A chain of operators makes as deep a tree as brackets do.
            if (!enter(m_chained, chain_max)) break;
            token = m_token;
            advance();
            left = infix(token, left);
        }
        m_chained = chain;
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

    Arena& m_arena;
    Lexer m_lexer;
    Token m_token;
    bool m_failed = false;
    Fault m_fault;
    std::size_t m_nested = 0;
    std::size_t m_chained = 0;
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
    const std::string_view symbol = token.text;
    if (symbol == "and" || symbol == "or" || symbol == "in")
        return make(SyntaxKind::Operator, token);
    if (symbol == "*") return make(SyntaxKind::Wildcard, token);
    if (symbol == "**") return make(SyntaxKind::Descendant, token);
    if (symbol == "%") return make(SyntaxKind::Parent, token);
    if (symbol == "-") return make(SyntaxKind::Negate, token, expression(power_of_prefix));
    if (symbol == "(") {
        Syntax* node = make(SyntaxKind::Block, token);
        while (!m_token.is(")") && !m_failed) {
            node->items.push_back(expression(0));
            if (!m_token.is(";")) break;
            advance();
        }
        expect(")", true);
        return node;
    }
    if (symbol == "[") {
        Syntax* node = make(SyntaxKind::Array, token);
        if (!m_token.is("]")) {
            for (;;) {
                Syntax* item = expression(0);
                if (m_token.is("..")) {
                    Syntax* range = make(SyntaxKind::Binary, m_token, item);
                    advance();
                    range->right = expression(0);
                    item = range;
                }
                node->items.push_back(item);
                if (!m_token.is(",")) break;
                advance();
            }
        }
        expect("]", true);
        return node;
    }
    if (symbol == "{") {
        Syntax* node = make(SyntaxKind::Object, token);
        members(node);
        return node;
    }
    if (symbol == "|") {
        Syntax* node = make(SyntaxKind::Transform, token);
        node->left = expression(0);
        expect("|");
        node->right = expression(0);
        if (m_token.is(",")) {
            advance();
            node->third = expression(0);
        }
        expect("|");
        return node;
    }
    fail("S0211", token);
    return make(SyntaxKind::End, token);
}

Syntax* Parser::infix(const Token& token, Syntax* left)
{
    const std::string_view symbol = token.text;
    switch (symbol[0]) {
    case '.': return make(SyntaxKind::Path, token, left, expression(left_power(token)));
    case '[': {
        if (m_token.is("]")) {
            // Empty brackets: the step keeps an array of one.
            Syntax* step = left;
            while (step->kind == SyntaxKind::Filter) step = step->left;
            step->keep_array = true;
            advance(true);
            return left;
        }
        Syntax* node = make(SyntaxKind::Filter, token, left, expression(0));
        expect("]", true);
        return node;
    }
    case '{': {
        Syntax* node = make(SyntaxKind::Group, token, left);
        members(node);
        return node;
    }
    case '(': {
        Syntax* node = make(SyntaxKind::Call, token, left);
        arguments(node);
        if (left->kind == SyntaxKind::Name &&
            (left->token.text == "function" || left->token.text == "λ"))
            lambda(node);
        return node;
    }
    case '^': {
        Syntax* node = make(SyntaxKind::Sort, token, left);
        expect("(");
        for (;;) {
            const bool descending = m_token.is(">");
            if (descending || m_token.is("<")) advance();
            node->terms.emplace_back(expression(0), descending);
            if (!m_token.is(",") || m_failed) break;
            advance();
        }
        expect(")", true);
        return node;
    }
    case '@':
    case '#': {
        Syntax* variable = expression(left_power(token));
        if (variable->kind != SyntaxKind::Variable) {
            Fault fault;
            fault.code = "S0214";
            fault.position = variable->token.position;
            fault.token = json::Value(symbol);
            fail(std::move(fault));
        }
        return make(symbol == "@" ? SyntaxKind::Focus : SyntaxKind::Index, token, left, variable);
    }
    case ':':
        if (left->kind != SyntaxKind::Variable) {
            Fault fault;
            fault.code = "S0212";
            fault.position = left->token.position;
            fault.token = token_value(left->token);
            fail(std::move(fault));
        }
        return make(SyntaxKind::Bind, token, left, expression(power_of_bind - 1));
    case '~': return make(SyntaxKind::Apply, token, left, expression(left_power(token)));
    case '?': {
        if (symbol == "?:") return make(SyntaxKind::Default, token, left, expression(0));
        if (symbol == "??") return make(SyntaxKind::Coalesce, token, left, expression(0));
        Syntax* node = make(SyntaxKind::Condition, token, left, expression(0));
        if (m_token.is(":")) {
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
    if (!m_token.is("}")) {
        for (;;) {
            Syntax* key = expression(0);
            expect(":");
            Syntax* value = expression(0);
            node->pairs.emplace_back(key, value);
            if (!m_token.is(",") || m_failed) break;
            advance();
        }
    }
    expect("}", true);
}

void Parser::arguments(Syntax* node)
{
    if (!m_token.is(")")) {
        for (;;) {
            if (m_token.is("?")) {
                node->kind = SyntaxKind::Partial;
                node->items.push_back(make(SyntaxKind::Placeholder, m_token));
                advance();
            } else {
                node->items.push_back(expression(0));
            }
            if (!m_token.is(",") || m_failed) break;
            advance();
        }
    }
    expect(")", true);
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
    if (m_token.is("<")) signature(node);
    expect("{");
    node->left = expression(0);
    expect("}");
}

void Parser::signature(Syntax* node)
{
    const std::size_t position = m_token.position;
    std::string text = "<";
    int depth = 1;
    while (depth > 0 && !m_token.is("{") && m_token.type != TokenType::End) {
        advance();
        if (m_token.is(">")) --depth;
        if (m_token.is("<")) ++depth;
        if (m_token.type != TokenType::End) text += m_token.text;
    }
    expect(">");
    if (m_failed) return;
    tl::expected<Signature, Fault> parsed = Signature::parse(text);
    if (!parsed) {
        parsed.error().position = position;
        fail(std::move(parsed.error()));
        return;
    }
    node->signature = m_arena.make<Signature>(std::move(*parsed));
}

}  // namespace

tl::expected<Syntax*, Fault> parse(std::string_view text, Arena& arena)
{
    return Parser(text, arena).parse();
}

}  // namespace weft::jsonata
