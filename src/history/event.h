#pragma once

#include "base/time.h"
#include "json/value.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace weft::history {

// INTERFACE CONTRACT.
// The one durable record of an execution (docs/architecture.md). Public events are what
// GetExecutionHistory shows; private kinds and private fields are what the engine needs beside
// that; the API leaves them out.

using EventId = std::int64_t;   // public events count from 1 without a gap; 0 for private kinds
using FrameId = std::uint32_t;  // 0 is the root; frames are numbered as they are opened

// Every kind has a row in the table of event_table.h: name on the wire, details member, public or
// private. The numbers are stored: never reuse or reorder.
enum class EventType : std::uint8_t {
    ExecutionStarted = 1,
    ExecutionSucceeded = 2,
    ExecutionFailed = 3,
    ExecutionAborted = 4,
    ExecutionTimedOut = 5,
    ExecutionRedriven = 6,
    PassStateEntered = 10,
    PassStateExited = 11,
    TaskStateEntered = 12,
    TaskStateExited = 13,
    TaskStateAborted = 14,
    ChoiceStateEntered = 15,
    ChoiceStateExited = 16,
    WaitStateEntered = 17,
    WaitStateExited = 18,
    WaitStateAborted = 19,
    SucceedStateEntered = 20,
    SucceedStateExited = 21,
    FailStateEntered = 22,
    ParallelStateEntered = 23,
    ParallelStateStarted = 24,
    ParallelStateSucceeded = 25,
    ParallelStateFailed = 26,
    ParallelStateAborted = 27,
    ParallelStateExited = 28,
    MapStateEntered = 29,
    MapStateStarted = 30,
    MapStateSucceeded = 31,
    MapStateFailed = 32,
    MapStateAborted = 33,
    MapStateExited = 34,
    MapIterationStarted = 35,
    MapIterationSucceeded = 36,
    MapIterationFailed = 37,
    MapIterationAborted = 38,
    MapRunStarted = 39,
    MapRunSucceeded = 40,
    MapRunFailed = 41,
    MapRunAborted = 42,
    MapRunRedriven = 43,
    TaskScheduled = 50,
    TaskStarted = 51,
    TaskStartFailed = 52,
    TaskSubmitted = 53,
    TaskSubmitFailed = 54,
    TaskSucceeded = 55,
    TaskFailed = 56,
    TaskTimedOut = 57,
    LambdaFunctionScheduled = 60,
    LambdaFunctionScheduleFailed = 61,
    LambdaFunctionStarted = 62,
    LambdaFunctionStartFailed = 63,
    LambdaFunctionSucceeded = 64,
    LambdaFunctionFailed = 65,
    LambdaFunctionTimedOut = 66,
    ActivityScheduled = 70,
    ActivityScheduleFailed = 71,
    ActivityStarted = 72,
    ActivitySucceeded = 73,
    ActivityFailed = 74,
    ActivityTimedOut = 75,
    EvaluationFailed = 80,
    // Private kinds.
    TimerSet = 100,
    RetryScheduled = 101,
    CallReissued = 102,
    CallInDoubt = 103,
    MessageQueued = 104,
    MessageAccepted = 105,
    MessageAcked = 106,
};

enum class ExecutionType : std::uint8_t { Standard, Express };

// Details, one structure per shape (AWS API: HistoryEvent's *EventDetails). A comment `private`
// ends the public ones. Everything in the variant is at most 64 bytes: larger ones live behind
// Boxed.
template <class T>
using Boxed = std::shared_ptr<const T>;  // immutable; compared by value in operator== of Event

struct NoDetails {
    bool operator==(const NoDetails&) const = default;
};

