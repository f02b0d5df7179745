#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace weft::asl {

using Instant = std::chrono::sys_time<std::chrono::nanoseconds>;

// A timestamp of the language: RFC 3339 with an upper-case T and Z or an offset, up to nine digits
// of a second's fraction. Nothing for anything else, for a day that is not in the calendar and for
// years that nanoseconds do not reach (before 1678, after 2261).
// ASL: https://states-language.net/spec.html#timestamps
std::optional<Instant> parse_rfc3339(std::string_view text);

}  // namespace weft::asl
