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
#include <string_view>
#include <variant>
#include <vector>

namespace weft::engine {

// INTERFACE CONTRACT.
// The interpreter as pure functions (docs/architecture.md): `run_slice` decides step by step,
// folding each event with `evolve` as it goes; `evolve` is the only thing that changes an
// Execution, live and in replay alike.

// --- Commands: what the world tells an execution.
struct Start {
    history::Boxed<history::ExecutionStarted> started;  // deadline etc. filled by the caller
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
    bool complete = false;  // the task's result, even where an answer only says: submitted
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
    std::int64_t nonce = 0;  // of the task token it came with
};
// A worker that asks for an activity's task was found for the offer with this dispatch.
struct WorkerFound {
    history::EventId scheduled = 0;
    std::uint32_t dispatch = 0;
    json::String worker;     // its name; empty when it gave none
    std::uint64_t poll = 0;  // of the caller's own choosing: given back in HandOver
};
// The worker had gone before it could be given the task: it is offered again.
struct WorkerLost {
    history::EventId scheduled = 0;
    std::uint32_t dispatch = 0;
};
// How a call ended that goes on elsewhere.
struct Ending {
    bool failed = false;
    json::Value output;
    std::optional<json::String> error;
    std::optional<json::String> cause;
};
// Somebody answered with the call's task token.
struct TaskAnswered {
    history::EventId scheduled = 0;
    std::int64_t nonce = 0;
    Ending ending;
};
// The job that a .sync call began has ended.
struct JobEnded {
    history::EventId scheduled = 0;
    Ending ending;
};
struct TimersDue {};  // fire whatever is due at `now` (every command does so, after its own work)
struct Stop {         // StopExecution
    std::optional<json::String> error;
    std::optional<json::String> cause;
};
// RedriveExecution: runs again what an execution that ended without success did not finish. The
// answer is in Slice: `redriven`, or why not.
struct Redrive {
    json::String client_token;   // empty: none
    bool machine_going = false;  // the state machine is being deleted
};
// First command after recovery: every started call without a result is in doubt; it is sent again,
// or fails, as the resource's Doubt column says; scheduled calls without a start ask for their
// permit again, an activity's are offered again; every started call gets one full HeartbeatSeconds.
struct Recovered {};

using Command =
    std::variant<Start, Continue, PermitGranted, CallSucceeded, CallFailed, Heartbeat, WorkerFound,
                 WorkerLost, TaskAnswered, JobEnded, TimersDue, Stop, Redrive, Recovered>;

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
    bool offered = false;            // an activity's task that no worker has
    std::optional<CallRequest> job;  // of a .sync call that was sent: its job is to be stopped
};
// An activity's task is on offer to whoever asks for one. Looking for a worker who waits already
// may be done before commit, offering it to others only after.
struct SeekWorker {
    CallRequest call;
    std::uint32_t dispatch = 0;
};
struct HandOver {  // only after its ActivityStarted is durable
    CallRequest call;
    std::uint32_t dispatch = 0;
    std::uint64_t poll = 0;
    std::string token;
};
using Action = std::variant<AcquirePermit, Dispatch, CancelCall, SeekWorker, HandOver>;

// How a slice ended.
enum class SliceEnd : std::uint8_t {
    Settled,    // nothing more can be done without a command
    Budget,     // events or bytes used up: send Continue
    OutOfFuel,  // an evaluation ran out of its meter: nothing of that step was done; send Continue
                // (or the same command again) with more fuel
};

// What task tokens are made with.
struct TokenSource {
    std::string_view secret;  // of the store; empty: no tokens
    std::uint32_t shard = 0;
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
    TokenSource tokens{};
    Inspection* inspection = nullptr;  // TestState looks on
};

struct Slice {
    std::vector<history::Event> events;
    std::vector<Action> actions;
    SliceEnd end = SliceEnd::Settled;
    std::optional<Timestamp> redriven;  // when: now, or earlier by the same client token
    std::string_view not_redrivable;    // in AWS's words; empty when it was, or was not asked
    bool no_such_task = false;  // the command named a task that is not open, or not any more
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
// After a load: whatever was heard before is forgotten, so every call gets one full
// HeartbeatSeconds.
void restart_heartbeats(Execution& execution, Timestamp now);

}  // namespace weft::engine
