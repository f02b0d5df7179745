#include "history/event_table.h"

#include "base/assert.h"

#include <algorithm>
#include <array>
#include <string>

namespace weft::history {

namespace {

// clang-format off
constexpr std::array rows = {
    EventRow{EventType::ExecutionStarted, "ExecutionStarted", "executionStartedEventDetails", Shape::ExecutionStarted, Family::Execution, Wording::Plain},
    EventRow{EventType::ExecutionSucceeded, "ExecutionSucceeded", "executionSucceededEventDetails", Shape::ExecutionSucceeded, Family::Execution, Wording::Plain},
    EventRow{EventType::ExecutionFailed, "ExecutionFailed", "executionFailedEventDetails", Shape::Failure, Family::Execution, Wording::Plain},
    EventRow{EventType::ExecutionAborted, "ExecutionAborted", "executionAbortedEventDetails", Shape::Failure, Family::Execution, Wording::Plain},
    EventRow{EventType::ExecutionTimedOut, "ExecutionTimedOut", "executionTimedOutEventDetails", Shape::Failure, Family::Execution, Wording::Plain},
    EventRow{EventType::ExecutionRedriven, "ExecutionRedriven", "executionRedrivenEventDetails", Shape::ExecutionRedriven, Family::Execution, Wording::Plain},
    EventRow{EventType::PassStateEntered, "PassStateEntered", "stateEnteredEventDetails", Shape::StateEntered, Family::State, Wording::Plain},
    EventRow{EventType::PassStateExited, "PassStateExited", "stateExitedEventDetails", Shape::StateExited, Family::State, Wording::Plain},
    EventRow{EventType::TaskStateEntered, "TaskStateEntered", "stateEnteredEventDetails", Shape::StateEntered, Family::State, Wording::Plain},
    EventRow{EventType::TaskStateExited, "TaskStateExited", "stateExitedEventDetails", Shape::StateExited, Family::State, Wording::Plain},
    EventRow{EventType::TaskStateAborted, "TaskStateAborted", "", Shape::None, Family::State, Wording::Plain},
    EventRow{EventType::ChoiceStateEntered, "ChoiceStateEntered", "stateEnteredEventDetails", Shape::StateEntered, Family::State, Wording::Plain},
    EventRow{EventType::ChoiceStateExited, "ChoiceStateExited", "stateExitedEventDetails", Shape::StateExited, Family::State, Wording::Plain},
    EventRow{EventType::WaitStateEntered, "WaitStateEntered", "stateEnteredEventDetails", Shape::StateEntered, Family::State, Wording::Plain},
    EventRow{EventType::WaitStateExited, "WaitStateExited", "stateExitedEventDetails", Shape::StateExited, Family::State, Wording::Plain},
    EventRow{EventType::WaitStateAborted, "WaitStateAborted", "", Shape::None, Family::State, Wording::Plain},
    EventRow{EventType::SucceedStateEntered, "SucceedStateEntered", "stateEnteredEventDetails", Shape::StateEntered, Family::State, Wording::Plain},
    EventRow{EventType::SucceedStateExited, "SucceedStateExited", "stateExitedEventDetails", Shape::StateExited, Family::State, Wording::Plain},
    EventRow{EventType::FailStateEntered, "FailStateEntered", "stateEnteredEventDetails", Shape::StateEntered, Family::State, Wording::Plain},
    EventRow{EventType::ParallelStateEntered, "ParallelStateEntered", "stateEnteredEventDetails", Shape::StateEntered, Family::State, Wording::Plain},
    EventRow{EventType::ParallelStateStarted, "ParallelStateStarted", "", Shape::ParallelStarted, Family::Fork, Wording::Plain},
    EventRow{EventType::ParallelStateSucceeded, "ParallelStateSucceeded", "", Shape::None, Family::Fork, Wording::Plain},
    EventRow{EventType::ParallelStateFailed, "ParallelStateFailed", "", Shape::None, Family::Fork, Wording::Plain},
    EventRow{EventType::ParallelStateAborted, "ParallelStateAborted", "", Shape::None, Family::Fork, Wording::Plain},
    EventRow{EventType::ParallelStateExited, "ParallelStateExited", "stateExitedEventDetails", Shape::StateExited, Family::State, Wording::Plain},
    EventRow{EventType::MapStateEntered, "MapStateEntered", "stateEnteredEventDetails", Shape::StateEntered, Family::State, Wording::Plain},
    EventRow{EventType::MapStateStarted, "MapStateStarted", "mapStateStartedEventDetails", Shape::MapStarted, Family::Fork, Wording::Plain},
    EventRow{EventType::MapStateSucceeded, "MapStateSucceeded", "", Shape::None, Family::Fork, Wording::Plain},
    EventRow{EventType::MapStateFailed, "MapStateFailed", "", Shape::None, Family::Fork, Wording::Plain},
    EventRow{EventType::MapStateAborted, "MapStateAborted", "", Shape::None, Family::Fork, Wording::Plain},
    EventRow{EventType::MapStateExited, "MapStateExited", "stateExitedEventDetails", Shape::StateExited, Family::State, Wording::Plain},
    EventRow{EventType::MapIterationStarted, "MapIterationStarted", "mapIterationStartedEventDetails", Shape::MapIteration, Family::Fork, Wording::Plain},
    EventRow{EventType::MapIterationSucceeded, "MapIterationSucceeded", "mapIterationSucceededEventDetails", Shape::MapIteration, Family::Fork, Wording::Plain},
    EventRow{EventType::MapIterationFailed, "MapIterationFailed", "mapIterationFailedEventDetails", Shape::MapIteration, Family::Fork, Wording::Plain},
    EventRow{EventType::MapIterationAborted, "MapIterationAborted", "mapIterationAbortedEventDetails", Shape::MapIteration, Family::Fork, Wording::Plain},
    EventRow{EventType::MapRunStarted, "MapRunStarted", "", Shape::None, Family::Fork, Wording::Plain},
    EventRow{EventType::MapRunSucceeded, "MapRunSucceeded", "", Shape::None, Family::Fork, Wording::Plain},
    EventRow{EventType::MapRunFailed, "MapRunFailed", "mapRunFailedEventDetails", Shape::Failure, Family::Fork, Wording::Plain},
    EventRow{EventType::MapRunAborted, "MapRunAborted", "", Shape::None, Family::Fork, Wording::Plain},
    EventRow{EventType::MapRunRedriven, "MapRunRedriven", "", Shape::None, Family::Fork, Wording::Plain},
    EventRow{EventType::TaskScheduled, "TaskScheduled", "taskScheduledEventDetails", Shape::TaskScheduled, Family::Call, Wording::Plain},
    EventRow{EventType::TaskStarted, "TaskStarted", "taskStartedEventDetails", Shape::TaskStarted, Family::Call, Wording::Plain},
    EventRow{EventType::TaskStartFailed, "TaskStartFailed", "taskStartFailedEventDetails", Shape::TaskFailure, Family::Call, Wording::Plain},
    EventRow{EventType::TaskSubmitted, "TaskSubmitted", "taskSubmittedEventDetails", Shape::TaskResult, Family::Call, Wording::Plain},
    EventRow{EventType::TaskSubmitFailed, "TaskSubmitFailed", "taskSubmitFailedEventDetails", Shape::TaskFailure, Family::Call, Wording::Plain},
    EventRow{EventType::TaskSucceeded, "TaskSucceeded", "taskSucceededEventDetails", Shape::TaskResult, Family::Call, Wording::Plain},
    EventRow{EventType::TaskFailed, "TaskFailed", "taskFailedEventDetails", Shape::TaskFailure, Family::Call, Wording::Plain},
    EventRow{EventType::TaskTimedOut, "TaskTimedOut", "taskTimedOutEventDetails", Shape::TaskFailure, Family::Call, Wording::Plain},
    EventRow{EventType::LambdaFunctionScheduled, "LambdaFunctionScheduled", "lambdaFunctionScheduledEventDetails", Shape::TaskScheduled, Family::Call, Wording::Lambda},
    EventRow{EventType::LambdaFunctionScheduleFailed, "LambdaFunctionScheduleFailed", "lambdaFunctionScheduleFailedEventDetails", Shape::TaskFailure, Family::Call, Wording::Lambda},
    EventRow{EventType::LambdaFunctionStarted, "LambdaFunctionStarted", "", Shape::TaskStarted, Family::Call, Wording::Lambda},
    EventRow{EventType::LambdaFunctionStartFailed, "LambdaFunctionStartFailed", "lambdaFunctionStartFailedEventDetails", Shape::TaskFailure, Family::Call, Wording::Lambda},
    EventRow{EventType::LambdaFunctionSucceeded, "LambdaFunctionSucceeded", "lambdaFunctionSucceededEventDetails", Shape::TaskResult, Family::Call, Wording::Lambda},
    EventRow{EventType::LambdaFunctionFailed, "LambdaFunctionFailed", "lambdaFunctionFailedEventDetails", Shape::TaskFailure, Family::Call, Wording::Lambda},
    EventRow{EventType::LambdaFunctionTimedOut, "LambdaFunctionTimedOut", "lambdaFunctionTimedOutEventDetails", Shape::TaskFailure, Family::Call, Wording::Lambda},
    EventRow{EventType::ActivityScheduled, "ActivityScheduled", "activityScheduledEventDetails", Shape::TaskScheduled, Family::Call, Wording::Activity},
    EventRow{EventType::ActivityScheduleFailed, "ActivityScheduleFailed", "activityScheduleFailedEventDetails", Shape::TaskFailure, Family::Call, Wording::Activity},
    EventRow{EventType::ActivityStarted, "ActivityStarted", "activityStartedEventDetails", Shape::TaskStarted, Family::Call, Wording::Activity},
    EventRow{EventType::ActivitySucceeded, "ActivitySucceeded", "activitySucceededEventDetails", Shape::TaskResult, Family::Call, Wording::Activity},
    EventRow{EventType::ActivityFailed, "ActivityFailed", "activityFailedEventDetails", Shape::TaskFailure, Family::Call, Wording::Activity},
    EventRow{EventType::ActivityTimedOut, "ActivityTimedOut", "activityTimedOutEventDetails", Shape::TaskFailure, Family::Call, Wording::Activity},
    EventRow{EventType::EvaluationFailed, "EvaluationFailed", "evaluationFailedEventDetails", Shape::EvaluationFailed, Family::State, Wording::Plain},
    EventRow{EventType::TimerSet, "TimerSet", "", Shape::TimerSet, Family::Private, Wording::Plain},
    EventRow{EventType::RetryScheduled, "RetryScheduled", "", Shape::RetryScheduled, Family::Private, Wording::Plain},
    EventRow{EventType::CallReissued, "CallReissued", "", Shape::CallReissued, Family::Private, Wording::Plain},
    EventRow{EventType::CallInDoubt, "CallInDoubt", "", Shape::CallInDoubt, Family::Private, Wording::Plain},
    EventRow{EventType::MessageQueued, "MessageQueued", "", Shape::Message, Family::Private, Wording::Plain},
    EventRow{EventType::MessageAccepted, "MessageAccepted", "", Shape::Message, Family::Private, Wording::Plain},
    EventRow{EventType::MessageAcked, "MessageAcked", "", Shape::Message, Family::Private, Wording::Plain},
};
// clang-format on
static_assert(std::ranges::is_sorted(rows, {}, &EventRow::type), "the table is searched by type");
static_assert(std::ranges::all_of(rows, [](const EventRow& row) {
    return row.is_public() == is_public(row.type);
}));
static_assert(std::variant_size_v<Details> ==
              static_cast<std::size_t>(Shape::ExecutionRedriven) + 1);

// Position by type, so that the row of an event costs one load.
constexpr auto positions = [] {
    std::array<std::uint8_t, 128> result{};
    result.fill(UINT8_MAX);
    for (std::size_t i = 0; i < rows.size(); ++i)
        result[static_cast<std::size_t>(rows[i].type)] = static_cast<std::uint8_t>(i);
    return result;
}();

}  // namespace

std::span<const EventRow> event_rows()
{
    return rows;
}

const EventRow& event_row(EventType type)
{
    const EventRow* row = find_event_row(type);
    WEFT_ASSERT(row != nullptr);
    return *row;
}

const EventRow* find_event_row(EventType type)
{
    const auto number = static_cast<std::size_t>(type);
    if (number >= positions.size() || positions[number] == UINT8_MAX) return nullptr;
    return &rows[positions[number]];
}

const EventRow* find_event_row(std::string_view name)
{
    const auto found = std::ranges::find_if(
        rows, [&](const EventRow& row) { return row.is_public() && row.name == name; });
    return found == rows.end() ? nullptr : &*found;
}

}  // namespace weft::history
