#include "encoding/utf8.h"
#include "jsonpath/functions.h"
#include "jsonpath/parser.h"
#include "jsonpath/path.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

namespace weft::jsonpath {

namespace {

bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool begins_variable(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

bool holds_scan(const Program& program)
{
    return std::ranges::any_of(
        program.steps, [](const Step& step) { return std::holds_alternative<ScanStep>(step); });
}

// Jayway, isDefinite: names one place at most. A list of names counts while it is the last step: it
// makes one object.
bool is_definite(const Program& program)
{
    for (std::size_t i = 0; i < program.steps.size(); ++i) {
        const Step& step = program.steps[i];
        const bool last = i + 1 == program.steps.size();
        const bool single = std::holds_alternative<NameStep>(step) ||
                            std::holds_alternative<IndexStep>(step) ||
                            std::holds_alternative<FunctionStep>(step) ||
                            (last && std::holds_alternative<NamesStep>(step));
        if (!single) return false;
    }
    return true;
}

void finish(Program& program)
{
    if (!program.steps.empty() && holds_scan(program)) {
        if (auto* function = std::get_if<FunctionStep>(&program.steps.back())) {
            program.aggregate = std::move(*function);
            program.steps.pop_back();
            // `$..length()`: everything below.
            if (std::holds_alternative<ScanStep>(program.steps.back()))
                program.steps.emplace_back(WildcardStep{});
        }
    }
    program.definite = program.aggregate.has_value() || is_definite(program);
    program.simple = !program.aggregate && std::ranges::all_of(program.steps, [](const Step& step) {
        return std::holds_alternative<NameStep>(step) || std::holds_alternative<IndexStep>(step);
    });
}

bool read_hex4(std::string_view text, std::size_t at, std::uint32_t& unit)
{
    if (at + 4 > text.size()) return false;
    const char* const end = text.data() + at + 4;
    return std::from_chars(text.data() + at, end, unit, 16).ptr == end;
}

}  // namespace

bool decode_unicode_escape(std::string_view text, std::size_t& at, std::string& out)
{
    std::uint32_t unit = 0;
    if (!read_hex4(text, at, unit)) return false;
    at += 4;
    std::uint32_t low = 0;
    const bool is_high = unit >= 0xd800 && unit < 0xdc00;
    if (is_high && text.substr(at, 2) == "\\u" && read_hex4(text, at + 2, low) && low >= 0xdc00 &&
        low < 0xe000) {
        at += 6;
        unit = 0x10000U + ((unit - 0xd800U) << 10U) + (low - 0xdc00U);
    }
    encoding::append_utf8(out, unit);
    return true;
}

bool Parser::accept(char c)
{
    if (at_end() || m_text[m_at] != c) return false;
    ++m_at;
    return true;
}

// Where a path inside a filter ends.
bool Parser::at_delimiter() const
{
    return at_end() || is_blank(m_text[m_at]) ||
           std::string_view(")],=!<>&|~}").find(m_text[m_at]) != std::string_view::npos;
}

void Parser::skip_blanks()
{
    while (!at_end() && is_blank(m_text[m_at])) ++m_at;
}

Result<void> Parser::expect(char c)
{
    skip_blanks();
    if (!accept(c)) return wrong(fmt::format("'{}'", c));
    return {};
}

tl::unexpected<Error> Parser::wrong(std::string_view expectation) const
{
    if (at_end())
        return fail(ErrorCode::InvalidPath, "the path '{}' ends where {} was expected", m_text,
                    expectation);
    return fail(ErrorCode::InvalidPath, "the path '{}' is wrong at character {}: expected {}",
                m_text, m_at + 1, expectation);
}

Result<void> Parser::enter()
{
    if (++m_depth > filter_depth_max)
        return fail(ErrorCode::InvalidPath, "a filter of a path nests deeper than {}",
                    filter_depth_max);
    return {};
}

Result<std::shared_ptr<const Program>> Parser::parse()
{
    if (m_text.size() > path_bytes_max)
        return fail(ErrorCode::InvalidPath, "a path is longer than {} bytes", path_bytes_max);
    const std::string_view whole = m_text;
    while (!m_text.empty() && is_blank(m_text.back())) m_text.remove_suffix(1);
    auto program = std::make_shared<Program>();
    program->text = whole;
    if (peek() != '$') return wrong("'$'");
    TRY(parse_root(*program));
    TRY(parse_steps(*program, false));
    finish(*program);
    program->uses_context = m_uses_context;
    std::ranges::sort(m_variables);
    m_variables.erase(std::ranges::unique(m_variables).begin(), m_variables.end());
    program->variables = std::move(m_variables);
    return std::shared_ptr<const Program>(std::move(program));
}

// `$` the input, `$$` the context object, `$name` a variable; in a filter `@` the item looked at.
Result<void> Parser::parse_root(Program& program)
{
    if (accept('@')) {
        program.from_current = true;
        return {};
    }
    ++m_at;
    if (accept('$')) {
        program.root = RootKind::Context;
        m_uses_context = true;
        return {};
    }
    if (!begins_variable(peek())) return {};
    const std::size_t begin = m_at;
    while (begins_variable(peek()) || is_digit(peek())) ++m_at;
    program.root = RootKind::Variable;
    program.variable = m_text.substr(begin, m_at - begin);
    m_variables.push_back(program.variable);
    return {};
}

Result<std::shared_ptr<const Program>> Parser::parse_embedded()
{
    TRY(enter());
    auto program = std::make_shared<Program>();
    const std::size_t begin = m_at;
    TRY(parse_root(*program));
    TRY(parse_steps(*program, true));
    program->text = m_text.substr(begin, m_at - begin);
    finish(*program);
    leave();
    return std::shared_ptr<const Program>(std::move(program));
}

Result<void> Parser::parse_steps(Program& program, bool embedded)
{
    while (!at_end()) {
        if (++m_steps > path_steps_max)
            return fail(ErrorCode::InvalidPath, "a path has more than {} steps", path_steps_max);
        const bool closed =
            !program.steps.empty() && std::holds_alternative<FunctionStep>(program.steps.back());
        if (peek() == '.' || peek() == '[') {
            if (closed) return wrong("the end, since a function is a path's last step");
            TRY(peek() == '.' ? parse_dot(program, embedded) : parse_bracket(program));
        } else if (embedded && at_delimiter()) {
            break;
        } else {
            return wrong("'.' or '['");
        }
    }
    return {};
}

Result<void> Parser::parse_dot(Program& program, bool embedded)
{
    ++m_at;
    if (accept('.')) program.steps.emplace_back(ScanStep{});
    if (at_end()) return wrong("a name: a path must not end with a '.' or '..'");
    if (peek() == '[') return parse_bracket(program);
    if (peek() == '*') {
        ++m_at;
        program.steps.emplace_back(WildcardStep{});
        return {};
    }
    std::string name = TRY(parse_dot_name(embedded));
    if (peek() == '(') return parse_function(program, name, embedded);
    program.steps.emplace_back(NameStep{std::move(name)});
    return {};
}

// ASL, Reference Paths: in a name after a dot a backslash takes the next character as it is, \uXXXX
// as that character.
Result<std::string> Parser::parse_dot_name(bool embedded)
{
    std::string name;
    while (!at_end()) {
        const char c = m_text[m_at];
        if (c == '.' || c == '[' || c == '(') break;
        if (embedded && at_delimiter()) break;
        if (is_blank(c))
            return wrong(
                "no blank (use bracket notation ['my name'] for a name that holds blanks)");
        ++m_at;
        if (c != '\\') {
            name += c;
            continue;
        }
        if (at_end()) return wrong("a character after the backslash");
        const char escaped = m_text[m_at++];
        std::size_t after = m_at;
        if (escaped == 'u' && decode_unicode_escape(m_text, after, name))
            m_at = after;
        else
            name += escaped;
    }
    if (name.empty()) return wrong("a name");
    return name;
}

Result<void> Parser::parse_function(Program& program, std::string_view name, bool embedded)
{
    const Function* function = find_function(name);
    if (function == nullptr)
        return fail(ErrorCode::InvalidPath,
                    "the path '{}' is wrong: Function with name: {} does not exist.", m_text, name);
    FunctionStep step{function, {}};
    TRY(expect('('));
    TRY(enter());
    skip_blanks();
    while (!accept(')')) {
        if (!step.arguments.empty()) TRY(expect(','));
        skip_blanks();
        if (peek() == '$' || peek() == '@')
            step.arguments.emplace_back(TRY(parse_embedded()));
        else
            step.arguments.emplace_back(TRY(parse_literal()));
        skip_blanks();
    }
    leave();
    if (step.arguments.size() < function->arguments_min ||
        step.arguments.size() > function->arguments_max)
        return fail(ErrorCode::InvalidPath, "the path '{}' gives {}() {} arguments", m_text, name,
                    step.arguments.size());
    if (!embedded && !at_end()) return wrong("the end, since a function is a path's last step");
    program.steps.emplace_back(std::move(step));
    return {};
}

Result<void> Parser::parse_bracket(Program& program)
{
    ++m_at;
    skip_blanks();
    const char c = peek();
    if (c == '\'' || c == '"') return parse_names(program);
    if (c == '-' || c == ':' || is_digit(c)) return parse_indices(program);
    if (accept('*')) {
        program.steps.emplace_back(WildcardStep{});
        return expect(']');
    }
    if (accept('?')) {
        TRY(expect('('));
        auto condition = std::make_shared<const Condition>(TRY(parse_condition()));
        TRY(expect(')'));
        program.steps.emplace_back(FilterStep{std::move(condition)});
        return expect(']');
    }
    return wrong("a quoted name, an index, '*' or '?('");
}

Result<void> Parser::parse_names(Program& program)
{
    NamesStep step;
    do {
        skip_blanks();
        step.names.push_back(TRY(parse_quoted_name()));
        skip_blanks();
    } while (accept(','));
    if (step.names.size() == 1)
        program.steps.emplace_back(NameStep{std::move(step.names.front())});
    else
        program.steps.emplace_back(std::move(step));
    return expect(']');
}

// AWS: a backslash in a quoted name is part of the name (recorded: $['Test\""Name"'] finds the
// member Test\""Name"). Only before the closing kind of quote does it escape, since such a name
// could not be written otherwise.
Result<std::string> Parser::parse_quoted_name()
{
    const char quote = peek();
    if (quote != '\'' && quote != '"') return wrong("a quoted name");
    ++m_at;
    std::string name;
    while (!at_end()) {
        const char c = m_text[m_at++];
        if (c == quote) return name;
        if (c == '\\' && !at_end()) {
            const char next = m_text[m_at++];
            if (next != quote) name += c;
            name += next;
        } else {
            name += c;
        }
    }
    return wrong("the closing quote of a name");
}

// An index, a union [0,2] or a slice [from:to:step].
Result<void> Parser::parse_indices(Program& program)
{
    IndicesStep step;
    SliceStep slice;
    if (peek() != ':') step.indices.push_back(TRY(parse_integer()));
    skip_blanks();
    if (accept(':')) {
        if (!step.indices.empty()) slice.from = step.indices.front();
        skip_blanks();
        if (peek() != ':' && peek() != ']') slice.to = TRY(parse_integer());
        skip_blanks();
        if (accept(':')) {
            skip_blanks();
            if (peek() != ']') slice.step = TRY(parse_integer());
            if (slice.step == 0) return wrong("a step other than 0");
        }
        program.steps.emplace_back(slice);
        return expect(']');
    }
    while (accept(',')) {
        skip_blanks();
        step.indices.push_back(TRY(parse_integer()));
        skip_blanks();
    }
    if (step.indices.size() == 1)
        program.steps.emplace_back(IndexStep{step.indices.front()});
    else
        program.steps.emplace_back(std::move(step));
    return expect(']');
}

Result<std::int64_t> Parser::parse_integer()
{
    const char* const begin = m_text.data() + m_at;
    std::int32_t number = 0;
    const auto [end, error] = std::from_chars(begin, m_text.data() + m_text.size(), number);
    if (error == std::errc::result_out_of_range) return wrong("an index of at most 32 bits");
    if (error != std::errc()) return wrong("an index");
    m_at += static_cast<std::size_t>(end - begin);
    return number;
}

}  // namespace weft::jsonpath
