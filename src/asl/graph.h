#pragma once

#include "asl/reader.h"

#include <span>

namespace weft::asl {

// Gives every transition its state and checks what the states form: no transition leads nowhere or
// out of its scope, every scope has a terminal state, every state is led to.
// AWS: MISSING_TRANSITION_TARGET, MISSING_END_STATE.
void resolve_transitions(Machine& machine, std::span<const Transition> transitions,
                         Findings& findings);

}  // namespace weft::asl
