#include "engine/dataflow/data_flow.h"
#include "engine/retry/failure.h"
#include "engine/states/states.h"

#include <utility>

namespace weft::engine {

namespace {

// ASL, a rule in a JSONata state: a boolean, or an expression that gives one.
Flow<bool> condition(const asl::ChoiceRule& rule, const json::Value& input, Evaluation& evaluation)
{
    if (!rule.condition) return rule.holds;
    Flow<json::Value> holds = evaluation.query(*rule.condition, rule.field, input);
    if (!holds) return tl::unexpected(std::move(holds).error());
    if (!holds->is_bool()) return unexpected_type(*rule.condition, rule.field, "boolean", *holds);
    return holds->as_bool();
}

// The first rule that holds decides; without one (null), Default does.
Flow<const asl::ChoiceRule*> choose(const asl::Choice& choice, const json::Value& input,
                                    Evaluation& evaluation)
{
    for (const asl::ChoiceRule& rule : choice.rules) {
        Flow<bool> holds = rule.kind == asl::ChoiceRule::Kind::Condition
                               ? condition(rule, input, evaluation)
                               : evaluation.rule(rule, input);
        if (!holds) return tl::unexpected(std::move(holds).error());
        if (*holds) return &rule;
    }
    if (choice.default_next != asl::no_state) return nullptr;
    return fault(
        errors::runtime,  // AWS: not States.NoChoiceMatched, which the specification has
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
    // AWS: a rule's Assign and Output take the place of the state's, which are for Default alone.
    const asl::ChoiceRule* taken = *rule;
    const WayOut way = taken != nullptr ? WayOut{taken->assign, taken->output}
                                        : WayOut{state.assign, state.output};
    return leave_state(decider, slot, state, pass_on(state, way, *std::move(input), evaluation),
                       taken != nullptr ? taken->next : choice.default_next);
}

}  // namespace weft::engine
