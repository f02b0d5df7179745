#pragma once

#include "async/loop.h"
#include "base/function.h"
#include "base/result.h"
#include "base/time.h"
#include "json/value.h"

#include <cstdint>
#include <string>

namespace weft::integrations {

// An execution that a Task starts.
struct ChildRequest {
    std::string machine_arn;
    std::string name;  // empty: the call's own key, so that a call sent again finds its child
    json::Value input;
    std::int64_t parent = 0;  // the Task's stream and the event of its call
    std::int64_t scheduled = 0;
    bool resent = false;  // a crash came between: the child may be there
    // The Task ends when the child does, and the child when the Task is stopped.
    bool waits = false;
};

struct ChildStarted {
    std::string execution_arn;
    Timestamp start{};
};

// Starts executions for Tasks; the runtime does. Asked again with the same call, it answers with
// the child that the call made before. Errors: those of StartExecution.
class ExecutionStarter {
public:
    virtual ~ExecutionStarter() = default;
    // `reply` comes back on `home`, once, when the start is durable.
    virtual void start_child(async::Loop& home, ChildRequest request,
                             Function<void(Result<ChildStarted>)> reply) = 0;
};

}  // namespace weft::integrations
