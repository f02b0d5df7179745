#pragma once

#include "base/time.h"

#include <cstdint>

namespace weft::async {

// The system's wall clock with one promise more: within a process it never goes back, on no thread.
// It runs on the steady clock and is set forward at once when the system's clock is ahead; when the
// system's clock was set back it runs at half speed until both agree, so that timers go on firing.
// Any thread; some 30 ns.
Timestamp wall_clock_now();

// Steady nanoseconds since some moment before the first call. Any thread.
std::uint64_t steady_clock_nanoseconds();

namespace detail {

// The rule of wall_clock_now() as arithmetic, for tests: the next offset (wall minus steady,
// nanoseconds) given the last one, the offset the system shows now, and the steady nanoseconds
// since the last correction.
std::int64_t corrected_offset(std::int64_t last, std::int64_t shown, std::int64_t elapsed);

}  // namespace detail

}  // namespace weft::async
