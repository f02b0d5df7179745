#pragma once

#include "asl/machine.h"
#include "base/result.h"
#include "engine/execution.h"
#include "history/event.h"

namespace weft::engine {

// Folding what was read back. `evolve` trusts its events, since the interpreter has just written
// them, and asserts what they promise each other. A history from disk promises nothing: it is
// checked event by event against the events before it and the definition it runs, so that whatever
// folds here can be run on, and a history that contradicts itself is an error of one execution.

// Checks `event` and folds it. ErrorCode::Corrupt, naming the event and the contradiction: the
// execution is as it was before, and of no further use.
Result<> refold(Execution& execution, const history::Event& event, const asl::Machine& machine);

// Whether an execution that was not folded (engine::load) is one that some history could have led
// to, as far as running it relies on. ErrorCode::Corrupt, naming the contradiction.
Result<> check(const Execution& execution, const asl::Machine& machine);

}  // namespace weft::engine
