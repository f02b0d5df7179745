#pragma once

#include "base/meter.h"

#include <chrono>
#include <cstdint>

namespace weft::cli {

// Lets an evaluation run until a moment of the steady clock, which it reads every thousand steps.
class TimeMeter final : public Meter {
public:
    explicit TimeMeter(std::chrono::steady_clock::duration most)
        : m_end(std::chrono::steady_clock::now() + most)
    {
    }
    bool step(std::uint32_t steps) override
    {
        m_passed += steps;
        if (m_passed < steps_a_look) return !m_over;
        m_passed = 0;
        m_over = m_over || std::chrono::steady_clock::now() >= m_end;
        return !m_over;
    }
    bool exhausted() const override { return m_over; }

private:
    static constexpr std::uint64_t steps_a_look = 1'000;
    std::chrono::steady_clock::time_point m_end;
    std::uint64_t m_passed = 0;
    bool m_over = false;
};

}  // namespace weft::cli
