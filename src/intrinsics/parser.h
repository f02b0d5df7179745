#pragma once

// From text to Call. Private to this folder.

#include "base/result.h"
#include "intrinsics/call.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace weft::intrinsics {

class Parser {
public:
    explicit Parser(std::string_view text) : m_text(text) {}

    // The whole text as one call.
    Result<std::shared_ptr<const Call>> parse();

private:
    Result<std::shared_ptr<Call>> parse_call();
    Result<Argument> parse_argument(Call& call);
    Result<Argument> parse_path();
    Result<Argument> parse_literal();
    Result<std::string> parse_string(bool keeps_escapes);
    std::string_view read_path_text();

    bool at_end() const { return m_at >= m_text.size(); }
    char peek() const { return at_end() ? '\0' : m_text[m_at]; }
    bool accept(char c);
    void skip_blanks();
    tl::unexpected<Error> wrong(std::string_view expectation) const;

    std::string_view m_text;
    std::size_t m_at = 0;
    std::size_t m_depth = 0;
    bool m_uses_context = false;
    std::vector<std::string> m_variables;
};

}  // namespace weft::intrinsics
