#pragma once

#include "base/result.h"

#include <memory>
#include <string_view>

namespace weft::jsonpath {

// A compiled regular expression of a filter, `/pattern/flags` (PCRE2, which covers Java's syntax
// but for a few classes). Immutable, shared by copies, safe to use from many threads. Work per
// match is bounded.
class Regex {
public:
    // Flags as Jayway has them: i s m x u. ErrorCode::InvalidPath for a pattern that does not
    // compile.
    static Result<Regex> compile(std::string_view pattern, std::string_view flags);

    // Whether the whole text matches (Java's matches()). ErrorCode::LimitExceeded when it
    // backtracks too much.
    Result<bool> matches(std::string_view text) const;

private:
    explicit Regex(std::shared_ptr<const void> code) : m_code(std::move(code)) {}
    std::shared_ptr<const void> m_code;
};

}  // namespace weft::jsonpath
