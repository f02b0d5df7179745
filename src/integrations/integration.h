#pragma once

#include "async/loop.h"
#include "async/task.h"
#include "base/time.h"
#include "json/value.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace weft::integrations {

// INTERFACE CONTRACT.

// One call of a Task state, as data.
struct Call {
    json::String resource;  // as in the definition: arn:aws:states:::bedrock:invokeModel
    json::String state;     // the state's name
    json::String execution_arn;
    json::Value parameters;  // the effective input after Parameters
    std::string
        idempotency_key;      // UUID, the same for a resend after a crash, another for each retry
    std::int64_t stream = 0;  // of the execution, and the event of the call
    std::int64_t scheduled = 0;
    std::string region;
    std::string account;
    std::uint32_t attempt =
        0;  // 0 for the first try in this visit of the state, then the retry's ordinal
    Timestamp deadline = timestamp_max;
    bool resent = false;  // sent before, outcome unknown (a crash came between)
};

struct Success {
    json::Value output;
    json::Value
        usage;  // private: tokens, cost, model, source, provider's id; null when there is none
    // The task's result, even where the pattern waits for it: an answer that only says that the
    // work was begun leaves this false.
    bool complete = false;
};

// A workflow error: data for Retry and Catch.
struct Failure {
    std::string error;
    std::string cause;
};

using Outcome = std::variant<Success, Failure>;

// Performs the calls of one resource. Lives as long as the runtime; called on any loop.
class Integration {
public:
    virtual ~Integration() = default;

    // The pool of permits this call takes one of before it may leave (bounded concurrency, later
    // quotas). Empty: none.
    virtual std::string permit_key(const Call& call) const = 0;
    // At most this many calls of one permit key are under way at once.
    virtual std::uint32_t permits_max(std::string_view permit_key) const = 0;

    // Makes the call. Cancelled through the coroutine's cancellation slot (the state timed out, the
    // execution was stopped); the deadline is in `call`. A system error (Result) is one of our own
    // making; whatever the other side did is an Outcome.
    virtual async::Task<Outcome> invoke(async::Loop& loop, Call call) = 0;
};

// Resource → integration. Built once at start-up, read by all loops.
class Table {
public:
    virtual ~Table() = default;
    // Null when Weft cannot run this resource (yet). The runtime then fails the task with an error
    // that says so.
    virtual Integration* find(std::string_view resource) const = 0;
};

}  // namespace weft::integrations
