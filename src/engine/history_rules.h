#pragma once

#include "engine/frame.h"
#include "history/event.h"

#include <cstdint>
#include <initializer_list>

namespace weft::engine {

// A history's ids stay far below where counting on would overflow.
constexpr history::EventId event_id_max = history::EventId{1} << 53;

// In which phases an event may find its frame. What the interpreter writes obeys these rules (the
// engine's tests hold it to them, event by event), and what is read back is held to them
// (engine/refold.h).
class Phases {
public:
    constexpr Phases() = default;
    constexpr Phases(std::initializer_list<Phase> phases)
    {
        for (const Phase phase : phases)
            m_bits = static_cast<std::uint16_t>(m_bits | 1U << static_cast<unsigned>(phase));
    }
    constexpr bool contains(Phase phase) const
    {
        return (m_bits >> static_cast<unsigned>(phase) & 1U) != 0;
    }
    constexpr bool empty() const { return m_bits == 0; }

private:
    std::uint16_t m_bits = 0;
};

// The state was entered, has not been left, and waits for no call.
constexpr Phases at_work{Phase::Entered, Phase::Waiting,  Phase::Returned,
                         Phase::Failed,  Phase::Retrying, Phase::Forked};
constexpr Phases inside{Phase::Entered,  Phase::Waiting,  Phase::Scheduled,
                        Phase::Started,  Phase::Returned, Phase::Failed,
                        Phase::Retrying, Phase::Forked,   Phase::Submitted};
constexpr Phases may_begin{Phase::Begin, Phase::Enter};
constexpr Phases may_leave{Phase::Entered, Phase::Waiting, Phase::Returned,
                           Phase::Failed,  Phase::Forked,  Phase::Retrying};
// By a catcher, after …StateFailed.
constexpr Phases may_leave_fork{Phase::Entered, Phase::Forked, Phase::Retrying, Phase::Stopped};
// Work is done once on entering and again for each retry.
constexpr Phases may_work{Phase::Entered, Phase::Retrying};
constexpr Phases call_open{Phase::Scheduled, Phase::Started, Phase::Submitted};
constexpr Phases may_return{Phase::Started, Phase::Submitted};

// Where a redrive may go on with a Stopped frame.
constexpr Phases may_resume{Phase::Begin, Phase::Enter, Phase::Entered, Phase::Ended,
                            Phase::Forked};

// Phases whose frames have a step to take (a Forked one: now and then), and those a timer ends.
constexpr Phases always_ready{Phase::Begin,    Phase::Enter,  Phase::Entered,
                              Phase::Returned, Phase::Failed, Phase::Ended};
constexpr Phases may_be_timed{Phase::Waiting, Phase::Retrying, Phase::Scheduled, Phase::Started,
                              Phase::Submitted};

// Empty: the event is not about one frame's state, or has a rule of its own.
constexpr Phases phases_of(history::EventType type)
{
    using history::EventType;
    switch (type) {
    case EventType::PassStateEntered:
    case EventType::TaskStateEntered:
    case EventType::ChoiceStateEntered:
    case EventType::WaitStateEntered:
    case EventType::SucceedStateEntered:
    case EventType::FailStateEntered:
    case EventType::ParallelStateEntered:
    case EventType::MapStateEntered: return may_begin;
    case EventType::PassStateExited:
    case EventType::TaskStateExited:
    case EventType::ChoiceStateExited:
    case EventType::WaitStateExited:
    case EventType::SucceedStateExited: return may_leave;
    case EventType::ParallelStateExited:
    case EventType::MapStateExited: return may_leave_fork;
    case EventType::TaskScheduled:
    case EventType::LambdaFunctionScheduled:
    case EventType::ActivityScheduled:
    case EventType::ParallelStateStarted:
    case EventType::MapStateStarted: return may_work;
    case EventType::TaskStarted:
    case EventType::LambdaFunctionStarted:
    case EventType::ActivityStarted: return {Phase::Scheduled};
    case EventType::TaskSucceeded:
    case EventType::LambdaFunctionSucceeded:
    case EventType::ActivitySucceeded: return may_return;
    case EventType::TaskSubmitted:
    case EventType::CallReissued:
    case EventType::CallInDoubt: return {Phase::Started};
    case EventType::TaskStartFailed:
    case EventType::TaskSubmitFailed:
    case EventType::TaskFailed:
    case EventType::TaskTimedOut:
    case EventType::LambdaFunctionScheduleFailed:
    case EventType::LambdaFunctionStartFailed:
    case EventType::LambdaFunctionFailed:
    case EventType::LambdaFunctionTimedOut:
    case EventType::ActivityScheduleFailed:
    case EventType::ActivityFailed:
    case EventType::ActivityTimedOut: return call_open;
    case EventType::TaskStateAborted:
    case EventType::WaitStateAborted: return inside;
    case EventType::ParallelStateSucceeded:
    case EventType::ParallelStateAborted:
    case EventType::MapStateSucceeded:
    case EventType::MapStateAborted: return {Phase::Forked};
    // By a branch or an item, or by an evaluation before there was one.
    case EventType::ParallelStateFailed:
    case EventType::MapStateFailed: return {Phase::Forked, Phase::Entered, Phase::Retrying};
    case EventType::EvaluationFailed:
        return {Phase::Entered, Phase::Waiting,  Phase::Returned, Phase::Failed,
                Phase::Forked,  Phase::Retrying, Phase::Stopped};
    case EventType::TimerSet: return {Phase::Entered};
    case EventType::RetryScheduled: return at_work;
    case EventType::MapIterationSucceeded:
    case EventType::ExecutionSucceeded: return {Phase::Ended};
    default: return {};
    }
}

}  // namespace weft::engine
