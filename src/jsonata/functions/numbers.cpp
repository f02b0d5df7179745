#include "jsonata/functions/numbers.h"

#include "jsonata/functions/bytes.h"
#include "jsonata/functions/number_text.h"
#include "json/number.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <string_view>

namespace weft::jsonata::functions {

namespace {

json::Value shown(double value)
{
    return std::isfinite(value) ? number_value(value) : json::Value();
}

unsigned digit_value(char c)
{
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'z' ? static_cast<unsigned>(lower - 'a') + 10 : 99;
}

std::size_t skip_digits(std::string_view text, std::size_t at)
{
    while (at < text.size() && digit_value(text[at]) < 10) ++at;
    return at;
}

// -?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]+)?
bool is_decimal(std::string_view text)
{
    std::size_t at = text.starts_with('-') ? 1 : 0;
    std::size_t end = skip_digits(text, at);
    if (end == at) return false;
    if (end < text.size() && text[end] == '.') {
        at = end + 1;
        end = skip_digits(text, at);
        if (end == at) return false;
    }
    if (end < text.size() && (text[end] | 0x20) == 'e') {
        at = end + 1;
        if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
        end = skip_digits(text, at);
        if (end == at) return false;
    }
    return end == text.size();
}

// JSON's grammar has no leading zeros.
double decimal_value(std::string_view text)
{
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    while (text.size() > 1 && text[0] == '0' && digit_value(text[1]) < 10) text.remove_prefix(1);
    double value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc()) value = json::nearest_double(text);
    return negative ? -value : value;
}

// Digits of a base that is a power of two, rounded to the nearest double. None: there is another
// character, or no digit.
std::optional<double> binary_value(std::string_view digits, unsigned bits)
{
    if (digits.empty()) return std::nullopt;
    std::uint64_t mantissa = 0;  // the first 61 bits or more, the last of which says "and more"
    int exponent = 0;
    for (const char c : digits) {
        const unsigned digit = digit_value(c);
        if (digit >= 1U << bits) return std::nullopt;
        if (mantissa >> 60 == 0) {
            mantissa = mantissa << bits | digit;
        } else {
            mantissa |= static_cast<std::uint64_t>(digit != 0);
            exponent = std::min(exponent + static_cast<int>(bits), 4096);
        }
    }
    return std::ldexp(static_cast<double>(mantissa), exponent);
}

std::optional<double> prefixed_value(std::string_view text)
{
    if (text.size() < 3 || text[0] != '0') return std::nullopt;
    switch (text[1] | 0x20) {
    case 'x': return binary_value(text.substr(2), 4);
    case 'o': return binary_value(text.substr(2), 3);
    case 'b': return binary_value(text.substr(2), 1);
    default: return std::nullopt;
    }
}

// `value` times ten to the power of `places`, by way of the number's text.
double shifted(double value, double places)
{
    if (!std::isfinite(value)) return nan;
    char text[number_text_bytes_max * 2];
    const std::size_t size = write_number(text, value);
    const std::string_view written(text, size);
    const std::size_t e = written.find('e');
    double exponent = places;
    if (e != std::string_view::npos) {
        int own = 0;
        std::from_chars(text + e + (text[e + 1] == '+' ? 2 : 1), text + size, own);
        exponent += own;
    }
    if (exponent != std::trunc(exponent)) return nan;
    exponent = std::clamp(exponent, -9999.0, 9999.0);
    std::string moved(written.substr(0, e));
    moved += 'e';
    append_number(moved, exponent);
    return decimal_value(moved);
}

// Most numbers are not near a half at the wanted place. There the product with a power of ten,
// which is off by two units in its last place at most, has the same integer as the shifted text;
// and the quotient of two exact numbers is the double nearest to the decimal.
std::optional<double> rounded_by_product(double value, double precision)
{
    constexpr double powers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
    if (!(precision >= 1 && precision < static_cast<double>(std::size(powers))))
        return std::nullopt;
    const auto places = static_cast<std::size_t>(precision);
    if (static_cast<double>(places) != precision) return std::nullopt;
    const double product = value * powers[places];
    constexpr double product_max = 1125899906842624.0;  // 2^50
    if (!(std::fabs(product) < product_max)) return std::nullopt;
    // Towards zero and back, which truncates in one instruction.
    auto integer = static_cast<std::int64_t>(product);
    const double fraction = std::fabs(product - static_cast<double>(integer));
    const double doubt = std::fabs(product) * 0x1p-50 + 0x1p-1000;
    if (std::fabs(fraction - 0.5) <= doubt) return std::nullopt;
    if (fraction > 0.5) integer += product < 0 ? -1 : 1;
    return static_cast<double>(integer) / powers[places];
}

}  // namespace

Outcome<double> to_number(const json::Value& value)
{
    if (value.is_number()) return value.as_double();
    if (value.is_bool()) return value.as_bool() ? 1.0 : 0.0;
    if (value.is_string()) {
        const std::string_view text = value.as_string();
        if (is_decimal(text)) {
            const double number = decimal_value(text);
            if (std::isfinite(number)) return number;
        } else if (const auto number = prefixed_value(text)) {
            return *number;
        }
    }
    return fault("D3030", {{"value", value}, {"index", 1}});
}

double round_half_even(double value, double precision)
{
    if (const auto rounded = rounded_by_product(value, precision)) return *rounded;
    const bool shift = precision != 0;
    if (shift) value = shifted(value, precision);
    // ECMAScript, Math.round: a half goes up; then back down where that is odd.
    double rounded = std::floor(value);
    if (value - rounded >= 0.5) rounded += 1;
    if (std::fabs(rounded - value) == 0.5 && std::fabs(std::fmod(rounded, 2)) == 1) rounded -= 1;
    if (shift) rounded = shifted(rounded, -precision);
    return rounded == 0 ? 0 : rounded;  // no -0
}

Outcome<double> power(double base, double exponent)
{
    const double result = std::pow(base, exponent);
    if (!std::isfinite(result))
        return fault("D3061", {{"value", shown(base)}, {"exp", shown(exponent)}, {"index", 1}});
    return result;
}

Outcome<double> square_root(double value)
{
    if (value < 0) return fault("D3060", {{"value", shown(value)}, {"index", 1}});
    return std::sqrt(value);
}

Outcome<std::string> format_base(double value, double radix)
{
    value = round_half_even(value);
    radix = round_half_even(radix);
    if (!(radix >= 2 && radix <= 36)) return fault("D3100", {{"value", shown(radix)}});
    if (!std::isfinite(value) || radix == 10) return number_text(value);
    constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuvwxyz";
    std::string text;
    double left = std::fabs(value);
    // Digits that a double of this size does not hold are zeros.
    constexpr double exact_below = 9007199254740992.0;
    for (; left / radix >= exact_below; left /= radix) text += '0';
    left = std::floor(left);
    do {
        const double digit = std::fmod(left, radix);
        text += digits[static_cast<std::size_t>(digit)];
        left = (left - digit) / radix;
    } while (left > 0);
    if (value < 0) text += '-';
    std::ranges::reverse(text);
    return text;
}

}  // namespace weft::jsonata::functions
