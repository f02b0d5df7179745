#include "jsonata/functions/bytes.h"
#include "jsonata/functions/calendar.h"
#include "jsonata/functions/case_mapping.h"
#include "jsonata/functions/date_fragment.h"
#include "jsonata/functions/date_picture.h"
#include "jsonata/functions/date_regex.h"
#include "jsonata/functions/number_text.h"
#include "json/value.h"

#include <charconv>
#include <cmath>

namespace weft::jsonata::functions {

namespace {

// A zone's offset as the reference takes ±hhmm apart.
// Deviation from the calendar, kept: for -0530 the hours are rounded down to -6 and the minutes are
// -30.
struct Offset {
    int hours = 0;
    int minutes = 0;

    int shown() const { return hours * 100 + minutes; }
    double milliseconds() const { return (60.0 * hours + minutes) * 60'000; }
};

Outcome<Offset> offset_of(std::optional<std::string_view> zone)
{
    if (!zone) return Offset{};
    std::string_view text = *zone;
    while (!text.empty() && (text[0] == ' ' || (text[0] >= '\t' && text[0] <= '\r')))
        text.remove_prefix(1);
    if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
    int number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc()) return fault("D3110", {{"value", *zone}});
    const int hours = number / 100 - (number % 100 < 0 ? 1 : 0);
    return Offset{hours, number % 100};
}

// The local time; D3110 for one that no Date holds.
Outcome<std::int64_t> local_time(double milliseconds, const Offset& offset)
{
    const double local = std::trunc(milliseconds + offset.milliseconds());
    if (std::fabs(local) <= time_max) return static_cast<std::int64_t>(local);
    return fault("D3110", {{"value", std::isfinite(milliseconds) ? number_value(milliseconds)
                                                                 : json::Value()}});
}

tl::unexpected<Fault> no_names(char component)
{
    return fault("D3133", {{"value", std::string_view(&component, 1)}});
}

// F&O 9.8.4.6.
Outcome<std::string> zone_text(const DateMarker& marker, const Offset& offset,
                               std::size_t bytes_max)
{
    const IntegerPicture& integer = *marker.integer;
    std::string out;
    if (integer.grouping_size > 0) {
        out = TRY(integer.format(offset.shown(), bytes_max));
    } else if (integer.digits_min == 1 || integer.digits_min == 2) {
        out = TRY(integer.format(offset.hours, bytes_max));
        if (offset.minutes != 0) {
            const int minutes = std::abs(offset.minutes);
            out += offset.minutes < 0 ? ":-" : ":";
            if (minutes < 10) out += '0';
            append_number(out, minutes);
        }
    } else if (integer.digits_min == 3 || integer.digits_min == 4) {
        out = TRY(integer.format(offset.shown(), bytes_max));
    } else {
        return fault("D3134", {{"value", std::uint64_t{integer.digits_min}}});
    }
    if (offset.shown() >= 0) out.insert(0, 1, '+');
    if (marker.component == 'z') out.insert(0, "GMT");
    if (offset.shown() == 0 && marker.z_for_utc) out = "Z";
    return out;
}

Outcome<std::string> name_text(const DateMarker& marker, double value)
{
    const auto index = static_cast<std::size_t>(value) - 1;
    std::string out;
    if (marker.component == 'M' || marker.component == 'x') {
        out = month_names[index];
    } else if (marker.component == 'F') {
        out = day_names[index];
    } else {
        return no_names(marker.component);
    }
    if (marker.names == DateMarker::Names::Upper) out = TRY(uppercase(out, out.size()));
    if (marker.names == DateMarker::Names::Lower) out = TRY(lowercase(out, out.size()));
    if (marker.width_max) out.resize(std::min(out.size(), *marker.width_max));
    return out;
}

Outcome<std::string> marker_text(const DateMarker& marker, const Civil& civil,
                                 std::int64_t milliseconds, const Offset& offset,
                                 std::size_t bytes_max)
{
    switch (marker.component) {
    case 'Z':
    case 'z': return zone_text(marker, offset, bytes_max);
    case 'P': {
        const bool upper = marker.names == DateMarker::Names::Upper;
        return std::string(civil.hour >= 12 ? (upper ? "PM" : "pm") : (upper ? "AM" : "am"));
    }
    case 'C':
    case 'E': return std::string("ISO");
    default: break;
    }
    double value = date_fragment(civil, milliseconds, marker.component);
    if (marker.names != DateMarker::Names::None) return name_text(marker, value);
    // F&O 9.8.4.4: the year may be cut to its last digits.
    if (marker.year_digits)
        value = std::fmod(value, std::pow(10, static_cast<double>(*marker.year_digits)));
    return marker.integer->format(value, bytes_max);
}

char* put_digits(char* out, std::int64_t value, int digits)
{
    for (int at = digits - 1; at >= 0; --at, value /= 10)
        out[at] = static_cast<char>('0' + value % 10);
    return out + digits;
}

}  // namespace

Outcome<std::string> DatePicture::format(double milliseconds, std::optional<std::string_view> zone,
                                         std::size_t bytes_max) const
{
    const Offset offset = TRY(offset_of(zone));
    const std::int64_t local = TRY(local_time(milliseconds, offset));
    const Civil civil = civil_of(local);
    std::string out;
    for (const DateMarker& marker : m_markers) {
        if (marker.component == 0) {
            out += marker.text;
        } else {
            out += TRY(marker_text(marker, civil, local, offset, bytes_max));
        }
        if (out.size() > bytes_max) return too_long(bytes_max);
    }
    return out;
}

Outcome<std::string> format_iso8601(double milliseconds, std::optional<std::string_view> zone)
{
    const Offset offset = TRY(offset_of(zone));
    const Civil civil = civil_of(TRY(local_time(milliseconds, offset)));
    char buffer[48];
    char* out = buffer;
    // The year's last four digits, and a sign.
    if (civil.year % 10'000 < 0) *out++ = '-';
    out = put_digits(out, std::abs(civil.year % 10'000), 4);
    *out++ = '-';
    out = put_digits(out, civil.month, 2);
    *out++ = '-';
    out = put_digits(out, civil.day, 2);
    *out++ = 'T';
    out = put_digits(out, civil.hour, 2);
    *out++ = ':';
    out = put_digits(out, civil.minute, 2);
    *out++ = ':';
    out = put_digits(out, civil.second, 2);
    *out++ = '.';
    out = put_digits(out, civil.millisecond, 3);
    std::string text(buffer, out);
    if (offset.shown() == 0) {
        text += 'Z';
        return text;
    }
    static const IntegerPicture picture = *IntegerPicture::make("01:01");
    if (offset.shown() > 0) text += '+';
    text += TRY(picture.format(offset.shown(), 32));
    return text;
}

}  // namespace weft::jsonata::functions
