#include "engine/dataflow/data_flow.h"
#include "engine/states/states.h"

#include <utility>

namespace weft::engine {

// ASL: https://states-language.net/spec.html#pass-state
Outcome work(Decider& decider, Slot slot, const asl::State& state, const asl::Pass& pass)
{
    const json::Value& raw = decider.frame(slot).input;
    if (is_plain(state) && decider.inspection() == nullptr)
        return leave_state(decider, slot, state,
                           OutputStages{.output = pass.result ? *pass.result : raw}, state.next);

    Evaluation evaluation = decider.evaluation(state, slot);
    // A Pass state has no work whose result `$states.result` could be.
    if (state.language == asl::QueryLanguage::Jsonata)
        return leave_state(decider, slot, state,
                           pass_on(state, {state.assign, state.output}, raw, evaluation),
                           state.next);
    Flow<InputStages> input = take_input(state, raw, evaluation);
    if (!input)
        return leave_state(decider, slot, state, tl::unexpected(std::move(input).error()),
                           state.next);
    // Result stands for the output of a task; without it the (filtered) input passes.
    return leave_state(decider, slot, state,
                       give_output(state, raw,
                                   pass.result ? *pass.result : std::move(input->after_parameters),
                                   evaluation),
                       state.next);
}

}  // namespace weft::engine
