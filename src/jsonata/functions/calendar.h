#pragma once

#include <cstdint>
#include <optional>

// The proleptic Gregorian calendar as ECMAScript's Date counts: milliseconds since 1970 in UTC,
// within a hundred million days of it.
namespace weft::jsonata::functions {

constexpr double time_max = 8.64e15;
constexpr std::int64_t day_milliseconds = 86'400'000;

struct Civil {
    std::int64_t year = 1970;
    int month = 1;  // 1 to 12
    int day = 1;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int millisecond = 0;
    int weekday = 4;  // Monday is 1, Sunday 7
};

Civil civil_of(std::int64_t milliseconds);

// Days from 1970-01-01; a day beyond its month goes on into the next.
std::int64_t days_of(std::int64_t year, int month, std::int64_t day);

// ECMAScript, Date.UTC: whole parts of the numbers count, months (from 0) and all after them may be
// out of range, and years 0 to 99 mean 1900 to 1999. None beyond time_max.
std::optional<double> date_utc(double year, double month, double day = 1, double hour = 0,
                               double minute = 0, double second = 0, double millisecond = 0);

}  // namespace weft::jsonata::functions
