#include "base/overloaded.h"
#include "engine/dataflow/data_flow.h"
#include "engine/map/map.h"
#include "engine/retry/failure.h"
#include "engine/states/states.h"

#include <array>
#include <utility>
#include <variant>

namespace weft::engine {

using history::EventType;

namespace {

struct Types {
    EventType entered;
    EventType exited;
};

// In the order of asl::State::kind.
constexpr std::array types = {
    Types{EventType::PassStateEntered, EventType::PassStateExited},
    Types{EventType::TaskStateEntered, EventType::TaskStateExited},
    Types{EventType::ChoiceStateEntered, EventType::ChoiceStateExited},
    Types{EventType::WaitStateEntered, EventType::WaitStateExited},
    Types{EventType::SucceedStateEntered, EventType::SucceedStateExited},
    Types{EventType::FailStateEntered, EventType::FailStateEntered},  // never left
    Types{EventType::ParallelStateEntered, EventType::ParallelStateExited},
    Types{EventType::MapStateEntered, EventType::MapStateExited},
};
static_assert(types.size() == std::variant_size_v<decltype(asl::State::kind)>);
static_assert(
    std::is_same_v<std::variant_alternative_t<1, decltype(asl::State::kind)>, asl::Task> &&
    std::is_same_v<std::variant_alternative_t<7, decltype(asl::State::kind)>, asl::Map>);

}  // namespace

Outcome begin_scope(Decider& decider, Slot slot)
{
    const asl::Machine& machine = decider.machine();
    const Frame& frame = decider.frame(slot);
    asl::ScopeIndex scope = 0;
    if (frame.owner != no_slot) {
        const asl::State& owner = decider.state_of(frame.owner);
        const auto* parallel = std::get_if<asl::Parallel>(&owner.kind);
        scope = parallel != nullptr ? parallel->branches[frame.index]
                                    : std::get<asl::Map>(owner.kind).processor;
    }
    return enter_state(decider, slot, machine.states[machine.scopes[scope].start]);
}

Outcome enter_state(Decider& decider, Slot slot, const asl::State& state)
{
    decider.expect(slot, state);
    decider.emit(types[state.kind.index()].entered, slot,
                 history::StateEntered{state.name, decider.frame(slot).input});
    return Outcome::Done;
}

Outcome work(Decider& decider, Slot slot, const asl::State& state)
{
    return std::visit([&](const auto& kind) { return work(decider, slot, state, kind); },
                      state.kind);
}

Outcome leave_state(Decider& decider, Slot slot, const asl::State& state, Flow<OutputStages> output,
                    asl::StateIndex next)
{
    if (!output) return fail_state(decider, slot, state, output.error());
    if (decider.too_large(output->output))
        return fail_state(decider, slot, state, data_limit_fault(state.name));
    exit_state(decider, slot, state, std::move(output->output), std::move(output->assigned), next);
    return Outcome::Done;
}

void exit_state(Decider& decider, Slot slot, const asl::State& state, json::Value output,
                json::Value assigned, asl::StateIndex next)
{
    const asl::State* following = next == asl::no_state ? nullptr : &decider.machine().states[next];
    decider.emit(types[state.kind.index()].exited, slot,
                 history::StateExited{state.name, std::move(output), std::move(assigned),
                                      following != nullptr ? following->name : json::String()});
    if (following != nullptr) decider.expect(slot, *following);
}

Outcome end_scope(Decider& decider, Slot slot)
{
    const Frame& frame = decider.frame(slot);
    if (frame.owner == no_slot) {
        decider.emit(EventType::ExecutionSucceeded, slot, history::ExecutionSucceeded{frame.input});
        return Outcome::Done;
    }
    const Frame& map = decider.frame(frame.owner);
    decider.emit(EventType::MapIterationSucceeded, slot,
                 history::MapIteration{map.state, frame.index, frame.input, map.id});
    return Outcome::Done;
}

Outcome go_on_forked(Decider& decider, Slot slot, const asl::State& state)
{
    const Fork& fork = decider.frames().fork(slot);
    if (fork.may_open())
        return open_iteration(decider, slot, state, std::get<asl::Map>(state.kind));

    std::vector<json::Value> results;
    results.reserve(fork.results.size());
    // Iterations that failed within the tolerance leave no result.
    std::vector<bool> failed(fork.failed.empty() ? 0 : fork.results.size());
    for (const std::uint32_t index : fork.failed) failed[index] = true;
    for (std::size_t i = 0; i < fork.results.size(); ++i)
        if (failed.empty() || !failed[i]) results.push_back(fork.results[i]);

    return complete_fork(decider, slot, state, json::Value::array(std::move(results)));
}

Outcome complete_fork(Decider& decider, Slot slot, const asl::State& state, json::Value result)
{
    Evaluation evaluation = decider.evaluation(state, slot);
    Flow<OutputStages> stages =
        give_output(state, decider.frame(slot).input, std::move(result), evaluation);
    if (!stages) return fail_state(decider, slot, state, stages.error());
    if (decider.too_large(stages->output))
        return fail_state(decider, slot, state, data_limit_fault(state.name));
    const bool map = decider.frames().fork(slot).map != nullptr;
    decider.emit(map ? EventType::MapStateSucceeded : EventType::ParallelStateSucceeded, slot,
                 history::NoDetails{});
    exit_state(decider, slot, state, std::move(stages->output), std::move(stages->assigned),
               state.next);
    return Outcome::Done;
}

}  // namespace weft::engine
