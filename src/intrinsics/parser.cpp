#include "intrinsics/parser.h"

#include "base/limits.h"
#include "base/suggest.h"
#include "intrinsics/expression.h"
#include "intrinsics/families.h"
#include "json/parse.h"

#include <algorithm>
#include <utility>

namespace weft::intrinsics {

namespace {

bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool is_name_character(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_';
}

std::string suggestion(std::string_view name)
{
    std::vector<std::string_view> names;
    for (const Intrinsic& row : intrinsics()) names.push_back(row.name);
    return did_you_mean(name, names);
}

std::string arity(const Intrinsic& row)
{
    if (row.arguments_max == any_number) return fmt::format("at least {}", row.arguments_min);
    if (row.arguments_min == row.arguments_max) return fmt::format("{}", row.arguments_min);
    return fmt::format("{} to {}", row.arguments_min, row.arguments_max);
}

}  // namespace

bool Parser::accept(char c)
{
    if (peek() != c || at_end()) return false;
    ++m_at;
    return true;
}

void Parser::skip_blanks()
{
    while (!at_end() && is_blank(m_text[m_at])) ++m_at;
}

tl::unexpected<Error> Parser::wrong(std::string_view expectation) const
{
    if (at_end())
        return fail(ErrorCode::InvalidExpression, "the expression '{}' ends where {} was expected",
                    m_text, expectation);
    return fail(ErrorCode::InvalidExpression,
                "the expression '{}' is wrong at character {}: expected {}", m_text, m_at + 1,
                expectation);
}

Result<std::shared_ptr<const Call>> Parser::parse()
{
    if (m_text.size() > expression_bytes_max)
        return fail(ErrorCode::InvalidExpression, "an expression is longer than {} bytes",
                    expression_bytes_max);
    skip_blanks();
    std::shared_ptr<Call> call = TRY(parse_call());
    skip_blanks();
    if (!at_end()) return wrong("the end");
    call->text = m_text;
    call->uses_context = m_uses_context;
    std::ranges::sort(m_variables);
    m_variables.erase(std::ranges::unique(m_variables).begin(), m_variables.end());
    call->variables = std::move(m_variables);
    return std::shared_ptr<const Call>(std::move(call));
}

// States.Name(argument, …)
Result<std::shared_ptr<Call>> Parser::parse_call()
{
    if (++m_depth > intrinsic_nesting_max)
        return fail(ErrorCode::InvalidExpression, "the expression '{}' nests calls deeper than {}",
                    m_text, intrinsic_nesting_max);
    const std::size_t begin = m_at;
    while (!at_end() && is_name_character(m_text[m_at])) ++m_at;
    const std::string_view name = m_text.substr(begin, m_at - begin);
    if (name.empty()) return wrong("an intrinsic function such as States.Format(…)");
    auto call = std::make_shared<Call>();
    call->function = find_intrinsic(name);
    if (call->function == nullptr)
        return fail(ErrorCode::InvalidExpression, "unknown intrinsic function '{}'{}", name,
                    suggestion(name));
    if (!accept('(')) return wrong("'('");
    skip_blanks();
    while (!accept(')')) {
        if (!call->arguments.empty()) {
            if (!accept(',')) return wrong("',' or ')'");
            skip_blanks();
        }
        call->arguments.push_back(TRY(parse_argument(*call)));
        skip_blanks();
    }
    const std::size_t count = call->arguments.size();
    if (count < call->function->arguments_min || count > call->function->arguments_max)
        return fail(ErrorCode::InvalidExpression, "{} takes {} arguments, {} given", name,
                    arity(*call->function), count);
    --m_depth;
    return call;
}

Result<Argument> Parser::parse_argument(Call& call)
{
    if (peek() == '\'') {
        // The template of States.Format keeps its escapes: \{ is a brace, {} a place for an
        // argument.
        if (call.function->call == format && call.arguments.empty()) call.escaped_template = true;
        return Argument(
            json::Value(TRY(parse_string(call.escaped_template && call.arguments.empty()))));
    }
    if (peek() == '$') return parse_path();
    if (m_text.substr(m_at).starts_with("States.")) {
        std::shared_ptr<const Call> inner = TRY(parse_call());
        return Argument(std::move(inner));
    }
    return parse_literal();
}

// Up to the ',' or ')' that ends the argument: those inside brackets, parentheses and their quotes
// belong to the path.
std::string_view Parser::read_path_text()
{
    const std::size_t begin = m_at;
    std::size_t depth = 0;
    char quote = '\0';
    for (; !at_end(); ++m_at) {
        const char c = m_text[m_at];
        if (c == '\\' && m_at + 1 < m_text.size()) {
            ++m_at;
        } else if (quote != '\0') {
            if (c == quote) quote = '\0';
        } else if (depth > 0 && (c == '\'' || c == '"')) {
            quote = c;
        } else if (c == '[' || c == '(') {
            ++depth;
        } else if (depth == 0 && (c == ',' || c == ')' || is_blank(c))) {
            break;
        } else if (depth > 0 && (c == ']' || c == ')')) {
            --depth;
        }
    }
    return m_text.substr(begin, m_at - begin);
}

Result<Argument> Parser::parse_path()
{
    Result<jsonpath::Path> path = jsonpath::Path::parse(read_path_text());
    if (!path)
        return fail(ErrorCode::InvalidExpression, "the expression '{}' is wrong: {}", m_text,
                    path.error().message);
    m_uses_context = m_uses_context || path->uses_context();
    m_variables.insert(m_variables.end(), path->variables().begin(), path->variables().end());
    return Argument(*std::move(path));
}

// A number, true, false or null.
Result<Argument> Parser::parse_literal()
{
    const std::size_t begin = m_at;
    while (!at_end() && peek() != ',' && peek() != ')' && !is_blank(peek())) ++m_at;
    const std::string_view word = m_text.substr(begin, m_at - begin);
    const Result<json::Value> value = json::parse(word);
    if (!value || value->is_string() || value->is_array() || value->is_object()) {
        m_at = begin;
        return wrong("a quoted string, a number, true, false, null, a path or a function");
    }
    return Argument(*value);
}

// ASL: within quotes, ' { } \ have a backslash before them; a backslash before anything else is an
// error. A brace without one is taken as it is. AWS: recorded (\" refused, braces of a JSON text
// accepted).
Result<std::string> Parser::parse_string(bool keeps_escapes)
{
    ++m_at;
    std::string text;
    while (!at_end()) {
        const char c = m_text[m_at];
        if (c == '\'') {
            ++m_at;
            return text;
        }
        ++m_at;
        if (c != '\\') {
            text += c;
            continue;
        }
        const char escaped = peek();
        if (escaped != '\'' && escaped != '\\' && escaped != '{' && escaped != '}')
            return wrong("one of ' { } \\ after a backslash");
        if (keeps_escapes && escaped != '\'') text += '\\';
        text += escaped;
        ++m_at;
    }
    return wrong("the closing quote of a string");
}

}  // namespace weft::intrinsics
