#pragma once

#include "asl/machine.h"
#include "base/entropy.h"
#include "base/limits.h"
#include "base/meter.h"
#include "base/time.h"
#include "engine/dataflow/inspection.h"
#include "engine/execution.h"
#include "history/event.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace weft::engine {

// INTERFACE CONTRACT.
// The interpreter as pure functions (docs/architecture.md): `run_slice` decides step by step,
// folding each event with `evolve` as it goes; `evolve` is the only thing that changes an
// Execution, live and in replay alike.

// --- Commands: what the world tells an execution.
struct Start {
    history::ExecutionStarted started;  // deadline etc. filled by the caller
};
struct Continue {};     // go on after a slice that ended for its budget
struct PermitGranted {  // the answer to AcquirePermit
    history::EventId scheduled = 0;
};
struct CallSucceeded {
    history::EventId scheduled = 0;
    std::uint32_t dispatch = 0;
    json::Value output;
    json::Value usage;
};
// An empty error or cause counts as not given. With dispatch 0, a call that was never sent.
struct CallFailed {
    history::EventId scheduled = 0;
    std::uint32_t dispatch = 0;
    json::String error;
    json::String cause;
};
struct Heartbeat {  // not journaled
    history::EventId scheduled = 0;
};
struct TimersDue {};  // fire whatever is due at `now` (every command does so, after its own work)
struct Stop {         // StopExecution
    std::optional<json::String> error;
    std::optional<json::String> cause;
};
// First command after recovery: every started call without a result is in doubt; it is sent again,
// or fails, as the resource's Doubt column says; scheduled calls without a start ask for their
// permit again; every started call gets one full HeartbeatSeconds.
struct Recovered {};

using Command = std::variant<Start, Continue, PermitGranted, CallSucceeded, CallFailed, Heartbeat,
                             TimersDue, Stop, Recovered>;

// --- Actions: what an execution wants of the world, done after commit.
struct CallRequest {
    history::EventId scheduled =
        0;  // of the …Scheduled event; with the stream key, the call's identity
    json::String state;
    json::String resource;  // ARN as in the definition
    json::Value parameters;
    std::uint32_t attempt = 0;
    Timestamp deadline = timestamp_max;
    bool operator==(const CallRequest&) const = default;
};
struct AcquirePermit {  // may be done before commit: it has no effect outside
    CallRequest call;
};
struct Dispatch {  // only after its …Started is durable
    CallRequest call;
    std::uint32_t dispatch = 0;
    bool resent = false;
};
struct CancelCall {  // timed out, or its state was aborted: release permit, drop the reply
    history::EventId scheduled = 0;
};
using Action = std::variant<AcquirePermit, Dispatch, CancelCall>;

// How a slice ended.
enum class SliceEnd : std::uint8_t {
    Settled,    // nothing more can be done without a command
    Budget,     // events or bytes used up: send Continue
    OutOfFuel,  // an evaluation ran out of its meter: nothing of that step was done; send Continue
                // (or the same command again) with more fuel
};

struct SliceBudget {
    std::size_t events_max = 1'000;
    std::size_t bytes_max = 1U << 20;
};

struct Turn {  // everything from outside, as data
    const asl::Machine& machine;
    Timestamp now{};
    Entropy& entropy;
    Meter& meter;
    const Limits& limits;
    SliceBudget budget{};
    Inspection* inspection = nullptr;  // TestState looks on
};

struct Slice {
    std::vector<history::Event> events;
    std::vector<Action> actions;
    SliceEnd end = SliceEnd::Settled;
};

// Decides all that `command` leads to, up to the budget, folding the events into `execution`. A
// command that no longer applies (a late reply, a stop after the end) has no effect of its own;
// steps that are ready are taken all the same.
Slice run_slice(Execution& execution, const Command& command, const Turn& turn);
Slice run_slice(Execution& execution, Command&& command, const Turn& turn);

// Folds one event. Replaying a history from an empty Execution gives the state that wrote it.
void evolve(Execution& execution, const history::Event& event);
// A heartbeat heard at `now`: moves the call's heartbeat timer and is no part of the fold.
void hear_heartbeat(Execution& execution, history::EventId scheduled, Timestamp now);

}  // namespace weft::engine
