#include "jsonata/functions/number_text.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <string_view>

namespace weft::jsonata::functions {

namespace {

constexpr double exact_integer_max = 9007199254740992.0;  // 2^53
constexpr int fifteen = 15;

// A positive number: 0.d1d2d3... * 10^point.
struct Decimal {
    char digits[24];
    int count = 0;
    int point = 0;
};

Decimal read_scientific(const char* at, const char* end)
{
    Decimal decimal;
    for (; *at != 'e'; ++at)
        if (*at != '.') decimal.digits[decimal.count++] = *at;
    ++at;
    if (*at == '+') ++at;  // from_chars reads a minus alone
    std::from_chars(at, end, decimal.point);
    ++decimal.point;
    while (decimal.count > 1 && decimal.digits[decimal.count - 1] == '0') --decimal.count;
    return decimal;
}

Decimal shortest_digits(double magnitude)
{
    char text[number_text_bytes_max];
    const auto end =
        std::to_chars(text, text + sizeof text, magnitude, std::chars_format::scientific).ptr;
    return read_scientific(text, end);
}

// Digits behind the point of the exact value: as many as the number has binary ones.
int exact_fraction_digits(double magnitude)
{
    const auto bits = std::bit_cast<std::uint64_t>(magnitude);
    const int biased = static_cast<int>(bits >> 52);
    const std::uint64_t mantissa =
        (bits & ((std::uint64_t{1} << 52) - 1)) | (biased != 0 ? std::uint64_t{1} << 52 : 0);
    const int exponent = std::max(biased, 1) - 1075;  // value = mantissa * 2^exponent
    return -(exponent + std::countr_zero(mantissa));
}

void increase(Decimal& decimal)
{
    for (int at = decimal.count - 1; at >= 0; --at) {
        if (decimal.digits[at] != '9') {
            ++decimal.digits[at];
            return;
        }
        decimal.digits[at] = '0';
    }
    decimal.digits[0] = '1';
    ++decimal.point;
}

// ECMAScript, Number.prototype.toPrecision: the nearest decimal of fifteen digits, of two the
// larger; then the shortest text of the double nearest to that.
Decimal fifteen_digits(double magnitude, const Decimal& shortest)
{
    if (shortest.count <= fifteen) return shortest;
    Decimal rounded;
    if (shortest.count == fifteen + 1 && shortest.digits[fifteen] == '5' &&
        exact_fraction_digits(magnitude) == shortest.count - shortest.point) {
        rounded = shortest;  // exactly in the middle
        rounded.count = fifteen;
        increase(rounded);
    } else {
        char text[number_text_bytes_max];
        const auto end = std::to_chars(text, text + sizeof text, magnitude,
                                       std::chars_format::scientific, fifteen - 1)
                             .ptr;
        rounded = read_scientific(text, end);
        // Subnormal doubles are too far apart to hold fifteen digits.
        if (magnitude < 1e-290) {
            double nearest = 0;
            std::from_chars(text, end, nearest);
            return shortest_digits(nearest);
        }
    }
    while (rounded.count > 1 && rounded.digits[rounded.count - 1] == '0') --rounded.count;
    return rounded;
}

char* put(char* out, const char* text, int count)
{
    std::memcpy(out, text, static_cast<std::size_t>(count));
    return out + count;
}

char* put_zeros(char* out, int count)
{
    std::memset(out, '0', static_cast<std::size_t>(count));
    return out + count;
}

// ECMAScript, Number::toString, steps 6 to 12.
char* lay_out(char* out, const Decimal& decimal)
{
    const int count = decimal.count;
    const int point = decimal.point;
    if (count <= point && point <= 21)
        return put_zeros(put(out, decimal.digits, count), point - count);
    if (0 < point && point <= 21) {
        out = put(out, decimal.digits, point);
        *out++ = '.';
        return put(out, decimal.digits + point, count - point);
    }
    if (-6 < point && point <= 0) {
        out = put_zeros(put(out, "0.", 2), -point);
        return put(out, decimal.digits, count);
    }
    *out++ = decimal.digits[0];
    if (count > 1) {
        *out++ = '.';
        out = put(out, decimal.digits + 1, count - 1);
    }
    *out++ = 'e';
    const int exponent = point - 1;
    *out++ = exponent < 0 ? '-' : '+';
    return std::to_chars(out, out + 4, std::abs(exponent)).ptr;
}

// Numbers of up to six decimal places and fifteen digits in all, which most are: such a decimal is
// the only one of so few digits that reads back as the double. With Digits::Fifteen also the
// doubles next to it, as sums of such numbers are: a unit in a double's last place is less than
// half of one in its fifteenth digit. 0: it is no such number.
std::size_t write_short_decimal(char* buffer, double value, Digits digits)
{
    const double magnitude = std::fabs(value);
    if (!(magnitude >= 1e-3 && magnitude < 1e9)) return 0;
    const auto is_near = [&](double decimal) {
        if (decimal == magnitude) return true;
        return digits == Digits::Fifteen && std::nextafter(decimal, magnitude) == magnitude;
    };
    double scale = 1e3;
    int places = 3;
    auto integer = static_cast<std::uint64_t>(magnitude * scale + 0.5);
    if (!is_near(static_cast<double>(integer) / scale)) {
        scale = 1e6;
        places = 6;
        integer = static_cast<std::uint64_t>(magnitude * scale + 0.5);
        if (!is_near(static_cast<double>(integer) / scale)) return 0;
    }
    for (; places > 0 && integer % 10 == 0; integer /= 10) --places;
    char* out = buffer;
    if (value < 0) *out++ = '-';
    std::uint64_t power = 1;
    for (int i = 0; i < places; ++i) power *= 10;
    out = std::to_chars(out, buffer + number_text_bytes_max, integer / power).ptr;
    if (places == 0) return static_cast<std::size_t>(out - buffer);
    *out++ = '.';
    std::uint64_t fraction = integer % power;
    for (int at = places; at-- > 0; fraction /= 10)
        out[at] = static_cast<char>('0' + fraction % 10);
    return static_cast<std::size_t>(out + places - buffer);
}

}  // namespace

std::size_t write_number(char* buffer, double value, Digits digits)
{
    const double magnitude = std::fabs(value);
    if (magnitude <= exact_integer_max) {
        const auto integer = static_cast<std::int64_t>(value);
        if (static_cast<double>(integer) == value)
            return static_cast<std::size_t>(
                std::to_chars(buffer, buffer + number_text_bytes_max, integer).ptr - buffer);
    }
    if (const std::size_t size = write_short_decimal(buffer, value, digits)) return size;
    char* out = buffer;
    if (value < 0) *out++ = '-';
    if (std::isnan(value)) {
        out = put(out, "NaN", 3);
    } else if (std::isinf(value)) {
        out = put(out, "Infinity", 8);
    } else {
        const Decimal shortest = shortest_digits(magnitude);
        // Beyond 2^53 there are integers alone, which keep their digits.
        const bool rounds = digits == Digits::Fifteen && magnitude < exact_integer_max;
        out = lay_out(out, rounds ? fifteen_digits(magnitude, shortest) : shortest);
    }
    return static_cast<std::size_t>(out - buffer);
}

void append_number(std::string& out, double value, Digits digits)
{
    char buffer[number_text_bytes_max];
    out.append(buffer, write_number(buffer, value, digits));
}

std::string number_text(double value, Digits digits)
{
    char buffer[number_text_bytes_max];
    return {buffer, write_number(buffer, value, digits)};
}

json::Value number_value(double value)
{
    if (std::fabs(value) <= exact_integer_max) {
        const auto integer = static_cast<std::int64_t>(value);
        if (static_cast<double>(integer) == value) return integer;
    }
    return value;
}

}  // namespace weft::jsonata::functions
