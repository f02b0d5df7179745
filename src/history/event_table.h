#pragma once

#include "history/event.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace weft::history {

// What an event is about.
enum class Family : std::uint8_t { Execution, State, Fork, Call, Private };

// Which structure of event.h an event carries, in the order of `Details`.
enum class Shape : std::uint8_t {
    None,
    ExecutionStarted,
    ExecutionSucceeded,
    Failure,
    StateEntered,
    StateExited,
    TaskScheduled,
    TaskStarted,
    TaskResult,
    TaskFailure,
    MapStarted,
    ParallelStarted,
    MapIteration,
    EvaluationFailed,
    TimerSet,
    RetryScheduled,
    CallReissued,
    CallInDoubt,
    Message,
    ExecutionRedriven,
};

// How a detail of a structure is spelled depends on the event as well: an activity's task has no
// resource type, a Lambda function's has its parameters under `input`.
enum class Wording : std::uint8_t { Plain, Lambda, Activity };

// A row of the one table of event types: what journal, API and console need to know of each.
// AWS: HistoryEventType and the *EventDetails members of HistoryEvent.
struct EventRow {
    EventType type{};
    std::string_view name;     // on the wire
    std::string_view details;  // member that holds the details; empty when the event has none
    Shape shape = Shape::None;
    Family family = Family::Execution;
    Wording wording = Wording::Plain;

    // Private kinds have no public id and never leave the process but for the journal.
    constexpr bool is_public() const { return family != Family::Private; }
};

// All rows, by ascending type.
std::span<const EventRow> event_rows();
// Asserts that the type has a row.
const EventRow& event_row(EventType type);
// Null for a number that is no type.
const EventRow* find_event_row(EventType type);
// Null when no public event is called so.
const EventRow* find_event_row(std::string_view name);

// What an event carries where the type alone decides; private kinds are those from 100.
constexpr bool is_public(EventType type)
{
    return static_cast<std::uint8_t>(type) < 100;
}

}  // namespace weft::history
