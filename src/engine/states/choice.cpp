#include "engine/dataflow/data_flow.h"
#include "engine/retry/failure.h"
#include "engine/states/states.h"

#include <utility>

namespace weft::engine {

namespace {

// The first rule that holds decides; without one (null), Default does.
Flow<const asl::ChoiceRule*> choose(const asl::Choice& choice, const json::Value& input,
                                    Evaluation& evaluation)
{
    for (const asl::ChoiceRule& rule : choice.rules) {
        Flow<bool> holds = evaluation.rule(rule, input);
        if (!holds) return tl::unexpected(std::move(holds).error());
        if (*holds) return &rule;
    }
    if (choice.default_next != asl::no_state) return nullptr;
    return fault(
        errors::no_choice_matched,
        "Failed to transition out of the state. The state does not point to a next state.");
}

}  // namespace

// ASL: https://states-language.net/spec.html#choice-state
Outcome work(Decider& decider, Slot slot, const asl::State& state, const asl::Choice& choice)
{
    Evaluation evaluation = decider.evaluation(state, slot);
    Flow<json::Value> input = apply_input_path(state, decider.frame(slot).input, evaluation);
    if (!input) return fail_state(decider, slot, state, input.error());
    const Flow<const asl::ChoiceRule*> rule = choose(choice, *input, evaluation);
    if (!rule) return fail_state(decider, slot, state, rule.error());
    // AWS: a rule's Assign takes the place of the state's, which is for Default alone.
    if (*rule != nullptr)
        return leave_state(decider, slot, state,
                           pass_on(state, (*rule)->assign, *std::move(input), evaluation),
                           (*rule)->next);
    return leave_state(decider, slot, state,
                       pass_on(state, state.assign, *std::move(input), evaluation),
                       choice.default_next);
}

}  // namespace weft::engine
