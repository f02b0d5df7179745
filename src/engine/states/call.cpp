#include "base/assert.h"
#include "engine/retry/failure.h"
#include "engine/states/call_events.h"
#include "engine/states/states.h"

#include <array>
#include <memory>
#include <utility>
#include <variant>

namespace weft::engine {

using history::EventType;

namespace {

constexpr std::array families = {
    CallEvents{EventType::TaskScheduled, EventType::TaskStarted, EventType::TaskSucceeded,
               EventType::TaskFailed, EventType::TaskTimedOut, EventType::TaskFailed},
    CallEvents{EventType::LambdaFunctionScheduled, EventType::LambdaFunctionStarted,
               EventType::LambdaFunctionSucceeded, EventType::LambdaFunctionFailed,
               EventType::LambdaFunctionTimedOut, EventType::LambdaFunctionFailed},
    CallEvents{EventType::ActivityScheduled, EventType::ActivityStarted,
               EventType::ActivitySucceeded, EventType::ActivityFailed, EventType::ActivityTimedOut,
               EventType::ActivityScheduleFailed},
};
static_assert(static_cast<std::size_t>(asl::EventFamily::Activity) == families.size() - 1);

const asl::Resource& resource_of(Decider& decider, Slot slot)
{
    return std::get<asl::Task>(decider.state_of(slot).kind).resource;
}

void emit_failure(Decider& decider, Slot slot, EventType type, std::optional<json::String> error,
                  std::optional<json::String> cause, bool heartbeat)
{
    const Frame& frame = decider.frame(slot);
    auto failure = std::make_shared<history::TaskFailure>();
    failure->resource_type = frame.call->resource_type;
    failure->resource = frame.call->resource;
    failure->error = std::move(error);
    failure->cause = std::move(cause);
    failure->scheduled = frame.scheduled;
    failure->heartbeat = heartbeat;
    decider.emit(type, slot, history::Boxed<history::TaskFailure>(std::move(failure)));
}

}  // namespace

const CallEvents& call_events(asl::EventFamily family)
{
    return families[static_cast<std::size_t>(family)];
}

CallNames call_names(const asl::Resource& resource)
{
    if (resource.family == asl::EventFamily::Task) return {resource.type, resource.action};
    return {{}, resource.arn};
}

void start_call(Decider& decider, Slot slot)
{
    const Frame& frame = decider.frame(slot);
    const std::uint32_t dispatch = frame.dispatch + 1;
    CallRequest request = decider.request_of(slot);
    decider.emit(
        call_events(resource_of(decider, slot).family).started, slot,
        history::TaskStarted{
            frame.call->resource_type, frame.call->resource, frame.scheduled, dispatch, {}});
    decider.act(Dispatch{std::move(request), dispatch, false});
}

namespace {

// Writes what a call gave: the end of it, or that it was submitted.
void note_result(Decider& decider, Slot slot, bool submitted, json::Value output, json::Value usage)
{
    const asl::Resource& resource = resource_of(decider, slot);
    const Frame& frame = decider.frame(slot);
    // AWS: a result that is too large is a failure of the task, which States.ALL catches.
    if (decider.too_large(output)) {
        const Fault fault = data_limit_fault(call_names(resource).in_errors());
        return call_failed_with(decider, slot, json::String(fault.error),
                                json::String(fault.cause));
    }
    auto result = std::make_shared<history::TaskResult>();
    result->resource_type = frame.call->resource_type;
    result->resource = frame.call->resource;
    result->output = std::move(output);
    result->scheduled = frame.scheduled;
    result->usage = std::move(usage);
    decider.emit(submitted ? EventType::TaskSubmitted : call_events(resource.family).succeeded,
                 slot, history::Boxed<history::TaskResult>(std::move(result)));
}

}  // namespace

void call_returned(Decider& decider, Slot slot, json::Value output, json::Value usage,
                   bool complete)
{
    const bool submitted = !complete && has_token(resource_of(decider, slot));
    note_result(decider, slot, submitted, std::move(output), std::move(usage));
}

void call_ended(Decider& decider, Slot slot, Ending ending)
{
    // An end that comes before the call's own answer, which is not waited for then.
    if (decider.frame(slot).phase == Phase::Started)
        decider.act(CancelCall{decider.frame(slot).scheduled,
                               resource_of(decider, slot).family == asl::EventFamily::Activity &&
                                   is_offered(decider.frame(slot)),
                               std::nullopt});
    if (ending.failed)
        return call_failed_with(decider, slot, std::move(ending.error), std::move(ending.cause));
    note_result(decider, slot, false, std::move(ending.output), {});
}

void call_failed_with(Decider& decider, Slot slot, std::optional<json::String> error,
                      std::optional<json::String> cause)
{
    const CallEvents& events = call_events(resource_of(decider, slot).family);
    const bool sent = decider.frame(slot).phase != Phase::Scheduled;
    const EventType type = sent ? events.failed : events.schedule_failed;
    emit_failure(decider, slot, type, std::move(error), std::move(cause), false);
}

// AWS: a missed heartbeat is shown as a timeout, without a cause.
// ASL, HeartbeatSeconds: https://states-language.net/spec.html#task-state
Outcome call_timed_out(Decider& decider, Slot slot, const asl::State& state)
{
    const Frame& frame = decider.frame(slot);
    const bool heartbeat = frame.call->timeout_due > decider.now();
    decider.act(decider.cancel_of(slot));
    emit_failure(decider, slot,
                 call_events(std::get<asl::Task>(state.kind).resource.family).timed_out,
                 json::String(errors::timeout), std::nullopt, heartbeat);
    return Outcome::Done;
}

Outcome call_failed(Decider& decider, Slot slot, const asl::State& state)
{
    const history::TaskFailure& failure = *decider.frame(slot).failure;
    return fail_state(decider, slot, state,
                      Trouble{failure.error, failure.cause, failure.heartbeat});
}

// After a crash: was the call answered? Sent again under the same key where that is harmless, or
// where the integration finds what was begun before; otherwise its state fails, and may be retried
// or caught by the author's own judgement.
void call_in_doubt(Decider& decider, Slot slot)
{
    const Frame& frame = decider.frame(slot);
    if (resource_of(decider, slot).doubt != asl::Doubt::Fail) {
        const std::uint32_t dispatch = frame.dispatch + 1;
        CallRequest request = decider.request_of(slot);
        decider.emit(EventType::CallReissued, slot,
                     history::CallReissued{frame.scheduled, dispatch});
        decider.act(Dispatch{std::move(request), dispatch, true});
        return;
    }
    decider.emit(EventType::CallInDoubt, slot, history::CallInDoubt{frame.scheduled});
    call_failed_with(decider, slot, json::String(errors::in_doubt),
                     json::String("The call was under way when the server stopped; whether it took "
                                  "effect is not known."));
}

}  // namespace weft::engine
