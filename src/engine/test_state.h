#pragma once

#include "asl/machine.h"
#include "base/result.h"
#include "engine/dataflow/inspection.h"
#include "engine/engine.h"
#include "json/value.h"

#include <cstdint>
#include <optional>
#include <variant>

namespace weft::engine {

// One visit of one state, as TestState makes it: a small history is folded that leads to the state,
// and then the engine takes its steps, one at a time and the same as in production, until the state
// has been left, has failed or is to be retried. What a mock stands in for is not done.
// AWS API: https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html

struct MockedResult {
    json::Value value;  // of a Map or Parallel: the array of results
};
struct MockedError {
    std::optional<json::String> error;
    std::optional<json::String> cause;
};
using Mock = std::variant<std::monostate, MockedResult, MockedError>;

struct StateUnderTest {
    json::String state;                 // its name in the machine
    history::ExecutionStarted started;  // the execution it seems to be in; `input` is the state's
    json::Value variables;              // an object, or null
    json::Value context;                // in place of the context object, or null
    json::Value reader_data;            // what a Map's ItemReader reads, or null
    bool items_pointed = false;         // an ItemsPointer led to it
    std::uint32_t retries = 0;          // made before, by the retrier that takes the error
    std::uint32_t failed_iterations = 0;
    Mock mock;
};

struct TestedState {
    enum class Status : std::uint8_t { Succeeded, Failed, Retriable, CaughtError };
    Status status = Status::Failed;
    std::optional<json::Value> output;
    json::String next;  // empty: none
    std::optional<json::String> error;
    std::optional<json::String> cause;
    std::optional<Milliseconds> backoff;  // Retriable: until the retry
    json::Value variables;                // after the state; null when there are none
    Inspection inspection;
};

class StateTest {
public:
    // `machine` must outlive it and have the state.
    StateTest(const asl::Machine& machine, StateUnderTest test);

    // What the test waits for.
    // Answered by CallSucceeded or CallFailed for this dispatch, or by TimersDue at `due`.
    struct Call {
        Dispatch dispatch;
        Timestamp due = timestamp_max;
    };
    struct Pause {  // TimersDue at that time
        Timestamp due{};
    };
    struct NoFuel {};  // the same command again, with more
    using Progress = std::variant<Call, Pause, NoFuel, TestedState>;

    struct World {  // of one go, as in Turn
        Timestamp now{};
        Entropy& entropy;
        Meter& meter;
        const Limits& limits;
    };
    // Goes on as far as it can: first with Continue. ErrorCode::ValidationFailed when more
    // iterations are said to have failed than there are.
    Result<Progress> go_on(Command command, const World& world);

private:
    Turn turn(const World& world);
    void begin(Timestamp now);
    void repeat(Timestamp now);
    std::optional<TestedState> look(const Slice& slice);
    Command work(const HandOver& over) const;
    std::optional<Progress> act(const Slice& slice, Command& next) const;
    Result<SliceEnd> finish_fork(Slice& slice, const World& world);
    TestedState report();

    const asl::Machine& m_machine;
    StateUnderTest m_test;
    Execution m_execution;
    Inspection m_inspection;
    bool m_repeated = false;
};

}  // namespace weft::engine
