#include "jsonata/functions/date_fragment.h"

namespace weft::jsonata::functions {

namespace {

struct Month {
    std::int64_t year;
    int month;  // 1 to 12

    Month next() const { return month == 12 ? Month{year + 1, 1} : Month{year, month + 1}; }
    Month previous() const { return month == 1 ? Month{year - 1, 12} : Month{year, month - 1}; }
};

// Days from 1970 to the Monday of the week that holds the month's first Thursday.
std::int64_t first_week_of(const Month& month)
{
    const std::int64_t first = days_of(month.year, month.month, 1);
    const int weekday = civil_of(first * day_milliseconds).weekday;
    return weekday > 4 ? first + 8 - weekday : first - (weekday - 1);
}

std::int64_t weeks_between(std::int64_t first, std::int64_t day)
{
    return (day - first) / 7 + 1;  // of days that are not before the first
}

// The number of the week of `today` in the period that `own` begins, or a neighbour of it.
std::int64_t week_of(std::int64_t today, const Month& own, const Month& before, const Month& after)
{
    const std::int64_t first = first_week_of(own);
    if (today < first) return weeks_between(first_week_of(before), today);
    return today >= first_week_of(after) ? 1 : weeks_between(first, today);
}

}  // namespace

double date_fragment(const Civil& civil, std::int64_t milliseconds, char component)
{
    const Month month{civil.year, civil.month};
    const Month year{civil.year, 1};
    const std::int64_t today = days_of(civil.year, civil.month, civil.day);
    const auto number = [](std::int64_t value) { return static_cast<double>(value); };
    switch (component) {
    case 'Y': return number(civil.year);
    case 'M': return civil.month;
    case 'D': return civil.day;
    case 'd': return number(today - days_of(civil.year, 1, 1) + 1);
    case 'F': return civil.weekday;
    case 'W': return number(week_of(today, year, {civil.year - 1, 1}, {civil.year + 1, 1}));
    case 'w': return number(week_of(today, month, month.previous(), month.next()));
    case 'X':
        if (milliseconds < first_week_of(year) * day_milliseconds) return number(civil.year - 1);
        if (milliseconds >= first_week_of({civil.year + 1, 1}) * day_milliseconds)
            return number(civil.year + 1);
        return number(civil.year);
    case 'x':
        if (milliseconds < first_week_of(month) * day_milliseconds) return month.previous().month;
        if (milliseconds >= first_week_of(month.next()) * day_milliseconds)
            return month.next().month;
        return civil.month;
    case 'H': return civil.hour;
    case 'h': return civil.hour % 12 == 0 ? 12 : civil.hour % 12;
    case 'm': return civil.minute;
    case 's': return civil.second;
    case 'f': return civil.millisecond;
    default: return 0;
    }
}

}  // namespace weft::jsonata::functions
