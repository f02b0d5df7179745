#pragma once

#include "jsonata/functions/fault.h"
#include "jsonata/functions/integer_picture.h"
#include "jsonata/functions/pattern_text.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft::jsonata::functions {

// A piece of a picture of dates: text as it is, or a component within brackets.
struct DateMarker {
    enum class Names : std::uint8_t { None, Lower, Upper, Title };

    char component = 0;  // Y M D d F W w X x H h P m s f Z z C E; 0: text
    std::string text;
    Names names = Names::None;
    bool z_for_utc = false;                   // second presentation modifier t
    std::optional<std::size_t> width_max;     // of names
    std::optional<std::size_t> year_digits;   // the last so many of the year
    std::optional<std::size_t> parse_digits;  // another number follows at once
    std::optional<IntegerPicture> integer;    // how a number is written
};

// A picture of dates and times (XPath functions and operators 9.8.4, fn:format-dateTime), with the
// reference's X and x for the year and month that a week belongs to. Read once, used many times, by
// several threads at once.
class DatePicture {
public:
    // D3131 of a digit pattern, D3132 for an unknown component, D3135 for a missing bracket.
    // To read as well: D3130 for a number that cannot be read, D3133 for names of what has none.
    enum class Use : std::uint8_t { Format, Parse };
    static Outcome<std::shared_ptr<const DatePicture>> make(std::string_view picture, Use use);

    const std::vector<DateMarker>& markers() const { return m_markers; }

    // $fromMillis. `zone` is ±hhmm; none: UTC. D3133 for names of what has none, D3134 for a zone
    // of too many digits, D3110 for a time or zone that is none (the reference writes NaN), U1002.
    Outcome<std::string> format(double milliseconds, std::optional<std::string_view> zone,
                                std::size_t bytes_max) const;

    // $toMillis. None when the text does not fit the picture. What the picture leaves out in front
    // is taken from `now`, and what it leaves out behind is zero; D3136 when a part between is
    // missing, or for dates by weeks. NaN for a date beyond ECMAScript's range. Made for
    // Use::Parse.
    Outcome<std::optional<double>> parse(std::string_view text, double now, RegexTools tools) const;

private:
    std::vector<DateMarker> m_markers;
    std::shared_ptr<const Regex> m_regex;  // of the texts that fit
};

// $fromMillis without a picture: 2017-10-30T16:25:32.935Z, with ±hh:mm in another zone. D3110 as
// above.
Outcome<std::string> format_iso8601(double milliseconds, std::optional<std::string_view> zone);

// $toMillis without a picture: a year, or with a month, day and time of day; behind a time a
// fraction and a zone. D3110 for all else. A time without a zone is UTC.
// Deviation: the reference answers NaN for a month 13 and the like.
Outcome<double> parse_iso8601(std::string_view text);

}  // namespace weft::jsonata::functions
