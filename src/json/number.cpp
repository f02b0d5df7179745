#include "json/number.h"

#include "json/node.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

namespace weft::json {

namespace {

// Exponents are read up to the first bound, and stand for themselves up to the second: what is
// written of a number at the second reads back as that number.
constexpr std::int64_t written_exponent_max = 100'000'000'000'000'000;
constexpr std::int64_t exponent_max = 1'000'000'000'000'000;
constexpr double powers_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

bool is_digit(const char* at, const char* end)
{
    return at != end && static_cast<unsigned char>(*at - '0') < 10;
}

std::uint64_t digit(char c)
{
    return static_cast<std::uint64_t>(c - '0');
}

Value big(const char* begin, const char* end)
{
    return Builder::text({begin, static_cast<std::size_t>(end - begin)}, Kind::BigNumber);
}

struct Digits {
    std::uint64_t mantissa;
    std::int64_t exponent;  // the number is mantissa * 10^exponent

    bool operator==(const Digits&) const = default;
};

Digits without_trailing_zeros(Digits digits)
{
    if (digits.mantissa == 0) return {0, 0};
    for (; digits.mantissa % 10 == 0; digits.mantissa /= 10) ++digits.exponent;
    return digits;
}

// The digits that write_double gives.
Digits shortest_digits(double magnitude)
{
    char text[double_text_bytes_max];
    const char* end =
        std::to_chars(text, text + sizeof text, magnitude, std::chars_format::scientific).ptr;
    Digits digits{0, 0};
    const char* at = text;
    bool fraction = false;
    for (; *at != 'e'; ++at) {
        if (*at == '.') {
            fraction = true;
            continue;
        }
        digits.mantissa = digits.mantissa * 10 + digit(*at);
        if (fraction) --digits.exponent;
    }
    const bool minus = *++at == '-';
    std::int64_t written = 0;
    for (++at; at != end; ++at) written = written * 10 + static_cast<std::int64_t>(digit(*at));
    digits.exponent += minus ? -written : written;
    return without_trailing_zeros(digits);
}

// Double if nothing of what is written gets lost. `digits` are the text's where `held` says so: up
// to 19 digits.
Value double_or_big(const char* begin, const char* end, Digits digits, bool held)
{
    double value = 0;
    const auto read = std::from_chars(begin, end, value);
    if (read.ec != std::errc() || read.ptr != end) return big(begin, end);
    const bool same =
        held ? shortest_digits(std::fabs(value)) == without_trailing_zeros(digits)
             : decimal_of(Value(value)) ==
                   decimal_of(std::string_view(begin, static_cast<std::size_t>(end - begin)));
    return same ? Value(value) : big(begin, end);
}

// Integer digits that overflow 64 bits, or an Int's lower bound.
Value long_integer(const char* begin, const char* digits, const char* end)
{
    std::uint64_t magnitude = 0;
    for (const char* at = digits; at != end; ++at)
        if (__builtin_mul_overflow(magnitude, std::uint64_t{10}, &magnitude) ||
            __builtin_add_overflow(magnitude, digit(*at), &magnitude))
            return big(begin, end);
    if (begin == digits) return Value(magnitude);
    if (magnitude > std::uint64_t{1} << 63) return big(begin, end);
    return Value(static_cast<std::int64_t>(-magnitude));
}

}  // namespace

NumberScan scan_number(const char* begin, const char* end)
{
    const char* at = begin;
    const bool negative = at != end && *at == '-';
    if (negative) ++at;
    if (!is_digit(at, end)) return {false, at, {}};
    const char* digits = at;
    std::uint64_t mantissa = 0;  // wraps beyond 19 digits, and is not used then
    if (*at == '0') {
        ++at;
        if (is_digit(at, end)) return {false, at, {}};  // no leading zeros
    } else {
        for (; is_digit(at, end); ++at) mantissa = mantissa * 10 + digit(*at);
    }
    std::ptrdiff_t count = at - digits;
    if (at == end || (*at != '.' && (*at | 0x20) != 'e')) {
        if (count > 18) return {true, at, long_integer(begin, digits, at)};
        const auto value = static_cast<std::int64_t>(mantissa);
        return {true, at, Value(negative ? -value : value)};
    }
    std::int64_t exponent = 0;
    if (*at == '.') {
        const char* fraction = ++at;
        for (; is_digit(at, end); ++at) mantissa = mantissa * 10 + digit(*at);
        if (at == fraction) return {false, at, {}};
        exponent = fraction - at;
        count += at - fraction;
    }
    if (at != end && (*at | 0x20) == 'e') {
        ++at;
        const bool minus = at != end && *at == '-';
        if (at != end && (*at == '-' || *at == '+')) ++at;
        if (!is_digit(at, end)) return {false, at, {}};
        std::int64_t written = 0;
        for (; is_digit(at, end); ++at)
            written = std::min(written * 10 + static_cast<std::int64_t>(digit(*at)),
                               written_exponent_max);
        exponent += minus ? -written : written;
    }
    // Fifteen digits are always held, and one exact operation on two exact numbers rounds once
    // (Clinger 1990).
    if (count <= 15 && exponent >= -22 && exponent <= 22) {
        auto value = static_cast<double>(mantissa);
        value = exponent < 0 ? value / powers_of_ten[-exponent] : value * powers_of_ten[exponent];
        return {true, at, Value(negative ? -value : value)};
    }
    return {true, at, double_or_big(begin, at, {mantissa, exponent}, count <= 19)};
}

Decimal decimal_of(std::string_view text)
{
    Decimal decimal;
    const char* at = text.data();
    const char* end = at + text.size();
    if (at != end && *at == '-') {
        decimal.negative = true;
        ++at;
    }
    decimal.digits.reserve(text.size());
    bool fraction = false;
    for (; at != end && (*at | 0x20) != 'e'; ++at) {
        if (*at == '.') {
            fraction = true;
            continue;
        }
        if (decimal.digits.empty() && *at == '0') {
            if (fraction) --decimal.exponent;
            continue;
        }
        decimal.digits += *at;
        if (!fraction) ++decimal.exponent;
    }
    if (at != end) {
        ++at;
        const bool minus = at != end && *at == '-';
        if (at != end && (*at == '-' || *at == '+')) ++at;
        std::int64_t written = 0;
        for (; at != end; ++at)
            written = std::min(written * 10 + static_cast<std::int64_t>(digit(*at)),
                               written_exponent_max);
        decimal.exponent += minus ? -written : written;
        decimal.exponent = std::clamp(decimal.exponent, -exponent_max, exponent_max);
    }
    while (!decimal.digits.empty() && decimal.digits.back() == '0') decimal.digits.pop_back();
    if (decimal.digits.empty()) return {};
    return decimal;
}

Decimal decimal_of(const Value& number)
{
    char buffer[double_text_bytes_max];
    char* end = buffer;
    switch (number.kind()) {
    case Kind::BigNumber: return decimal_of(number.number_text());
    case Kind::Double:
        end = std::to_chars(buffer, buffer + sizeof buffer, number.as_double(),
                            std::chars_format::scientific)
                  .ptr;
        break;
    case Kind::UInt:
        end = std::to_chars(buffer, buffer + sizeof buffer, number.as_uint()).ptr;
        break;
    default: end = std::to_chars(buffer, buffer + sizeof buffer, number.as_int()).ptr; break;
    }
    return decimal_of(std::string_view(buffer, static_cast<std::size_t>(end - buffer)));
}

double nearest_double(std::string_view text)
{
    double value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc::result_out_of_range) return value;
    const Decimal decimal = decimal_of(text);
    const double magnitude = decimal.exponent > 0 ? HUGE_VAL : 0.0;
    return decimal.negative ? -magnitude : magnitude;
}

