#include "engine/dataflow/data_flow.h"
#include "engine/states/states.h"

#include <utility>

namespace weft::engine {

// ASL: https://states-language.net/spec.html#succeed-state
Outcome work(Decider& decider, Slot slot, const asl::State& state, const asl::Succeed&)
{
    Evaluation evaluation = decider.evaluation(state, slot);
    Flow<json::Value> output = apply_input_path(state, decider.frame(slot).input, evaluation);
    if (output) output = apply_output_path(state, *std::move(output), evaluation);
    return leave_state(decider, slot, state, std::move(output), asl::no_state);
}

}  // namespace weft::engine
