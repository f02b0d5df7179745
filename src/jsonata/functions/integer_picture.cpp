#include "jsonata/functions/integer_picture.h"

#include "encoding/utf8.h"
#include "jsonata/functions/bytes.h"
#include "jsonata/functions/case_mapping.h"
#include "jsonata/functions/number_text.h"
#include "jsonata/functions/number_words.h"
#include "jsonata/functions/wtf8.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

namespace weft::jsonata::functions {

namespace {

// Unicode's decimal digits (category Nd) of the basic plane: the zero of each family.
constexpr char16_t zeros[] = {0x0030, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6,
                              0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6, 0x0E50, 0x0ED0,
                              0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80,
                              0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900,
                              0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10};

std::optional<char16_t> family_of(char32_t character)
{
    const auto next = std::ranges::upper_bound(zeros, character, {},
                                               [](char16_t zero) { return char32_t{zero}; });
    if (next == std::begin(zeros)) return std::nullopt;
    const char16_t zero = *std::prev(next);
    return character - zero < 10 ? std::optional(zero) : std::nullopt;
}

// JavaScript's substr with one argument: a negative start counts from the end.
std::u16string_view tail_from(std::u16string_view text, std::ptrdiff_t start)
{
    const auto size = static_cast<std::ptrdiff_t>(text.size());
    if (start < 0) start = std::max<std::ptrdiff_t>(size + start, 0);
    return text.substr(static_cast<std::size_t>(std::min(start, size)));
}

// English: 1st, 2nd, 3rd, but 11th, 12th, 13th.
std::string_view ordinal_suffix(std::u16string_view digits)
{
    const bool teen = digits.size() > 1 && digits[digits.size() - 2] == '1';
    const char16_t last = digits.empty() ? u'\0' : digits.back();
    if (teen || last < '1' || last > '3') return "th";
    return last == '1' ? "st" : last == '2' ? "nd" : "rd";
}

}  // namespace

Outcome<IntegerPicture> IntegerPicture::make(std::string_view text)
{
    if (text.size() > picture_bytes_max) return too_long(picture_bytes_max);
    IntegerPicture picture;
    const std::size_t semicolon = text.rfind(';');
    const std::string_view primary = text.substr(0, semicolon);
    picture.ordinal =
        semicolon != std::string_view::npos && text.substr(semicolon + 1).starts_with('o');
    if (primary == "A" || primary == "a") {
        picture.form = Form::Letters;
    } else if (primary == "I" || primary == "i") {
        picture.form = Form::Roman;
    } else if (primary == "W" || primary == "w" || primary == "Ww") {
        picture.form = Form::Words;
        if (primary == "Ww") picture.letter_case = Case::Title;
    }
    if (picture.form != Form::Decimal) {
        if (primary.size() == 1 && primary[0] < 'a') picture.letter_case = Case::Upper;
        return picture;
    }

    std::u32string characters;
    for (std::size_t at = 0; at < primary.size();) characters += take_character(primary, at);
    std::optional<char16_t> zero;
    std::size_t position = 0;
    for (std::size_t at = characters.size(); at-- > 0;) {
        const char32_t character = characters[at];
        if (const auto family = family_of(character)) {
            if (zero && *zero != *family) return fault("D3131");
            zero = family;
            ++picture.digits_min;
            ++position;
        } else if (character == '#') {
            ++picture.digits_optional;
            ++position;
        } else {
            std::string separator;
            encoding::append_utf8(separator, character);
            picture.separators.push_back({position, to_utf16(separator)});
        }
    }
    if (!zero) {
        picture = {};
        picture.form = Form::Sequence;
        picture.token = primary;
        return picture;
    }
    picture.zero = *zero;
    if (picture.find_groups()) picture.separators.resize(1);
    return picture;
}

// Whether one separator parts groups of one size.
bool IntegerPicture::find_groups()
{
    if (separators.empty()) return false;
    std::size_t factor = 0;
    for (const Separator& separator : separators) {
        if (separator.text != separators[0].text) return false;
        factor = std::gcd(factor, separator.position);
    }
    if (factor == 0) return false;
    for (std::size_t i = 1; i <= separators.size(); ++i)
        if (std::ranges::find(separators, i * factor, &Separator::position) == separators.end())
            return false;
    grouping_size = factor;
    return true;
}

std::u16string IntegerPicture::grouped(std::u16string digits) const
{
    if (separators.empty()) return digits;
    if (grouping_size > 0) {
        std::u16string out;
        for (std::size_t at = 0; at < digits.size(); ++at) {
            if (at > 0 && (digits.size() - at) % grouping_size == 0) out += separators[0].text;
            out += digits[at];
        }
        return out;
    }
    for (auto separator = separators.rbegin(); separator != separators.rend(); ++separator) {
        // As the reference has it where there are fewer digits than the separator's position.
        const auto at = static_cast<std::ptrdiff_t>(digits.size()) -
                        static_cast<std::ptrdiff_t>(separator->position);
        std::u16string out =
            digits.substr(0, static_cast<std::size_t>(std::max<std::ptrdiff_t>(at, 0)));
        out += separator->text;
        out += tail_from(digits, at);
        digits = std::move(out);
    }
    return digits;
}

Outcome<std::string> IntegerPicture::decimal_text(double magnitude, std::size_t bytes_max) const
{
    std::string ascii = number_text(magnitude);
    if (digits_min > bytes_max) return too_long(bytes_max);
    if (ascii.size() < digits_min) ascii.insert(0, digits_min - ascii.size(), '0');
    if (zero == u'0' && separators.empty()) {
        if (ordinal) ascii += ordinal_suffix(to_utf16(ascii));
        return ascii;
    }
    std::u16string digits(ascii.begin(), ascii.end());
    for (char16_t& digit : digits) digit = static_cast<char16_t>(digit + zero - u'0');
    digits = grouped(std::move(digits));
    std::string out = from_utf16(digits);
    if (ordinal) out += ordinal_suffix(digits);
    return out;
}

Outcome<std::string> IntegerPicture::format(double value, std::size_t bytes_max) const
{
    value = std::floor(value);
    const double magnitude = std::fabs(value);
    std::string out;
    if (form != Form::Decimal && !std::isfinite(magnitude) && form != Form::Sequence)
        return too_long(bytes_max);
    switch (form) {
    case Form::Decimal: out = TRY(decimal_text(magnitude, bytes_max)); break;
    case Form::Letters:
        out = number_to_letters(magnitude, letter_case == Case::Upper ? 'A' : 'a');
        break;
    case Form::Roman:
        out = TRY(number_to_roman(magnitude, bytes_max));
        if (letter_case == Case::Upper) out = TRY(uppercase(out, bytes_max));
        break;
    case Form::Words:
        out = number_to_words(magnitude, ordinal ? Numbering::Ordinal : Numbering::Cardinal);
        if (letter_case == Case::Upper) out = TRY(uppercase(out, bytes_max));
        if (letter_case == Case::Lower) out = TRY(lowercase(out, bytes_max));
        break;
    case Form::Sequence: return fault("D3130", {{"value", std::string_view(token)}});
    }
    if (value < 0) out.insert(0, 1, '-');
    if (out.size() > bytes_max) return too_long(bytes_max);
    return out;
}

double IntegerPicture::decimal_value(std::string_view text) const
{
    std::u16string units = to_utf16(text);
    if (ordinal) units.resize(units.size() - std::min<std::size_t>(units.size(), 2));
    const auto remove = [&](std::u16string_view separator) {
        std::u16string kept;
        for (std::size_t at = 0; at < units.size();) {
            const std::size_t end = std::min(units.find(separator, at), units.size());
            kept.append(units, at, end - at);
            at = end + separator.size();
        }
        units = std::move(kept);
    };
    if (grouping_size > 0) {
        remove(u",");  // whatever the picture's separator, as the reference
    } else {
        for (const Separator& separator : separators) remove(separator.text);
    }
    // ECMAScript, parseInt: white space, a sign, then digits up to what is none.
    std::string digits;
    for (const char16_t unit : units) {
        const auto shifted = static_cast<char16_t>(unit - zero + u'0');
        digits += shifted < 0x80 ? static_cast<char>(shifted) : '?';
    }
    std::size_t at = 0;
    while (at < digits.size() && (digits[at] == ' ' || (digits[at] >= '\t' && digits[at] <= '\r')))
        ++at;
    const bool negative = at < digits.size() && digits[at] == '-';
    if (at < digits.size() && (digits[at] == '-' || digits[at] == '+')) ++at;
    std::size_t end = at;
    while (end < digits.size() && digits[end] >= '0' && digits[end] <= '9') ++end;
    if (end == at) return nan;
    double value = 0;
    const auto read = std::from_chars(digits.data() + at, digits.data() + end, value);
    if (read.ec == std::errc::result_out_of_range) value = std::numeric_limits<double>::infinity();
    return negative ? -value : value;
}

Outcome<double> IntegerPicture::parse(std::string_view text) const
{
    switch (form) {
    case Form::Decimal: return decimal_value(text);
    case Form::Letters:
        return letters_to_number(to_utf16(text), letter_case == Case::Upper ? 'A' : 'a');
    case Form::Roman:
        if (letter_case == Case::Upper) return roman_to_number(text);
        return roman_to_number(TRY(uppercase(text, 3 * text.size())));
    case Form::Words: return words_to_number(TRY(lowercase(text, 3 * text.size())));
    case Form::Sequence: break;
    }
    return fault("D3130", {{"value", std::string_view(token)}});
}

}  // namespace weft::jsonata::functions
