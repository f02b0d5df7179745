#include "engine/dataflow/data_flow.h"
#include "engine/retry/failure.h"
#include "engine/states/states.h"

#include <utility>

namespace weft::engine {

// Every branch begins with the effective input, at the same time.
// ASL: https://states-language.net/spec.html#parallel-state
Outcome work(Decider& decider, Slot slot, const asl::State& state, const asl::Parallel& parallel)
{
    Evaluation evaluation = decider.evaluation(state, slot);
    Flow<InputStages> input = take_input(state, decider.frame(slot).input, evaluation);
    if (!input) return fail_state(decider, slot, state, input.error());
    if (decider.too_large(input->after_parameters))
        return fail_state(decider, slot, state, data_limit_fault(state.name));
    decider.emit(history::EventType::ParallelStateStarted, slot,
                 history::ParallelStarted{decider.frames().next_id(),
                                          static_cast<std::uint32_t>(parallel.branches.size()),
                                          std::move(input->after_parameters)});
    return Outcome::Done;
}

}  // namespace weft::engine
