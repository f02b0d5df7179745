#include "encoding/utf8.h"
#include "jsonata/functions/calendar.h"
#include "jsonata/functions/date_fragment.h"
#include "jsonata/functions/date_picture.h"
#include "jsonata/functions/date_regex.h"
#include "jsonata/functions/number_words.h"
#include "jsonata/functions/wtf8.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace weft::jsonata::functions {

const std::string_view month_names[12] = {"January",   "February", "March",    "April",
                                          "May",       "June",     "July",     "August",
                                          "September", "October",  "November", "December"};
const std::string_view day_names[7] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                       "Friday", "Saturday", "Sunday"};

namespace {

// What was read of each component, by its letter; none where the picture has none.
using Components = std::array<std::optional<double>, 128>;

std::string escaped(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        if (std::string_view(".*+?^${}()|[]\\").find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out;
}

Outcome<std::string> number_regex(const DateMarker& marker)
{
    const IntegerPicture& integer = *marker.integer;
    const bool upper = integer.letter_case == IntegerPicture::Case::Upper;
    switch (integer.form) {
    case IntegerPicture::Form::Decimal: {
        std::string out = "[0-9]";
        out += marker.parse_digits && *marker.parse_digits > 0
                   ? "{" + std::to_string(*marker.parse_digits) + "}"
                   : "+";
        if (integer.ordinal) out += "(?:th|st|nd|rd)";
        return out;
    }
    case IntegerPicture::Form::Letters: return std::string(upper ? "[A-Z]+" : "[a-z]+");
    case IntegerPicture::Form::Roman: return std::string(upper ? "[MDCLXVI]+" : "[mdclxvi]+");
    case IntegerPicture::Form::Words: {
        std::string out = "(?:";
        for (const std::string& word : number_words()) out += word + "|";
        return out + "and|[\\-, ])+";
    }
    case IntegerPicture::Form::Sequence: break;
    }
    return fault("D3130", {{"value", std::string_view(integer.token)}});
}

// The one separator of a zone's hours and minutes; empty without.
std::string zone_separator(const DateMarker& marker)
{
    std::string out;
    if (marker.integer->grouping_size == 0) return out;
    for (const char16_t unit : marker.integer->separators[0].text) encoding::append_utf8(out, unit);
    return out;
}

Outcome<std::string> marker_regex(const DateMarker& marker)
{
    switch (marker.component) {
    case '\0': return escaped(marker.text);
    case 'Z':
    case 'z': {
        std::string out = marker.component == 'z' ? "GMT[-+][0-9]+" : "[-+][0-9]+";
        const std::string separator = zone_separator(marker);
        if (!separator.empty()) out += escaped(separator) + "[0-9]+";
        return out;
    }
    case 'f': return std::string("[0-9]+");
    default: break;
    }
    if (marker.integer) return number_regex(marker);
    if (std::string_view("MxFP").find(marker.component) == std::string_view::npos)
        return fault("D3133", {{"value", std::string_view(&marker.component, 1)}});
    return std::string("[a-zA-Z]+");
}

double integer_of(std::string_view text)
{
    double value = 0;
    const bool plus = text.starts_with('+');
    const auto read = std::from_chars(text.data() + (plus ? 1 : 0), text.data() + text.size(),
                                      value, std::chars_format::fixed);
    return read.ec == std::errc() ? value : std::numeric_limits<double>::quiet_NaN();
}

// Minutes east of Greenwich; the sign is the hours' alone, as in the reference.
double zone_minutes(const DateMarker& marker, std::string_view text)
{
    if (marker.component == 'z') text.remove_prefix(3);
    const std::string separator = zone_separator(marker);
    if (!separator.empty()) {
        const std::size_t at = text.find(separator);
        return integer_of(text.substr(0, at)) * 60 + integer_of(text.substr(at + separator.size()));
    }
    if (text.size() <= 3) return integer_of(text) * 60;
    return integer_of(text.substr(0, 3)) * 60 + integer_of(text.substr(3));
}

std::optional<double> named(std::span<const std::string_view> names, std::string_view text,
                            std::optional<std::size_t> width)
{
    // Of two names that a short width makes equal, the last counts.
    for (std::size_t i = names.size(); i-- > 0;) {
        const std::string_view name = width && *width > 0 ? names[i].substr(0, *width) : names[i];
        if (name == text) return static_cast<double>(i + 1);
    }
    return std::nullopt;
}

Outcome<std::optional<double>> component_value(const DateMarker& marker, std::string_view text)
{
    switch (marker.component) {
    case 'Z':
    case 'z': return zone_minutes(marker, text);
    case 'f': {
        double value = 0;
        const std::string digits = "0." + std::string(text.substr(0, 3));
        std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return value * 1000;
    }
    default: break;
    }
    if (marker.integer) return TRY(marker.integer->parse(text));
    switch (marker.component) {
    case 'F': return named(day_names, text, marker.width_max);
    case 'P':
        if (text == "am" || text == "AM") return 0.0;
        if (text == "pm" || text == "PM") return 1.0;
        return std::nullopt;
    default: return named(month_names, text, marker.width_max);
    }
}

// Whether of the components that are there (and not zero) each is of `wanted`, and there is one.
bool is_made_of(const Components& components, std::string_view all, std::string_view wanted)
{
    bool some = false;
    for (const char name : all) {
        const auto& value = components[static_cast<unsigned char>(name)];
        if (!value || *value == 0 || std::isnan(*value)) continue;
        if (wanted.find(name) == std::string_view::npos) return false;
        some = true;
    }
    return some;
}

}  // namespace

Outcome<std::shared_ptr<const Regex>> date_regex(std::span<const DateMarker> markers)
{
    std::string pattern = "^";
    for (const DateMarker& marker : markers) pattern += "(" + TRY(marker_regex(marker)) + ")";
    pattern += '$';
    return Regex::make(pattern, "i");
}

// A date is given by Y M D, Y d, X x w F or X W F, a time by H m s f or P h m s f.
Outcome<std::optional<double>> DatePicture::parse(std::string_view text, double now,
                                                  RegexTools tools) const
{
    WEFT_ASSERT(m_regex != nullptr);
    RegexScan scan(*m_regex, text, tools.buffers, tools.meter);
    if (!TRY(scan.next())) return std::nullopt;
    Components components{};
    const auto at = [&](char name) -> std::optional<double>& {
        return components[static_cast<unsigned char>(name)];
    };
    bool any = false;
    for (std::size_t i = 0; i < m_markers.size(); ++i) {
        const DateMarker& marker = m_markers[i];
        if (marker.component == 0) continue;
        at(marker.component) = TRY(component_value(marker, scan.group(i).value_or("")));
        any = true;
    }
    if (!any) return std::nullopt;

    constexpr std::string_view date_parts = "YXMxWwdD";
    constexpr std::string_view time_parts = "PHhmsf";
    const bool by_month = is_made_of(components, date_parts, "YMD");
    const bool by_day = !by_month && is_made_of(components, date_parts, "Yd");
    const bool by_month_week = is_made_of(components, date_parts, "Xxw");
    const bool by_week = !by_month_week && is_made_of(components, date_parts, "XW");
    const bool by_half_day =
        !is_made_of(components, time_parts, "Hmsf") && is_made_of(components, time_parts, "Phmsf");
    std::string parts = by_day ? "YD" : by_month_week ? "XxwF" : by_week ? "XWF" : "YMD";
    parts += by_half_day ? "Phmsf" : "Hmsf";

    const auto current = static_cast<std::int64_t>(now);
    bool begun = false;
    bool ended = false;
    for (const char part : parts) {
        auto& value = at(part);
        if (value) {
            begun = true;
            if (ended) return fault("D3136");
        } else if (begun) {
            value = std::string_view("MDd").find(part) != std::string_view::npos ? 1 : 0;
            ended = true;
        } else {
            value = part == 'P' ? 0 : date_fragment(civil_of(current), current, part);
        }
    }
    if (by_month_week || by_week) return fault("D3136");

    const double year = at('Y').value_or(0);
    double month = at('M').value_or(0) > 0 ? *at('M') - 1 : 0;
    double day = at('D').value_or(0);
    if (by_day) {
        const auto first = date_utc(year, 0, at('d').value_or(0));
        if (!first) return std::numeric_limits<double>::quiet_NaN();
        const Civil date = civil_of(static_cast<std::int64_t>(*first));
        month = date.month - 1;
        day = date.day;
    }
    double hour = at('H').value_or(0);
    if (by_half_day) {
        hour = at('h').value_or(0);
        if (hour == 12) hour = 0;
        if (at('P') == 1.0) hour += 12;
    }
    const auto time = date_utc(year, month, day, hour, at('m').value_or(0), at('s').value_or(0),
                               at('f').value_or(0));
    if (!time) return std::numeric_limits<double>::quiet_NaN();
    const double zone = at('Z').value_or(0) != 0 ? *at('Z') : at('z').value_or(0);
    return *time - zone * 60'000;
}

}  // namespace weft::jsonata::functions
