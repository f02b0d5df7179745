#pragma once

#include "jsonata/functions/fault.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weft::jsonata::functions {

// A picture of an integer (XPath functions and operators, fn:format-integer), read once and used
// many times: a decimal-digit pattern with grouping separators in any of Unicode's digit families,
// or A a (letters), I i (Roman), W w Ww (English words); behind it ";o" for ordinals.
class IntegerPicture {
public:
    enum class Form : std::uint8_t { Decimal, Letters, Roman, Words, Sequence };
    enum class Case : std::uint8_t { Lower, Upper, Title };
    struct Separator {
        std::size_t position;  // digits to its right
        std::u16string text;
    };

    // D3131 for digits of several families. A picture without a digit that is none of the above is
    // a Sequence, which can neither be written nor read (D3130).
    static Outcome<IntegerPicture> make(std::string_view picture);

    // $formatInteger: the value is rounded down. U1002 for a text of more than `bytes_max`.
    Outcome<std::string> format(double value, std::size_t bytes_max) const;
    // $parseInteger: NaN for a text that is no such number.
    Outcome<double> parse(std::string_view text) const;

    // For pictures of dates.
    Form form = Form::Decimal;
    Case letter_case = Case::Lower;
    bool ordinal = false;
    char16_t zero = u'0';
    std::size_t digits_min = 0;
    std::size_t digits_optional = 0;
    std::size_t grouping_size = 0;      // of equal groups with one separator; else 0
    std::vector<Separator> separators;  // from right to left
    std::string token;                  // of a Sequence

private:
    bool find_groups();
    std::u16string grouped(std::u16string digits) const;
    Outcome<std::string> decimal_text(double magnitude, std::size_t bytes_max) const;
    double decimal_value(std::string_view text) const;
};

}  // namespace weft::jsonata::functions
