#pragma once

#include <cstdint>

namespace weft {

// What an evaluation may spend. Evaluators call `step` as they go (once per visited node or so);
// false means stop now and return ErrorCode::OutOfFuel. An evaluation is pure, so it can be
// abandoned and run again.
class Meter {
public:
    virtual ~Meter() = default;
    virtual bool step(std::uint32_t steps) = 0;
    // Asked once `step` has refused. True: what the evaluation may take at all (its time, its
    // steps) is used up, so that more fuel elsewhere would not help.
    virtual bool exhausted() const { return false; }
    // One expression's evaluation begins and ends, for meters that bound each by itself.
    virtual void begin_evaluation() {}
    virtual void end_evaluation() {}
};

// Counts down; no clock.
class StepMeter final : public Meter {
public:
    explicit StepMeter(std::uint64_t steps) : m_left(steps) {}
    bool step(std::uint32_t steps) override
    {
        if (steps > m_left) return false;
        m_left -= steps;
        return true;
    }
    std::uint64_t left() const { return m_left; }

private:
    std::uint64_t m_left;
};

}  // namespace weft
