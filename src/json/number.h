#pragma once

#include "json/value.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace weft::json {

struct NumberScan {
    bool valid = false;
    const char* end = nullptr;  // behind the number, or the place that cannot be part of one
    Value value;
};

// Reads a JSON number (RFC 8259, section 6) at `begin`. Integers are Int or UInt where 64 bits hold
// them (-0 is Int 0); with a fraction or an exponent, Double where its shortest text has the same
// digits. All others are BigNumber with their text.
NumberScan scan_number(const char* begin, const char* end);

// A number's text in decimal: (-1)^negative * 0.d1d2d3... * 10^exponent. Zero has no digits.
struct Decimal {
    bool negative = false;
    std::string digits;  // without zeros at either end
    std::int64_t exponent = 0;

    bool operator==(const Decimal&) const = default;
};
// `text` is a number in JSON's grammar. Exponents beyond 10^15 are held at that bound.
Decimal decimal_of(std::string_view text);
// A double counts as its shortest decimal; -0.0 is zero.
Decimal decimal_of(const Value& number);

// Beyond double's range: an infinity or zero.
double nearest_double(std::string_view number_text);

// As Java's Double.toString lays a double out: plain decimal from 1e-3 to below 1e7, else
// d.dddE[-]n; the digits are the shortest that read back as the same double.
constexpr std::size_t double_text_bytes_max = 32;
std::size_t write_double(char* buffer, double value);

// As ECMAScript's Number::toString lays digits out (RFC 8785, section 3.2.2.3).
void write_decimal_to(std::string& out, const Decimal& decimal);

}  // namespace weft::json
