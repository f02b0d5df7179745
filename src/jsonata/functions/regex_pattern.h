#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace weft::jsonata::functions {

// A JavaScript regular expression in PCRE2's syntax, which stands for the same language. Two forms,
// since most subjects are ASCII: one for such subjects, read as bytes, in which other characters
// match nothing; one for all subjects, read as UTF-8 in which each UTF-16 code unit is a character
// (JavaScript without its flag u works on those). Both forms are ASCII themselves.
struct RegexPattern {
    std::string ascii;
    std::string wide;
    unsigned groups = 0;  // capturing
};

// Reads ECMAScript's Pattern with annex B.1.2 and named groups, without the flags u and v. The
// error is JavaScript's text for it ("Unterminated group").
tl::expected<RegexPattern, std::string> translate_regex(std::string_view pattern, bool ignore_case,
                                                        bool multiline);

}  // namespace weft::jsonata::functions
