#include "engine/dataflow/data_flow.h"
#include "engine/retry/failure.h"
#include "engine/states/states.h"

#include <utility>

namespace weft::engine {

// ASL: https://states-language.net/spec.html#succeed-state
Outcome work(Decider& decider, Slot slot, const asl::State& state, const asl::Succeed&)
{
    Evaluation evaluation = decider.evaluation(state, slot);
    Flow<json::Value> input = apply_input_path(state, decider.frame(slot).input, evaluation);
    if (!input) return fail_state(decider, slot, state, input.error());
    return leave_state(decider, slot, state,
                       pass_on(state, {state.assign, state.output}, *std::move(input), evaluation),
                       asl::no_state);
}

}  // namespace weft::engine
