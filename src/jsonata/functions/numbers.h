#pragma once

#include "jsonata/functions/fault.h"
#include "json/value.h"

#include <optional>
#include <string>

// The functions of numbers that need more than an operator. Results may be infinite or NaN where
// the reference's are; number_value() must not be given those.
namespace weft::jsonata::functions {

// $number of a number, a text or a boolean: JSON's decimals (leading zeros allowed), or 0x, 0o, 0b.
// D3030 for all else.
Outcome<double> to_number(const json::Value& value);

// $round: half to even, at a number of decimal places, which may be negative. The places are those
// of the number's shortest text, so that 1.005 to two is 1.
double round_half_even(double value, double precision = 0);

Outcome<double> power(double base, double exponent);  // D3061 for a result that is not finite
Outcome<double> square_root(double value);            // D3060 for a negative number

// $formatBase: the rounded value in a base from 2 to 36; D3100 for another base.
Outcome<std::string> format_base(double value, double radix = 10);

}  // namespace weft::jsonata::functions
