#pragma once

#include "jsonata/evaluator.h"

#include "jsonata/functions/regex.h"

#include <optional>

namespace weft::jsonata {

// The groups of a match as the evaluator sees them: JSON if all took part, else an array in which
// those that did not are nothing. (In the result of an evaluation they are null.)
Item groups_item(std::vector<json::Value> groups);

// The matches of a pattern in a text, one after the other: of a regular expression, or of a
// function that keeps to the same protocol (JSONata, Regular expressions).
class Matcher {
public:
    Matcher(Evaluator& evaluator, const Item& pattern, std::string_view text);

    // Moves to the next match. False: there is none, or a fault is set.
    bool next();

    std::size_t start() const { return m_start; }  // UTF-16 units
    std::size_t end() const { return m_end; }
    std::string_view match() const { return m_match; }
    const std::vector<std::optional<std::string>>& groups() const { return m_groups; }
    // Of a function's match: its groups as they are.
    const Item& given_groups() const { return m_given_groups; }

    // The text between two places in UTF-16 units.
    std::string slice(std::size_t begin, std::size_t end) const;

private:
    bool next_given();

    Evaluator& m_evaluator;
    std::string_view m_text;
    std::optional<functions::RegexBuffers> m_buffers;
    std::optional<functions::RegexScan> m_scan;
    Item m_function;  // to be called for the next match, unless there is a scan
    bool m_first = true;
    std::size_t m_start = 0;
    std::size_t m_end = 0;
    std::string m_match;
    std::vector<std::optional<std::string>> m_groups;
    Item m_given_groups;
};

}  // namespace weft::jsonata
