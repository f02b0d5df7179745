#include "encoding/timestamp.h"

#include <chrono>

namespace weft::encoding {

namespace {

void put(std::string& out, unsigned value, std::size_t width)
{
    std::string digits(width, '0');
    for (std::size_t i = width; i > 0; --i, value /= 10) digits[i - 1] = static_cast<char>('0' + value % 10);
    out += digits;
}

void put_date_time(std::string& out, Timestamp time)
{
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    const int year = static_cast<int>(date.year());
    if (year < 0 || year > 9999) {
        out += std::to_string(year);
    } else {
        put(out, static_cast<unsigned>(year), 4);
    }
    out += '-';
    put(out, static_cast<unsigned>(date.month()), 2);
    out += '-';
    put(out, static_cast<unsigned>(date.day()), 2);
    out += 'T';
    put(out, static_cast<unsigned>(clock.hours().count()), 2);
    out += ':';
    put(out, static_cast<unsigned>(clock.minutes().count()), 2);
    out += ':';
    put(out, static_cast<unsigned>(clock.seconds().count()), 2);
}

// A cursor that takes fixed-width numbers and single characters.
struct Cursor {
    std::string_view text;

    bool take(char c)
    {
        if (text.empty() || text.front() != c) return false;
        text.remove_prefix(1);
        return true;
    }
    bool number(std::size_t width, int& out)
    {
        if (text.size() < width) return false;
        out = 0;
        for (std::size_t i = 0; i < width; ++i) {
            if (text[i] < '0' || text[i] > '9') return false;
            out = out * 10 + (text[i] - '0');
        }
        text.remove_prefix(width);
        return true;
    }
};

bool read_fraction(Cursor& cursor, std::int32_t& nanoseconds)
{
    std::int32_t scale = 100'000'000;
    std::size_t digits = 0;
    while (!cursor.text.empty() && cursor.text.front() >= '0' && cursor.text.front() <= '9') {
        if (++digits > 9) return false;
        nanoseconds += (cursor.text.front() - '0') * scale;
        scale /= 10;
        cursor.text.remove_prefix(1);
    }
    return digits > 0;
}

bool read_offset(Cursor& cursor, std::chrono::seconds& offset)
{
    if (cursor.take('Z')) return true;
    const bool behind = !cursor.text.empty() && cursor.text.front() == '-';
    if (!behind && (cursor.text.empty() || cursor.text.front() != '+')) return false;
    cursor.text.remove_prefix(1);
    int hours = 0;
    int minutes = 0;
    int seconds = 0;
    if (!cursor.number(2, hours) || !cursor.take(':') || !cursor.number(2, minutes)) return false;
    if (cursor.take(':') && !cursor.number(2, seconds)) return false;
    if (hours > 18 || minutes > 59 || seconds > 59 || (hours == 18 && (minutes > 0 || seconds > 0))) return false;
    offset = std::chrono::hours(hours) + std::chrono::minutes(minutes) + std::chrono::seconds(seconds);
    if (behind) offset = -offset;
    return true;
}

}  // namespace

std::string format_timestamp(Timestamp time)
{
    std::string out;
    out.reserve(24);
    put_date_time(out, time);
    const auto milliseconds = (time - std::chrono::floor<std::chrono::seconds>(time)).count();
    out += '.';
    put(out, static_cast<unsigned>(milliseconds), 3);
    out += 'Z';
    return out;
}

std::string format_timestamp_seconds(Timestamp time)
{
    std::string out;
    out.reserve(20);
    put_date_time(out, time);
    out += 'Z';
    return out;
}

std::optional<ParsedTimestamp> parse_timestamp(std::string_view text)
{
    Cursor cursor{text};
    int year = 0;
    int month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    ParsedTimestamp parsed;
    if (!cursor.number(4, year) || !cursor.take('-') || !cursor.number(2, month) || !cursor.take('-') ||
        !cursor.number(2, day) || !cursor.take('T') || !cursor.number(2, hour) || !cursor.take(':') ||
        !cursor.number(2, minute))
        return std::nullopt;
    if (cursor.take(':')) {
        if (!cursor.number(2, second)) return std::nullopt;
        if (cursor.take('.') && !read_fraction(cursor, parsed.nanoseconds)) return std::nullopt;
    }
    std::chrono::seconds offset{0};
    if (!read_offset(cursor, offset) || !cursor.text.empty()) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
    parsed.time = std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
                  std::chrono::seconds(second) - offset + Milliseconds(parsed.nanoseconds / 1'000'000);
    return parsed;
}

}  // namespace weft::encoding
