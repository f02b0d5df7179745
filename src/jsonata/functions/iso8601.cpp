#include "jsonata/functions/calendar.h"
#include "jsonata/functions/date_picture.h"

namespace weft::jsonata::functions {

namespace {

// Reads a text from its begin; what is not there is left alone.
class Reader {
public:
    explicit Reader(std::string_view text) : m_rest(text) {}

    bool done() const { return m_rest.empty(); }
    bool take(char c)
    {
        if (!m_rest.starts_with(c)) return false;
        m_rest.remove_prefix(1);
        return true;
    }
    // `mark` and that many digits.
    bool take(char mark, std::size_t digits, int& number)
    {
        if (!m_rest.starts_with(mark) || !starts_with_digits(m_rest.substr(1), digits))
            return false;
        m_rest.remove_prefix(1);
        return take(digits, number);
    }
    bool take(std::size_t digits, int& number)
    {
        if (!starts_with_digits(m_rest, digits)) return false;
        number = 0;
        for (std::size_t i = 0; i < digits; ++i) number = number * 10 + (m_rest[i] - '0');
        m_rest.remove_prefix(digits);
        return true;
    }
    // Digits of a fraction, of which three count.
    bool take_milliseconds(int& number)
    {
        if (!starts_with_digits(m_rest, 1)) return false;
        number = 0;
        for (int place = 100; starts_with_digits(m_rest, 1); place /= 10) {
            number += place * (m_rest[0] - '0');
            m_rest.remove_prefix(1);
        }
        return true;
    }

private:
    static bool starts_with_digits(std::string_view text, std::size_t digits)
    {
        if (text.size() < digits) return false;
        for (std::size_t i = 0; i < digits; ++i)
            if (text[i] < '0' || text[i] > '9') return false;
        return true;
    }

    std::string_view m_rest;
};

}  // namespace

Outcome<double> parse_iso8601(std::string_view text)
{
    const auto refuse = [&] { return fault("D3110", {{"value", text}}); };
    Reader reader(text);
    int year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0, millisecond = 0;
    int zone_hours = 0, zone_minutes = 0, zone_sign = 1;
    if (!reader.take(4, year)) return refuse();
    if (reader.take('-', 2, month)) reader.take('-', 2, day);
    const bool has_time = reader.take('T', 2, hour);
    if (has_time) {
        if (!reader.take(':', 2, minute) || !reader.take(':', 2, second)) return refuse();
        if (reader.take('.') && !reader.take_milliseconds(millisecond)) return refuse();
    }
    if (!reader.take('Z') && !reader.done()) {
        if (!has_time) return refuse();
        const bool east = reader.take('+', 2, zone_hours);
        if (!east && !reader.take('-', 2, zone_hours)) return refuse();
        zone_sign = east ? 1 : -1;
        reader.take(':');
        if (!reader.take(2, zone_minutes)) return refuse();
    }
    if (!reader.done()) return refuse();
    const bool midnight = hour == 24 && minute == 0 && second == 0 && millisecond == 0;
    if (month < 1 || month > 12 || day < 1 || day > 31 || (hour > 23 && !midnight) || minute > 59 ||
        second > 59 || zone_hours > 23 || zone_minutes > 59)
        return refuse();
    const std::int64_t minutes =
        (hour - zone_sign * zone_hours) * 60 + minute - zone_sign * zone_minutes;
    return static_cast<double>(days_of(year, month, day) * day_milliseconds + minutes * 60'000 +
                               second * 1'000 + millisecond);
}

}  // namespace weft::jsonata::functions
