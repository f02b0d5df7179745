#pragma once

#include "json/value.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace weft::jsonata::functions {

// How many significant digits of a double a text shows.
enum class Digits : std::uint8_t {
    Shortest,  // as JavaScript's Number::toString: the fewest that read back as the same double
    Fifteen,   // as $string and & do: of numbers with a fraction at most fifteen
};

constexpr std::size_t number_text_bytes_max = 32;

// Writes `value` (any double) as JavaScript does (ECMAScript, Number::toString): integers without
// a fraction, plain decimal from 1e-6 to below 1e21, else d.ddde+x; "Infinity", "NaN". Returns the
// bytes written. -0 is "0".
std::size_t write_number(char* buffer, double value, Digits digits = Digits::Shortest);
void append_number(std::string& out, double value, Digits digits = Digits::Shortest);
std::string number_text(double value, Digits digits = Digits::Shortest);

// The JSON value for a finite double: an Int where it is an integer up to 2^53, so that no ".0" is
// written of it, else a Double.
json::Value number_value(double value);

}  // namespace weft::jsonata::functions
