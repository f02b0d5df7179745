#pragma once

#include "async/loop.h"
#include "base/meter.h"
#include "base/time.h"
#include "runtime/runtime.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace weft::runtime {

// About as many steps as an evaluation takes in a second: what bounds it where time stands still
// (in simulation), so that such a run is the same each time.
constexpr std::uint64_t steps_a_second = 20'000'000;

constexpr std::uint64_t steps_within(Milliseconds time)
{
    return static_cast<std::uint64_t>(time.count()) * (steps_a_second / 1'000);
}

// A turn's fuel, and within it what one evaluation may take: its time, by the loop's steady clock,
// and its steps. `loop` must outlive it; one thread at a time, any.
class EvaluationMeter final : public Meter {
public:
    EvaluationMeter(const async::Loop& loop, std::uint64_t fuel, Milliseconds time_max)
        : m_loop(loop), m_fuel(fuel), m_steps_max(steps_within(time_max)),
          m_nanoseconds_max(static_cast<std::uint64_t>(time_max.count()) * 1'000'000)
    {
    }

    bool step(std::uint32_t steps) override
    {
        if (steps > m_fuel) return false;
        m_fuel -= steps;
        if (!m_evaluating) return true;
        m_steps += steps;
        if (m_steps > m_steps_max) m_exhausted = true;
        if (m_steps >= m_next_look) look();
        return !m_exhausted;
    }
    bool exhausted() const override { return m_exhausted; }
    void begin_evaluation() override
    {
        m_evaluating = true;
        m_exhausted = false;
        m_steps = 0;
        m_next_look = steps_a_look;
        m_begin.reset();
    }
    void end_evaluation() override
    {
        m_evaluating = false;
        m_exhausted = false;
    }

private:
    static constexpr std::uint64_t steps_a_look = 1'000;

    // Most evaluations are over before the first look, and read no clock.
    void look()
    {
        m_next_look = m_steps + steps_a_look;
        const std::uint64_t now = m_loop.steady_nanoseconds();
        if (!m_begin) m_begin = now;
        if (now - *m_begin >= m_nanoseconds_max) m_exhausted = true;
    }

    const async::Loop& m_loop;
    std::uint64_t m_fuel;
    std::uint64_t m_steps_max;
    std::uint64_t m_nanoseconds_max;
    bool m_evaluating = false;
    bool m_exhausted = false;
    std::uint64_t m_steps = 0;  // of this evaluation
    std::uint64_t m_next_look = 0;
    std::optional<std::uint64_t> m_begin;  // by the clock, once it was looked at
};

// For a turn on the compute pool: as much as one evaluation may take, and some more for the rest of
// its step.
inline EvaluationMeter pool_meter(const async::Loop& loop, const RuntimeOptions& options)
{
    return {loop, std::max(options.compute_fuel, 2 * steps_within(options.evaluation_time_max)),
            options.evaluation_time_max};
}

}  // namespace weft::runtime
