#include "encoding/timestamp.h"

#include <chrono>

namespace weft::encoding {

namespace {

// 2024-01-02T03:04:05.678Z takes 24 bytes; years beyond four digits a few more.
constexpr std::size_t text_bytes_max = 40;

char* put(char* at, unsigned value, int width)
{
    for (int i = width; i > 0; --i, value /= 10) at[i - 1] = static_cast<char>('0' + value % 10);
    return at + width;
}

char* put_year(char* at, int year)
{
    if (year >= 0 && year <= 9999) return put(at, static_cast<unsigned>(year), 4);
    // ISO 8601: expanded years carry their sign.
    *at++ = year < 0 ? '-' : '+';
    const auto magnitude = static_cast<unsigned>(year < 0 ? -year : year);
    return put(at, magnitude, magnitude > 9999 ? 5 : 4);
}

std::string format(Timestamp time, bool milliseconds)
{
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const auto of_day = static_cast<unsigned>((time - day).count());
    const unsigned second = of_day / 1000;
    char text[text_bytes_max];
    char* at = put_year(text, static_cast<int>(date.year()));
    *at++ = '-';
    at = put(at, static_cast<unsigned>(date.month()), 2);
    *at++ = '-';
    at = put(at, static_cast<unsigned>(date.day()), 2);
    *at++ = 'T';
    at = put(at, second / 3600, 2);
    *at++ = ':';
    at = put(at, second / 60 % 60, 2);
    *at++ = ':';
    at = put(at, second % 60, 2);
    if (milliseconds) {
        *at++ = '.';
        at = put(at, of_day % 1000, 3);
    }
    *at++ = 'Z';
    return {text, at};
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
    if (hours > 18 || minutes > 59 || seconds > 59 || (hours == 18 && (minutes > 0 || seconds > 0)))
        return false;
    offset =
        std::chrono::hours(hours) + std::chrono::minutes(minutes) + std::chrono::seconds(seconds);
    if (behind) offset = -offset;
    return true;
}

}  // namespace

std::string format_timestamp(Timestamp time)
{
    return format(time, true);
}

std::string format_timestamp_seconds(Timestamp time)
{
    return format(time, false);
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
    if (!cursor.number(4, year) || !cursor.take('-') || !cursor.number(2, month) ||
        !cursor.take('-') || !cursor.number(2, day) || !cursor.take('T') ||
        !cursor.number(2, hour) || !cursor.take(':') || !cursor.number(2, minute))
        return std::nullopt;
    if (cursor.take(':')) {
        if (!cursor.number(2, second)) return std::nullopt;
        if (cursor.take('.') && !read_fraction(cursor, parsed.nanoseconds)) return std::nullopt;
    }
    std::chrono::seconds offset{0};
    if (!read_offset(cursor, offset) || !cursor.text.empty()) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
    parsed.time = std::chrono::sys_days(date) + std::chrono::hours(hour) +
                  std::chrono::minutes(minute) + std::chrono::seconds(second) - offset +
                  Milliseconds(parsed.nanoseconds / 1'000'000);
    return parsed;
}

}  // namespace weft::encoding
