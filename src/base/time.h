#pragma once

#include <chrono>

namespace weft {

// A moment on the wall clock in UTC, to the millisecond: what AWS shows in histories and answers.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;
using Milliseconds = std::chrono::milliseconds;
using Seconds = std::chrono::seconds;

constexpr Timestamp timestamp_max = Timestamp::max();

}  // namespace weft
