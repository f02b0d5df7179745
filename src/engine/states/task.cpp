#include "engine/dataflow/data_flow.h"
#include "engine/dataflow/number_field.h"
#include "engine/retry/failure.h"
#include "engine/states/call_events.h"
#include "engine/states/states.h"

#include <memory>
#include <utility>

namespace weft::engine {

namespace {

// TimeoutSeconds, HeartbeatSeconds and Credentials; absent ones show nowhere.
Flow<void> read_bounds(const asl::Task& task, const json::Value& input, Evaluation& evaluation,
                       history::TaskScheduled& scheduled)
{
    if (task.timeout_seconds) {
        const auto seconds =
            positive_seconds(*task.timeout_seconds, "TimeoutSeconds", input, evaluation);
        if (!seconds) return tl::unexpected(seconds.error());
        scheduled.timeout_seconds = *seconds;
    }
    if (task.heartbeat_seconds) {
        const auto seconds =
            positive_seconds(*task.heartbeat_seconds, "HeartbeatSeconds", input, evaluation);
        if (!seconds) return tl::unexpected(seconds.error());
        scheduled.heartbeat_seconds = *seconds;
    }
    if (task.credentials) {
        const auto credentials = evaluation.payload(*task.credentials, input, "Credentials");
        if (!credentials) return tl::unexpected(credentials.error());
        const json::Value* role = credentials->find("RoleArn");
        if (role == nullptr || !role->is_string())
            return runtime_fault("The field 'RoleArn' of Credentials must give a string.");
        scheduled.credentials_role_arn = role->as_shared_string();
    }
    return {};
}

}  // namespace

// Schedules the call. Done again for each retry, when the parameters may read another RetryCount.
// ASL: https://states-language.net/spec.html#task-state
Outcome work(Decider& decider, Slot slot, const asl::State& state, const asl::Task& task)
{
    Evaluation evaluation = decider.evaluation(state, slot);
    // The token names the event to come; nothing comes between.
    const std::int64_t nonce =
        has_token(task.resource) ? static_cast<std::int64_t>(decider.entropy().next() >> 1 | 1) : 0;
    if (nonce != 0 && task.resource.family != asl::EventFamily::Activity)
        evaluation.set_task_token(decider.token_of(decider.next_id(), nonce));
    Flow<InputStages> input = take_input(state, decider.frame(slot).input, evaluation);
    if (!input) return fail_state(decider, slot, state, input.error());
    if (decider.too_large(input->after_parameters))
        return fail_state(decider, slot, state, data_limit_fault(state.name));

    auto scheduled = std::make_shared<history::TaskScheduled>();
    const Flow<void> bounds = read_bounds(task, input->after_input_path, evaluation, *scheduled);
    if (!bounds) return fail_state(decider, slot, state, bounds.error());
    const CallNames names = call_names(task.resource);
    scheduled->resource_type = names.resource_type;
    scheduled->resource = names.resource;
    scheduled->region = decider.region();
    scheduled->parameters = std::move(input->after_parameters);
    scheduled->attempt = decider.frame(slot).retries_total;
    scheduled->token_nonce = nonce;
    if (scheduled->timeout_seconds)
        scheduled->timeout_due = decider.now() + Seconds(*scheduled->timeout_seconds);
    decider.emit(call_events(task.resource.family).scheduled, slot,
                 history::Boxed<history::TaskScheduled>(std::move(scheduled)));
    if (decider.frame(slot).phase != Phase::Scheduled) return Outcome::Done;
    if (task.resource.family == asl::EventFamily::Activity)
        decider.act(SeekWorker{decider.request_of(slot), decider.frame(slot).dispatch});
    else
        decider.act(AcquirePermit{decider.request_of(slot)});
    return Outcome::Done;
}

Outcome complete_task(Decider& decider, Slot slot, const asl::State& state)
{
    const Frame& frame = decider.frame(slot);
    Evaluation evaluation = decider.evaluation(state, slot);
    return leave_state(decider, slot, state,
                       give_output(state, frame.input, frame.value, evaluation), state.next);
}

}  // namespace weft::engine
