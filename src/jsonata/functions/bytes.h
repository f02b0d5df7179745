#pragma once

#include "jsonata/functions/fault.h"

#include <cstddef>
#include <cstdint>

namespace weft::jsonata::functions {

// U1002: what a function would make has more bytes than the evaluation may still use.
[[nodiscard]] inline tl::unexpected<Fault> too_long(std::size_t bytes_max)
{
    return fault("U1002", {{"value", json::Value(std::uint64_t{bytes_max})}});
}

}  // namespace weft::jsonata::functions
