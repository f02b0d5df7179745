#pragma once

#include "base/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weft::encoding {

// 2024-01-02T03:04:05.678Z, as the context object and histories write times.
std::string format_timestamp(Timestamp time);
// Without a fraction: 2024-01-02T03:04:05Z.
std::string format_timestamp_seconds(Timestamp time);

struct ParsedTimestamp {
    Timestamp time{};              // to the millisecond, rounded down
    std::int32_t nanoseconds = 0;  // of the second, 0 … 999,999,999
};

// RFC 3339 / ISO-8601 extended offset date-time as Java's OffsetDateTime reads it: upper-case T,
// `Z` or ±hh:mm[:ss], seconds optional, fraction of 1 to 9 digits, a date that exists. None for
// anything else.
std::optional<ParsedTimestamp> parse_timestamp(std::string_view text);

}  // namespace weft::encoding