struct ExecutionStarted {
    json::Value input;
    std::string role_arn;
    std::string version_arn;  // empty when none
    std::string alias_arn;
    // private
    std::int64_t key = 0;  // stream key
    std::string execution_arn;
    std::string name;
    std::string machine_arn;
    std::string machine_name;
    std::string revision_hash;  // of the definition pinned
    ExecutionType type = ExecutionType::Standard;
    Timestamp deadline =
        timestamp_max;  // machine's TimeoutSeconds, or the profile's longest execution
    std::uint8_t limits_profile = 0;  // LimitsProfile
    std::uint32_t semantics_version = 1;
    // The Task that started it, if one did: its stream and the event of its call. With
    // `parent_waits` that call ends when this execution does (.sync).
    std::int64_t parent_key = 0;
    EventId parent_event = 0;
    bool parent_waits = false;
    bool operator==(const ExecutionStarted&) const = default;
};
struct ExecutionSucceeded {
    json::Value output;
    bool operator==(const ExecutionSucceeded&) const = default;
};
struct ExecutionRedriven {
    std::int64_t redrive_count = 0;  // this one included
    // private
    json::String client_token;  // of the request; empty when it had none
    Timestamp deadline = timestamp_max;
    bool operator==(const ExecutionRedriven&) const = default;
};
// ExecutionFailed, ExecutionAborted, ExecutionTimedOut, LambdaFunction*Failed, …TimedOut,
// Activity*Failed, MapRunFailed
struct Failure {
    std::optional<json::String> error;
    std::optional<json::String> cause;
    bool operator==(const Failure&) const = default;
};
struct StateEntered {
    json::String name;
    json::Value input;
    bool operator==(const StateEntered&) const = default;
};
struct StateExited {
    json::String name;
    json::Value output;
    json::Value assigned;  // an object of variables; null when none was assigned
    // private
    json::String next;  // the state to enter; empty: the scope ends here
    bool operator==(const StateExited&) const = default;
};
struct TaskScheduled {  // also LambdaFunctionScheduled (parameters = input, no resource_type) and
                        // ActivityScheduled
    json::String resource_type;
    json::String resource;
    json::String region;
    json::Value parameters;
    std::optional<std::int64_t> timeout_seconds;
    std::optional<std::int64_t> heartbeat_seconds;
    std::optional<json::String> credentials_role_arn;
    // private
    std::uint32_t attempt = 0;  // retries made before, in this visit of the state
    Timestamp timeout_due = timestamp_max;
    std::int64_t token_nonce = 0;  // of the task token (engine/task_token.h); 0: it has none
    bool operator==(const TaskScheduled&) const = default;
};
struct TaskStarted {  // also LambdaFunctionStarted, which shows no details
    json::String resource_type;
    json::String resource;
    // private
    EventId scheduled = 0;
    std::uint32_t dispatch = 0;  // ordinal: a late reply of an older dispatch is dropped
    json::String worker;         // ActivityStarted, which shows it
    bool operator==(const TaskStarted&) const = default;
};
struct TaskResult {  // TaskSubmitted, TaskSucceeded, LambdaFunctionSucceeded, ActivitySucceeded
    json::String resource_type;
    json::String resource;
    json::Value output;
    // private
    EventId scheduled = 0;
    json::Value usage;  // tokens, cost, model, source, provider's id
    bool operator==(const TaskResult&) const = default;
};
struct TaskFailure {  // TaskFailed, TaskTimedOut, TaskStartFailed, TaskSubmitFailed and the Lambda
                      // and Activity ones
    json::String resource_type;
    json::String resource;
    std::optional<json::String> error;
    std::optional<json::String> cause;
    // private
    EventId scheduled = 0;
    bool heartbeat =
        false;  // TaskTimedOut: for a missed heartbeat (States.HeartbeatTimeout matches too)
    bool operator==(const TaskFailure&) const = default;
};
struct MapStarted {
    std::int64_t length = 0;
    // private
    json::Value items;  // the array the Map runs over (shared with the state's input where it comes
                        // from there)
    json::Value effective_input;        // what ItemSelector's `$` sees
    std::uint32_t concurrency = 0;      // iterations at one time; 0: no bound but the profile's
    double tolerated_percentage = -1;   // of failed iterations; negative: not given
    std::int64_t tolerated_count = -1;  // of failed iterations; negative: not given
    bool operator==(const MapStarted&) const = default;
};
struct ParallelStarted {
    // private
    FrameId first_frame = 0;  // branches open frames first_frame, first_frame + 1, …
    std::uint32_t branches = 0;
    json::Value input;  // what every branch begins with
    bool operator==(const ParallelStarted&) const = default;
};
struct MapIteration {
    json::String name;  // of the Map state
    std::int64_t index = 0;
    // private
    json::Value value;  // Started: the iteration's input; Succeeded: its output
    FrameId owner = 0;  // the frame of the Map state; the event's own frame is the iteration's
    bool operator==(const MapIteration&) const = default;
};
struct EvaluationFailed {
    json::String state;
    json::String location;
    std::optional<json::String> error;
    std::optional<json::String> cause;
    bool operator==(const EvaluationFailed&) const = default;
};
// Private kinds.
struct TimerSet {  // a Wait's
    Timestamp due{};
    bool operator==(const TimerSet&) const = default;
};
struct RetryScheduled {
    std::uint32_t retrier = 0;        // which one matched
    std::uint32_t attempt = 0;        // its count, this one included
    std::uint32_t attempt_total = 0;  // of the state's visit: RetryCount
    json::String error;
    json::String cause;
    Timestamp due{};
    bool operator==(const RetryScheduled&) const = default;
};
struct CallReissued {
    EventId scheduled = 0;
    std::uint32_t dispatch = 0;
    bool operator==(const CallReissued&) const = default;
};
struct CallInDoubt {
    EventId scheduled = 0;
    bool operator==(const CallInDoubt&) const = default;
};
struct Message {  // MessageQueued (peer: receiver), MessageAccepted (peer: sender), MessageAcked
    std::int64_t peer = 0;     // stream key
    std::uint64_t number = 0;  // the sender's count of messages
    json::String kind;         // "child-ended", …
    json::Value body;
    bool operator==(const Message&) const = default;
};

using Details =
    std::variant<NoDetails, Boxed<ExecutionStarted>, ExecutionSucceeded, Failure, StateEntered,
                 StateExited, Boxed<TaskScheduled>, TaskStarted, Boxed<TaskResult>,
                 Boxed<TaskFailure>, Boxed<MapStarted>, ParallelStarted, MapIteration,
                 Boxed<EvaluationFailed>, TimerSet, Boxed<RetryScheduled>, CallReissued,
                 CallInDoubt, Boxed<Message>, ExecutionRedriven>;

struct Event {
    EventId id = 0;        // 0: private
    EventId previous = 0;  // public id of the event that caused it
    Timestamp time{};
    FrameId frame = 0;
    EventType type{};
    Details details;

    friend bool operator==(const Event& left, const Event& right);  // boxed details by value
};

}  // namespace weft::history
