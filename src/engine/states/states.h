#pragma once

#include "asl/machine.h"
#include "engine/dataflow/data_flow.h"
#include "engine/decider.h"
#include "engine/fault.h"
#include "json/value.h"

#include <optional>

namespace weft::engine {

// What entering, working in and leaving a state means; one file a state type. Each function is one
// step: it evaluates first and writes events after, so that a step without fuel leaves no trace.

// --- Scopes and states in general (scope.cpp).
Outcome begin_scope(Decider& decider, Slot slot);
Outcome enter_state(Decider& decider, Slot slot, const asl::State& state);
Outcome work(Decider& decider, Slot slot, const asl::State& state);
// The way out: the output's size is checked, or the fault handled.
Outcome leave_state(Decider& decider, Slot slot, const asl::State& state, Flow<OutputStages> output,
                    asl::StateIndex next);
// Writes …StateExited, without further checks.
void exit_state(Decider& decider, Slot slot, const asl::State& state, json::Value output,
                json::Value assigned, asl::StateIndex next);
Outcome end_scope(Decider& decider, Slot slot);

// --- By type.
Outcome work(Decider& decider, Slot slot, const asl::State& state, const asl::Pass& pass);
Outcome work(Decider& decider, Slot slot, const asl::State& state, const asl::Task& task);
Outcome work(Decider& decider, Slot slot, const asl::State& state, const asl::Choice& choice);
Outcome work(Decider& decider, Slot slot, const asl::State& state, const asl::Wait& wait);
Outcome work(Decider& decider, Slot slot, const asl::State& state, const asl::Succeed& succeed);
Outcome work(Decider& decider, Slot slot, const asl::State& state, const asl::Fail& fail);
Outcome work(Decider& decider, Slot slot, const asl::State& state, const asl::Parallel& parallel);

// --- Wait.
Outcome finish_wait(Decider& decider, Slot slot, const asl::State& state);

// --- Parallel and Map: an iteration to open, or all have ended.
Outcome go_on_forked(Decider& decider, Slot slot, const asl::State& state);
// The way out with all results together.
Outcome complete_fork(Decider& decider, Slot slot, const asl::State& state, json::Value result);

// --- Task (call.cpp: the call's life; task.cpp: the data around it).
Outcome complete_task(Decider& decider, Slot slot, const asl::State& state);
Outcome call_failed(Decider& decider, Slot slot, const asl::State& state);
Outcome call_timed_out(Decider& decider, Slot slot, const asl::State& state);
void start_call(Decider& decider, Slot slot);
// The call's answer: its result or, where the result comes from elsewhere, that it was submitted.
void call_returned(Decider& decider, Slot slot, json::Value output, json::Value usage,
                   bool complete);
// The end of a call that goes on elsewhere.
void call_ended(Decider& decider, Slot slot, Ending ending);
void call_failed_with(Decider& decider, Slot slot, std::optional<json::String> error,
                      std::optional<json::String> cause);
void call_in_doubt(Decider& decider, Slot slot);

}  // namespace weft::engine