namespace {

// Most doubles have few digits behind the point. If an integer of fewer than 13 digits divided by a
// small power of ten (both exact, so one rounding) gives the double, its digits read back as that
// double; and being fewer than 16, no other digits of that count or a smaller one do. Null when it
// has more.
char* write_short_fraction(char* to, double magnitude)
{
    constexpr int fraction_digits_max = 5;
    for (int places = 1; places <= fraction_digits_max; ++places) {
        const double power = powers_of_ten[places];
        const double scaled = magnitude * power;
        const auto rounded = static_cast<std::uint64_t>(scaled + 0.5);
        if (std::fabs(scaled - static_cast<double>(rounded)) > 0.01) continue;
        if (static_cast<double>(rounded) / power != magnitude) continue;
        const auto divisor = static_cast<std::uint64_t>(power);
        to = std::to_chars(to, to + 8, rounded / divisor).ptr;
        *to++ = '.';
        std::uint64_t fraction = rounded % divisor;
        for (int i = places; i > 0; --i, fraction /= 10)
            to[i - 1] = static_cast<char>('0' + fraction % 10);
        return to + places;
    }
    return nullptr;
}

}  // namespace

std::size_t write_double(char* buffer, double value)
{
    const double magnitude = std::fabs(value);
    char* end = buffer + double_text_bytes_max;
    if (magnitude == 0 || (magnitude >= 1e-3 && magnitude < 1e7)) {
        char* sign = buffer;
        if (std::signbit(value)) *sign++ = '-';
        if (char* short_end = write_short_fraction(sign, magnitude))
            return static_cast<std::size_t>(short_end - buffer);
        char* at = std::to_chars(buffer, end, value, std::chars_format::fixed).ptr;
        if (std::find(buffer, at, '.') == at) {
            *at++ = '.';
            *at++ = '0';
        }
        return static_cast<std::size_t>(at - buffer);
    }
    // The library writes 1.5e+20, 1e-07.
    char text[double_text_bytes_max];
    const char* text_end =
        std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
    const char* exponent = std::find(text, const_cast<char*>(text_end), 'e');
    char* at = std::copy(static_cast<const char*>(text), exponent, buffer);
    if (std::find(buffer, at, '.') == at) {
        *at++ = '.';
        *at++ = '0';
    }
    *at++ = 'E';
    ++exponent;
    if (*exponent == '-') *at++ = '-';
    ++exponent;
    while (*exponent == '0') ++exponent;
    at = std::copy(exponent, text_end, at);
    return static_cast<std::size_t>(at - buffer);
}

void write_decimal_to(std::string& out, const Decimal& decimal)
{
    const std::string& digits = decimal.digits;
    if (digits.empty()) {
        out += '0';
        return;
    }
    if (decimal.negative) out += '-';
    const auto count = static_cast<std::int64_t>(digits.size());
    const std::int64_t point = decimal.exponent;
    if (count <= point && point <= 21) {
        out += digits;
        out.append(static_cast<std::size_t>(point - count), '0');
    } else if (0 < point && point <= 21) {
        out.append(digits, 0, static_cast<std::size_t>(point));
        out += '.';
        out.append(digits, static_cast<std::size_t>(point));
    } else if (-6 < point && point <= 0) {
        out += "0.";
        out.append(static_cast<std::size_t>(-point), '0');
        out += digits;
    } else {
        out += digits[0];
        if (count > 1) {
            out += '.';
            out.append(digits, 1);
        }
        out += point > 0 ? "e+" : "e-";
        out += std::to_string(point > 0 ? point - 1 : 1 - point);
    }
}

}  // namespace weft::json
