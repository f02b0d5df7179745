#pragma once

#include "asl/machine.h"
#include "base/limits.h"
#include "base/time.h"
#include "engine/execution.h"
#include "history/event.h"

#include <string_view>

namespace weft::engine {

// When an execution may be redriven.
// AWS API: https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html

// How long after its end.
constexpr Seconds redrivable_period{14 * 24 * 3'600};
// How long a client token answers a repeated request.
constexpr Seconds client_token_age{15 * 60};

// AWS API, DescribeExecution: the redriveStatusReason of what the execution itself does not know.
constexpr std::string_view machine_deleting = "State machine is in DELETING status";

// What decides, whether the execution is in memory or is described from its row. Of a Standard
// execution.
struct RedriveFacts {
    Status status = Status::New;
    Timestamp start{};
    Timestamp stop{};              // once it has ended
    history::EventId last_id = 0;  // newest public id
};

// Why it cannot be redriven, in the words of DescribeExecution's redriveStatusReason; empty: it
// can.
std::string_view redrive_refusal(const RedriveFacts& facts, Timestamp now, const Limits& limits);

// When an execution times out that is redriven `now`: its TimeoutSeconds count anew, its longest
// time open does not.
Timestamp redrive_deadline(Timestamp start, Timestamp now, const asl::Machine& machine,
                           const Limits& limits);

}  // namespace weft::engine
