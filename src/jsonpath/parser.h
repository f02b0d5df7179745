#pragma once

// From text to Program. Private to this folder.

#include "base/result.h"
#include "jsonpath/program.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weft::jsonpath {

class Parser {
public:
    explicit Parser(std::string_view text) : m_text(text) {}

    // The whole text as one path.
    Result<std::shared_ptr<const Program>> parse();

private:
    // path_parser.cpp
    Result<void> parse_root(Program& program);
    Result<void> parse_steps(Program& program, bool embedded);
    Result<void> parse_dot(Program& program, bool embedded);
    Result<void> parse_function(Program& program, std::string_view name, bool embedded);
    Result<void> parse_bracket(Program& program);
    Result<void> parse_names(Program& program);
    Result<void> parse_indices(Program& program);
    Result<std::string> parse_dot_name(bool embedded);
    Result<std::string> parse_quoted_name();
    Result<std::int64_t> parse_integer();
    Result<std::shared_ptr<const Program>> parse_embedded();

    // filter_parser.cpp
    Result<Condition> parse_condition();
    Result<Condition> parse_conjunction();
    Result<Condition> parse_unary();
    Result<Condition> parse_comparison();
    Result<Operator> parse_operator();
    Result<Operand> parse_operand();
    Result<Operand> parse_regex();
    Result<json::Value> parse_literal();
    Result<json::Value> parse_array_literal();
    Result<json::Value> parse_object_literal();
    Result<json::Value> parse_bare_literal();
    Result<std::string> parse_string_literal();

    bool at_end() const { return m_at >= m_text.size(); }
    char peek(std::size_t ahead = 0) const
    {
        return m_at + ahead < m_text.size() ? m_text[m_at + ahead] : '\0';
    }
    bool accept(char c);
    bool at_delimiter() const;
    void skip_blanks();
    Result<void> expect(char c);
    tl::unexpected<Error> wrong(std::string_view expectation) const;
    Result<void> enter();
    void leave() { --m_depth; }

    std::string_view m_text;
    std::size_t m_at = 0;
    std::size_t m_depth = 0;
    std::size_t m_steps = 0;
    bool m_uses_context = false;
    std::vector<std::string> m_variables;
};

// Decodes \uXXXX (surrogate pairs too) at `at` past the `u`; false when there are not four hex
// digits.
bool decode_unicode_escape(std::string_view text, std::size_t& at, std::string& out);

}  // namespace weft::jsonpath
