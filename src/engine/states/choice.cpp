#include "engine/dataflow/data_flow.h"
#include "engine/retry/failure.h"
#include "engine/states/states.h"

#include <utility>

namespace weft::engine {

namespace {

// The first rule that holds decides; without one, Default does.
Flow<asl::StateIndex> choose(const asl::Choice& choice, const json::Value& input,
                             Evaluation& evaluation)
{
    for (const asl::ChoiceRule& rule : choice.rules) {
        Flow<bool> holds = evaluation.rule(rule, input);
        if (!holds) return tl::unexpected(std::move(holds).error());
        if (*holds) return rule.next;
    }
    if (choice.default_next != asl::no_state) return choice.default_next;
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
    const Flow<asl::StateIndex> next = choose(choice, *input, evaluation);
    if (!next) return fail_state(decider, slot, state, next.error());
    return leave_state(decider, slot, state,
                       apply_output_path(state, *std::move(input), evaluation), *next);
}

}  // namespace weft::engine
