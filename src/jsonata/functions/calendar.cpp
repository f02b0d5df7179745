#include "jsonata/functions/calendar.h"

#include <chrono>
#include <cmath>

namespace weft::jsonata::functions {

std::int64_t days_of(std::int64_t year, int month, std::int64_t day)
{
    using namespace std::chrono;
    // A cycle of 400 years has 146,097 days; chrono's years are 16 bits wide.
    std::int64_t cycles = year / 400;
    if (year % 400 < 0) --cycles;
    const sys_days first{std::chrono::year(static_cast<int>(year - cycles * 400)) /
                         std::chrono::month(static_cast<unsigned>(month)) / 1};
    return first.time_since_epoch().count() + cycles * 146'097 + day - 1;
}

Civil civil_of(std::int64_t milliseconds)
{
    using namespace std::chrono;
    std::int64_t days = milliseconds / day_milliseconds;
    std::int64_t rest = milliseconds % day_milliseconds;
    if (rest < 0) {
        rest += day_milliseconds;
        --days;
    }
    std::int64_t cycles = days / 146'097;
    if (days % 146'097 < 0) --cycles;
    const auto in_cycle = static_cast<int>(days - cycles * 146'097);
    const sys_days date{std::chrono::days(in_cycle)};
    const year_month_day ymd(date);
    Civil civil;
    civil.year = static_cast<int>(ymd.year()) + cycles * 400;
    civil.month = static_cast<int>(static_cast<unsigned>(ymd.month()));
    civil.day = static_cast<int>(static_cast<unsigned>(ymd.day()));
    civil.weekday = static_cast<int>(weekday(date).iso_encoding());
    civil.hour = static_cast<int>(rest / 3'600'000);
    civil.minute = static_cast<int>(rest / 60'000 % 60);
    civil.second = static_cast<int>(rest / 1'000 % 60);
    civil.millisecond = static_cast<int>(rest % 1'000);
    return civil;
}

std::optional<double> date_utc(double year, double month, double day, double hour, double minute,
                               double second, double millisecond)
{
    constexpr double part_max = 1e8;  // keeps all that follows exact
    for (double* part : {&year, &month, &day, &hour, &minute, &second, &millisecond}) {
        *part = std::trunc(*part);
        if (!(std::fabs(*part) <= part_max * 1e4)) return std::nullopt;
    }
    if (std::fabs(year) > part_max || std::fabs(month) > part_max) return std::nullopt;
    if (year >= 0 && year <= 99) year += 1900;
    year += std::floor(month / 12);
    const int month_in_year = static_cast<int>(month - std::floor(month / 12) * 12) + 1;
    const auto days =
        static_cast<double>(days_of(static_cast<std::int64_t>(year), month_in_year, 1)) + day - 1;
    const double time = days * static_cast<double>(day_milliseconds) + hour * 3.6e6 + minute * 6e4 +
                        second * 1e3 + millisecond;
    if (!(std::fabs(time) <= time_max)) return std::nullopt;
    return time;
}

}  // namespace weft::jsonata::functions
