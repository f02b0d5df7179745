#include "jsonata/functions/number_picture.h"

#include "jsonata/functions/bytes.h"
#include "jsonata/functions/number_text.h"
#include "jsonata/functions/numbers.h"
#include "jsonata/functions/wtf8.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <utility>

namespace weft::jsonata::functions {

namespace {

constexpr std::size_t npos = std::u16string::npos;
constexpr std::size_t fraction_digits_max = 100;  // of JavaScript's toFixed

bool holds(const std::u16string& text, const std::u16string& part)
{
    return text.find(part) != npos;
}
bool holds_twice(const std::u16string& text, const std::u16string& part)
{
    return text.find(part) != text.rfind(part);
}
bool is_unit(char16_t unit, const std::u16string& symbol)
{
    return symbol.size() == 1 && symbol[0] == unit;
}
// A view that may begin or end beyond the text.
std::u16string cut(std::u16string_view text, std::size_t begin, std::size_t end = npos)
{
    begin = std::min(begin, text.size());
    end = std::min(end, text.size());
    return std::u16string(text.substr(begin, end > begin ? end - begin : 0));
}

// Inserts at a place, which counts from the end when negative (JavaScript's slice).
void insert(std::u16string& text, std::ptrdiff_t place, const std::u16string& part)
{
    const auto size = static_cast<std::ptrdiff_t>(text.size());
    if (place < 0) place = std::max<std::ptrdiff_t>(place + size, 0);
    text.insert(static_cast<std::size_t>(std::min(place, size)), part);
}

// F&O 4.7.4: the size of groups that are all equal, else 0.
std::size_t regular_size(const std::vector<std::size_t>& positions)
{
    std::size_t factor = 0;
    for (const std::size_t position : positions) factor = std::gcd(factor, position);
    if (factor == 0) return 0;
    for (std::size_t i = 1; i <= positions.size(); ++i)
        if (std::ranges::find(positions, i * factor) == positions.end()) return 0;
    return factor;
}

}  // namespace

bool NumberPicture::Symbols::is_digit(char16_t unit) const
{
    return unit >= zero_digit[0] && unit - zero_digit[0] < 10;
}

bool NumberPicture::Symbols::is_active(char16_t unit) const
{
    return is_digit(unit) || is_unit(unit, decimal_separator) ||
           is_unit(unit, exponent_separator) || is_unit(unit, grouping_separator) ||
           is_unit(unit, digit) || is_unit(unit, pattern_separator);
}

Outcome<NumberPicture> NumberPicture::make(std::string_view picture, const json::Value* options)
{
    if (picture.size() > picture_bytes_max) return too_long(picture_bytes_max);
    NumberPicture made;
    Symbols& symbols = made.m_symbols;
    const std::pair<std::string_view, std::u16string*> names[] = {
        {"decimal-separator", &symbols.decimal_separator},
        {"grouping-separator", &symbols.grouping_separator},
        {"exponent-separator", &symbols.exponent_separator},
        {"minus-sign", &symbols.minus_sign},
        {"percent", &symbols.percent},
        {"per-mille", &symbols.per_mille},
        {"zero-digit", &symbols.zero_digit},
        {"digit", &symbols.digit},
        {"pattern-separator", &symbols.pattern_separator}};
    for (const auto& [name, symbol] : names) {
        const json::Value* option = options != nullptr ? options->find(name) : nullptr;
        if (option == nullptr || !option->is_string() || option->as_string().empty()) continue;
        if (option->as_string().size() > picture_bytes_max) return too_long(picture_bytes_max);
        *symbol = to_utf16(option->as_string());
    }

    const std::u16string text = to_utf16(picture);
    const std::size_t parting = text.find(symbols.pattern_separator);
    const std::size_t behind = parting + symbols.pattern_separator.size();
    if (parting != npos && text.find(symbols.pattern_separator, behind) != npos)
        return fault("D3080");
    const Parts first = made.split(cut(text, 0, parting));
    if (const auto code = made.refusal(first); !code.empty()) return fault(code);
    made.m_positive = made.analyse(first);
    if (parting == npos) {
        made.m_negative = made.m_positive;
        made.m_negative.prefix = symbols.minus_sign + made.m_positive.prefix;
        return made;
    }
    const Parts second = made.split(cut(text, behind));
    if (const auto code = made.refusal(second); !code.empty()) return fault(code);
    made.m_negative = made.analyse(second);
    return made;
}

NumberPicture::Parts NumberPicture::split(std::u16string_view picture) const
{
    Parts parts;
    parts.text = picture;
    const auto begins_active = [&](char16_t unit) {
        return m_symbols.is_active(unit) && !is_unit(unit, m_symbols.exponent_separator);
    };
    const auto first = std::ranges::find_if(picture, begins_active);
    if (first != picture.end()) {
        const auto last = std::find_if(picture.rbegin(), picture.rend(), begins_active);
        parts.prefix.assign(picture.begin(), first);
        parts.suffix.assign(last.base(), picture.end());
    }
    const std::size_t suffix_at = picture.size() - parts.suffix.size();
    parts.active = cut(picture, parts.prefix.size(), suffix_at);
    const std::size_t exponent = picture.find(m_symbols.exponent_separator, parts.prefix.size());
    if (exponent == npos || exponent > suffix_at) {
        parts.mantissa = parts.active;
    } else {
        // As the reference does: a place in the whole picture is used as one in the active part.
        parts.mantissa = cut(parts.active, 0, exponent);
        parts.exponent = cut(parts.active, exponent + 1);
    }
    const std::size_t point = parts.mantissa.find(m_symbols.decimal_separator);
    parts.integer = cut(parts.mantissa, 0, point);
    parts.fraction = point == npos ? parts.suffix : cut(parts.mantissa, point + 1);
    return parts;
}

std::size_t NumberPicture::count_digits(std::u16string_view part, bool optional_too) const
{
    return static_cast<std::size_t>(std::ranges::count_if(part, [&](char16_t unit) {
        return m_symbols.is_digit(unit) || (optional_too && is_unit(unit, m_symbols.digit));
    }));
}

// F&O 4.7.3, in the specification's order; the last rule that is broken names the fault, as in the
// reference.
std::string_view NumberPicture::refusal(const Parts& parts) const
{
    const Symbols& symbols = m_symbols;
    const std::u16string& text = parts.text;
    std::string_view code;
    if (holds_twice(text, symbols.decimal_separator)) code = "D3081";
    if (holds_twice(text, symbols.percent)) code = "D3082";
    if (holds_twice(text, symbols.per_mille)) code = "D3083";
    const bool has_percent = holds(text, symbols.percent);
    const bool has_per_mille = holds(text, symbols.per_mille);
    if (has_percent && has_per_mille) code = "D3084";
    if (count_digits(parts.mantissa, true) == 0) code = "D3085";
    if (!std::ranges::all_of(parts.active, [&](char16_t unit) { return symbols.is_active(unit); }))
        code = "D3086";
    const auto is_grouping = [&](const std::u16string& in, std::size_t at) {
        return at < in.size() && is_unit(in[at], symbols.grouping_separator);
    };
    const std::size_t point = text.find(symbols.decimal_separator);
    if (point != npos) {
        if (is_grouping(text, point - 1) || is_grouping(text, point + 1)) code = "D3087";
    } else if (is_grouping(parts.integer, parts.integer.size() - 1)) {
        code = "D3088";
    }
    if (holds(text, symbols.grouping_separator + symbols.grouping_separator)) code = "D3089";
    const std::size_t optional_first = parts.integer.find(symbols.digit);
    if (optional_first != npos && count_digits(cut(parts.integer, 0, optional_first), false) > 0)
        code = "D3090";
    const std::size_t optional_last = parts.fraction.rfind(symbols.digit);
    if (optional_last != npos && count_digits(cut(parts.fraction, optional_last), false) > 0)
        code = "D3091";
    if (parts.exponent) {
        if (!parts.exponent->empty() && (has_percent || has_per_mille)) code = "D3092";
        if (parts.exponent->empty() ||
            count_digits(*parts.exponent, false) != parts.exponent->size())
            code = "D3093";
    }
    return code;
}

// How many digits stand to the right (or left) of each grouping separator. As in the reference,
// every separator but the first is looked for in the integer part.
std::vector<std::size_t> NumberPicture::group_positions(const std::u16string& part,
                                                        const Parts& parts, bool to_left) const
{
    std::vector<std::size_t> positions;
    for (std::size_t at = part.find(m_symbols.grouping_separator); at != npos;
         at = parts.integer.find(m_symbols.grouping_separator, at + 1))
        positions.push_back(count_digits(to_left ? cut(part, 0, at) : cut(part, at), true));
    return positions;
}

// F&O 4.7.4.
NumberPicture::Form NumberPicture::analyse(const Parts& parts) const
{
    Form form;
    form.prefix = parts.prefix;
    form.suffix = parts.suffix;
    if (holds(parts.text, m_symbols.percent)) {
        form.factor = 100;
    } else if (holds(parts.text, m_symbols.per_mille)) {
        form.factor = 1000;
    }
    form.has_decimal_separator = holds(parts.text, m_symbols.decimal_separator);
    form.has_exponent = parts.exponent.has_value();
    form.integer_groups = group_positions(parts.integer, parts, false);
    form.grouping_size = regular_size(form.integer_groups);
    form.fraction_groups = group_positions(parts.fraction, parts, true);
    form.integer_min = count_digits(parts.integer, false);
    form.scaling = form.integer_min;
    form.fraction_min = count_digits(parts.fraction, false);
    form.fraction_max = count_digits(parts.fraction, true);
    if (form.integer_min == 0 && form.fraction_max == 0) {
        if (form.has_exponent) {
            form.fraction_min = 1;
            form.fraction_max = 1;
        } else {
            form.integer_min = 1;
        }
    }
    if (form.has_exponent && form.integer_min == 0 && holds(parts.integer, m_symbols.digit))
        form.integer_min = 1;
    if (form.integer_min == 0 && form.fraction_min == 0) form.fraction_min = 1;
    if (form.has_exponent) form.exponent_min = count_digits(*parts.exponent, false);
    return form;
}

// JavaScript's toFixed, in the picture's digits.
std::u16string NumberPicture::fixed(double magnitude, std::size_t places) const
{
    constexpr double plain_below = 1e21;
    const std::string ascii =
        magnitude < plain_below
            ? fmt::format("{:.{}f}", magnitude, std::min(places, fraction_digits_max))
            : number_text(magnitude);
    std::u16string out(ascii.begin(), ascii.end());
    for (char16_t& unit : out)
        if (unit >= '0' && unit <= '9')
            unit = static_cast<char16_t>(m_symbols.zero_digit[0] + (unit - u'0'));
    return out;
}

void NumberPicture::group_integer(std::u16string& text, const Form& form) const
{
    std::size_t point = text.find(m_symbols.decimal_separator);
    if (form.grouping_size > 0) {
        std::u16string out;
        for (std::size_t at = 0; at < text.size(); ++at) {
            if (at > 0 && at < point && (point - at) % form.grouping_size == 0)
                out += m_symbols.grouping_separator;
            out += text[at];
        }
        text = std::move(out);
        return;
    }
    for (const std::size_t position : form.integer_groups) {
        insert(text, static_cast<std::ptrdiff_t>(point) - static_cast<std::ptrdiff_t>(position),
               m_symbols.grouping_separator);
        ++point;
    }
}

// F&O 4.7.5, by its bullets. A value that is not finite is written as a number's text is.
std::string NumberPicture::format(double value) const
{
    const Form& form = value >= 0 ? m_positive : m_negative;
    double mantissa = value * form.factor;
    double exponent = 0;
    if (form.exponent_min > 0 && mantissa != 0 && std::isfinite(mantissa)) {
        const double largest = std::pow(10, static_cast<double>(form.scaling));
        const double smallest = std::pow(10, static_cast<double>(form.scaling) - 1);
        for (; std::fabs(mantissa) < smallest; mantissa *= 10) exponent -= 1;
        for (; std::fabs(mantissa) > largest; mantissa /= 10) exponent += 1;
    }
    const auto places = std::min(form.fraction_max, fraction_digits_max);
    const double rounded = round_half_even(mantissa, static_cast<double>(places));
    std::u16string text = fixed(std::fabs(rounded), places);
    const std::size_t ascii_point = text.find(u'.');
    if (ascii_point == npos) {
        text += m_symbols.decimal_separator;
    } else {
        text.replace(ascii_point, 1, m_symbols.decimal_separator);
    }
    const char16_t zero = m_symbols.zero_digit[0];
    text.erase(0, std::min(text.find_first_not_of(zero), text.size()));
    text.erase(text.find_last_not_of(zero) + 1);

    std::size_t point = text.find(m_symbols.decimal_separator);
    if (point < form.integer_min) text.insert(0, form.integer_min - point, zero);
    const std::size_t fraction =
        text.size() - std::min(text.find(m_symbols.decimal_separator) + 1, text.size());
    if (fraction < form.fraction_min) text.append(form.fraction_min - fraction, zero);
    group_integer(text, form);
    point = text.find(m_symbols.decimal_separator);
    for (const std::size_t position : form.fraction_groups)
        insert(text, static_cast<std::ptrdiff_t>(position + point + 1),
               m_symbols.grouping_separator);
    point = text.find(m_symbols.decimal_separator);
    if (!form.has_decimal_separator || point == text.size() - 1) text.pop_back();

    if (form.exponent_min > 0) {
        std::u16string digits = fixed(std::fabs(exponent), 0);
        if (digits.size() < form.exponent_min)
            digits.insert(0, form.exponent_min - digits.size(), zero);
        text += m_symbols.exponent_separator;
        if (exponent < 0) text += m_symbols.minus_sign;
        text += digits;
    }
    return from_utf16(form.prefix + text + form.suffix);
}

}  // namespace weft::jsonata::functions
