#pragma once

#include "jsonata/functions/fault.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

// The functions of texts that know no pattern. They count code points; a text that is too long is
// U1002. Views given back look into the arguments.
namespace weft::jsonata::functions {

// $substring. A negative start counts from the end; what lies outside the text is left out.
std::string_view substring(std::string_view text, double start, std::optional<double> length);

// $substringBefore and $substringAfter: the text itself when `part` does not occur.
std::string_view substring_before(std::string_view text, std::string_view part);
std::string_view substring_after(std::string_view text, std::string_view part);

bool contains(std::string_view text, std::string_view part);

// $trim: runs of blanks, tabs and line ends become one blank, none at either end.
std::string trim(std::string_view text);

// $pad: to |width| code points, behind the text or, when negative, in front of it. `filler` is
// repeated and cut; a blank when empty.
Outcome<std::string> pad(std::string_view text, double width, std::string_view filler,
                         std::size_t bytes_max);

// $base64encode: each UTF-16 code unit is one byte, of which the lower eight bits count.
std::string base64_encode(std::string_view text);
// $base64decode: each byte is one character. Reads up to the first '='; passes over what is not of
// the alphabet, in which '-' and '_' are '+' and '/'.
std::string base64_decode(std::string_view text);

// Joins texts as $join does, and a single text `&`.
class Joiner {
public:
    Joiner(std::string_view separator, std::size_t bytes_max)
        : m_separator(separator), m_bytes_max(bytes_max)
    {
    }
    // False when the text would become too long; finish() then is U1002.
    bool add(std::string_view piece);
    Outcome<std::string> finish() &&;

private:
    std::string_view m_separator;
    std::size_t m_bytes_max;
    std::string m_out;
    bool m_first = true;
    bool m_full = false;
};

}  // namespace weft::jsonata::functions
