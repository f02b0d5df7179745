#include "async/wall_clock.h"

#include <algorithm>
#include <atomic>
#include <chrono>

namespace weft::async {

namespace {

constexpr std::int64_t correction_interval = 100'000'000;  // nanoseconds

template <class Clock> std::int64_t nanoseconds_of()
{
    return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch())
        .count();
}

std::int64_t shown_offset()
{
    return nanoseconds_of<std::chrono::system_clock>() -
           nanoseconds_of<std::chrono::steady_clock>();
}

// The process has one wall clock, as it has one kernel: this is its state.
struct Anchor {
    std::atomic<std::int64_t> offset{shown_offset()};
    std::atomic<std::int64_t> corrected_at{nanoseconds_of<std::chrono::steady_clock>()};
    std::atomic<std::int64_t> highest{0};  // milliseconds: the latest moment ever told
};

Anchor& anchor()
{
    static Anchor instance;
    return instance;
}

}  // namespace

namespace detail {

std::int64_t corrected_offset(std::int64_t last, std::int64_t shown, std::int64_t elapsed)
{
    if (shown >= last) return shown;
    return std::max(shown, last - elapsed / 2);
}

}  // namespace detail

Timestamp wall_clock_now()
{
    Anchor& clock = anchor();
    const std::int64_t steady = nanoseconds_of<std::chrono::steady_clock>();
    std::int64_t corrected_at = clock.corrected_at.load(std::memory_order_relaxed);
    if (steady - corrected_at > correction_interval &&
        clock.corrected_at.compare_exchange_strong(corrected_at, steady)) {
        const std::int64_t last = clock.offset.load(std::memory_order_relaxed);
        clock.offset.store(detail::corrected_offset(last, shown_offset(), steady - corrected_at),
                           std::memory_order_relaxed);
    }
    const std::int64_t now =
        (steady + clock.offset.load(std::memory_order_relaxed)) / 1'000'000;  // to milliseconds
    // Threads may see an offset before and after a correction: the highest moment told decides.
    std::int64_t highest = clock.highest.load(std::memory_order_relaxed);
    while (highest < now &&
           !clock.highest.compare_exchange_weak(highest, now, std::memory_order_relaxed)) {
    }
    return Timestamp(Milliseconds(std::max(highest, now)));
}

std::uint64_t steady_clock_nanoseconds()
{
    return static_cast<std::uint64_t>(nanoseconds_of<std::chrono::steady_clock>());
}

}  // namespace weft::async
