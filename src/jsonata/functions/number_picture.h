#pragma once

#include "jsonata/functions/fault.h"
#include "json/value.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft::jsonata::functions {

// A picture of a number (XPath functions and operators 4.7, fn:format-number), read once and used
// many times: "#,##0.00;(#,##0.00)".
class NumberPicture {
public:
    // Names as in the specification ("decimal-separator", "zero-digit" …), texts as values; others
    // are passed over. `options` is an object or null. D3080 to D3093 for a picture that is none.
    static Outcome<NumberPicture> make(std::string_view picture, const json::Value* options);

    std::string format(double value) const;

private:
    struct Symbols {
        std::u16string decimal_separator = u".";
        std::u16string grouping_separator = u",";
        std::u16string exponent_separator = u"e";
        std::u16string minus_sign = u"-";
        std::u16string percent = u"%";
        std::u16string per_mille = u"\u2030";
        std::u16string zero_digit = u"0";
        std::u16string digit = u"#";
        std::u16string pattern_separator = u";";

        bool is_digit(char16_t unit) const;   // of the decimal digit family
        bool is_active(char16_t unit) const;  // not part of a prefix or suffix
    };
    struct Parts {
        std::u16string text, prefix, suffix, active, mantissa, integer, fraction;
        std::optional<std::u16string> exponent;
    };
    struct Form {
        std::u16string prefix, suffix;
        double factor = 1;  // of percent and per mille
        bool has_decimal_separator = false;
        bool has_exponent = false;
        std::size_t integer_min = 0;
        std::size_t scaling = 0;
        std::size_t fraction_min = 0;
        std::size_t fraction_max = 0;
        std::size_t exponent_min = 0;
        std::size_t grouping_size = 0;
        std::vector<std::size_t> integer_groups;   // digits to the right of each separator
        std::vector<std::size_t> fraction_groups;  // to the left
    };

    Parts split(std::u16string_view picture) const;
    std::string_view refusal(const Parts& parts) const;
    Form analyse(const Parts& parts) const;
    std::vector<std::size_t> group_positions(const std::u16string& part, const Parts& parts,
                                             bool to_left) const;
    std::size_t count_digits(std::u16string_view part, bool optional_too) const;
    std::u16string fixed(double magnitude, std::size_t places) const;
    void group_integer(std::u16string& text, const Form& form) const;

    Symbols m_symbols;
    Form m_positive;
    Form m_negative;
};

}  // namespace weft::jsonata::functions
