#pragma once

#include "asl/machine.h"
#include "engine/decider.h"
#include "engine/fault.h"
#include "engine/retry/retry.h"

namespace weft::engine {

// What happens when a state fails: its retriers, then its catchers, then its scope fails with it,
// and so on outwards to the execution. All in one step.

// A fault of the state's own: a path, a function, a limit, no choice.
Outcome fail_state(Decider& decider, Slot slot, const asl::State& state, const Fault& fault);
// An error that came from outside or from a Fail state.
Outcome fail_state(Decider& decider, Slot slot, const asl::State& state, Trouble trouble);

// A Map of which more iterations failed than it tolerates.
Trouble tolerance_trouble();

// AWS: "The state/task '…' returned a result with a size exceeding …", without the state's prefix.
Fault data_limit_fault(std::string_view state_or_task);

// A fault's cause as the history shows it, cut to the bound of causes.
json::String cause_of(const Fault& fault, const Frame& frame);

}  // namespace weft::engine
