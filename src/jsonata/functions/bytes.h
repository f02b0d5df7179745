#pragma once

#include "jsonata/functions/fault.h"

#include <cstddef>
#include <cstdint>
#include <limits>

namespace weft::jsonata::functions {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t picture_bytes_max = 10'000;  // of numbers, integers and dates

// U1002: what a function would make has more bytes than the evaluation may still use.
[[nodiscard]] inline tl::unexpected<Fault> too_long(std::size_t bytes_max)
{
    return fault("U1002", {{"value", json::Value(std::uint64_t{bytes_max})}});
}

}  // namespace weft::jsonata::functions
