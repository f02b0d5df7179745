#include "base/overloaded.h"
#include "engine/decider.h"
#include "engine/redrive.h"
#include "engine/states/call_events.h"
#include "engine/states/states.h"

#include <memory>
#include <utility>
#include <variant>

namespace weft::engine {

using history::EventType;

namespace {

void start(Decider& decider, Start&& command)
{
    if (decider.execution().status() != Status::New) return;
    decider.emit(EventType::ExecutionStarted, history::FrameId{0}, 0, std::move(command.started));
}

// The frame of a call that is still open; no_slot for a reply that comes too late.
Slot open_call(const Decider& decider, history::EventId scheduled)
{
    return decider.frames().find_call(scheduled);
}

bool is_activity(Decider& decider, Slot slot)
{
    return std::get<asl::Task>(decider.state_of(slot).kind).resource.family ==
           asl::EventFamily::Activity;
}

void grant(Decider& decider, const PermitGranted& command)
{
    const Slot slot = open_call(decider, command.scheduled);
    if (slot == no_slot || decider.frame(slot).phase != Phase::Scheduled) return;
    start_call(decider, slot);
}

void succeed(Decider& decider, CallSucceeded&& command)
{
    const Slot slot = open_call(decider, command.scheduled);
    if (slot == no_slot || decider.frame(slot).phase != Phase::Started ||
        decider.frame(slot).dispatch != command.dispatch)
        return;
    call_returned(decider, slot, std::move(command.output), std::move(command.usage),
                  command.complete);
}

void fail(Decider& decider, CallFailed&& command)
{
    const Slot slot = open_call(decider, command.scheduled);
    if (slot == no_slot || decider.frame(slot).dispatch != command.dispatch ||
        decider.frame(slot).phase == Phase::Submitted)
        return;
    // A task of an activity that cannot be offered.
    if (decider.frame(slot).phase == Phase::Scheduled && is_activity(decider, slot))
        decider.act(decider.cancel_of(slot));
    const auto given = [](json::String&& text) {
        return text.empty() ? std::nullopt : std::optional(std::move(text));
    };
    call_failed_with(decider, slot, given(std::move(command.error)),
                     given(std::move(command.cause)));
}

void hear(Decider& decider, Execution& execution, const Heartbeat& command)
{
    const Slot slot = open_call(decider, command.scheduled);
    if (slot == no_slot || decider.frame(slot).phase == Phase::Scheduled ||
        decider.frame(slot).call->token_nonce != command.nonce)
        return decider.no_such_task();
    hear_heartbeat(execution, command.scheduled, decider.now());
}

// Nothing when the task is not on offer any more: the worker is free for another one.
void hand_over(Decider& decider, WorkerFound&& command)
{
    const Slot slot = open_call(decider, command.scheduled);
    if (slot == no_slot || !is_activity(decider, slot)) return;
    const Frame& frame = decider.frame(slot);
    if (!is_offered(frame) || frame.dispatch != command.dispatch) return;
    const std::uint32_t dispatch = frame.dispatch + 1;
    HandOver action{decider.request_of(slot), dispatch, command.poll,
                    decider.token_of(command.scheduled, frame.call->token_nonce)};
    if (frame.phase == Phase::Scheduled)
        decider.emit(EventType::ActivityStarted, slot,
                     history::TaskStarted{frame.call->resource_type, frame.call->resource,
                                          command.scheduled, dispatch, std::move(command.worker)});
    else
        decider.emit(EventType::CallReissued, slot,
                     history::CallReissued{command.scheduled, dispatch});
    decider.act(std::move(action));
}

void offer_again(Decider& decider, const WorkerLost& command)
{
    const Slot slot = open_call(decider, command.scheduled);
    if (slot == no_slot || !is_activity(decider, slot)) return;
    const Frame& frame = decider.frame(slot);
    if (is_offered(frame) || frame.dispatch != command.dispatch) return;
    const std::uint32_t dispatch = frame.dispatch + 1;
    decider.emit(EventType::CallReissued, slot, history::CallReissued{command.scheduled, dispatch});
    decider.act(SeekWorker{decider.request_of(slot), dispatch});
}

void answer(Decider& decider, TaskAnswered&& command)
{
    const Slot slot = open_call(decider, command.scheduled);
    if (slot == no_slot || decider.frame(slot).phase == Phase::Scheduled || command.nonce == 0 ||
        decider.frame(slot).call->token_nonce != command.nonce)
        return decider.no_such_task();
    call_ended(decider, slot, std::move(command.ending));
}

void end_job(Decider& decider, JobEnded&& command)
{
    const Slot slot = open_call(decider, command.scheduled);
    if (slot == no_slot || decider.frame(slot).phase == Phase::Scheduled ||
        !runs_job(std::get<asl::Task>(decider.state_of(slot).kind).resource))
        return;
    call_ended(decider, slot, std::move(command.ending));
}

// AWS: ExecutionAborted names no previous event, and what was under way gets no …Aborted.
void stop(Decider& decider, Stop&& command)
{
    if (decider.execution().status() != Status::Running) return;
    decider.cancel_calls();
    decider.emit(EventType::ExecutionAborted, history::FrameId{0}, 0,
                 history::Failure{std::move(command.error), std::move(command.cause)});
}

// AWS API, RedriveExecution: a client token that was used before, and lately, gets the same answer.
void redrive(Decider& decider, Redrive&& command)
{
    const Execution& execution = decider.execution();
    if (!execution.has_started()) return;
    if (!command.client_token.empty())
        for (const Redriven& earlier : execution.redrives())
            if (earlier.client_token == command.client_token &&
                decider.now() - earlier.time < client_token_age)
                return decider.redriven(earlier.time);
    const RedriveFacts facts{execution.status(), execution.start_time(), execution.last_time(),
                             execution.last_id()};
    std::string_view refusal = redrive_refusal(facts, decider.now(), decider.limits());
    if (refusal.empty() && command.machine_going) refusal = machine_deleting;
    if (!refusal.empty()) return decider.not_redrivable(refusal);
    decider.emit(EventType::ExecutionRedriven, history::FrameId{0}, 0,
                 history::ExecutionRedriven{execution.redrive_count() + 1,
                                            std::move(command.client_token),
                                            redrive_deadline(execution.start_time(), decider.now(),
                                                             decider.machine(), decider.limits())});
    decider.redriven(decider.now());
}

void recover(Decider& decider, Execution& execution)
{
    const std::size_t slots = decider.frames().slots();
    for (Slot slot = 0; slot < slots; ++slot) {
        const Frame& frame = decider.frame(slot);
        if (!frame.call_open()) continue;
        // Whatever was heard before the crash was not written down.
        hear_heartbeat(execution, frame.scheduled, decider.now());
        if (is_activity(decider, slot)) {
            // A worker that has it keeps it: its token holds.
            if (is_offered(frame))
                decider.act(SeekWorker{decider.request_of(slot), frame.dispatch});
        } else if (frame.phase == Phase::Scheduled) {
            decider.act(AcquirePermit{decider.request_of(slot)});
        } else if (frame.phase == Phase::Started) {
            call_in_doubt(decider, slot);
        }
    }
}

}  // namespace

void Decider::take(Command&& command)
{
    std::visit(overloaded{
                   [&](Start& start_now) { start(*this, std::move(start_now)); },
                   [](Continue&) {},
                   [&](PermitGranted& granted) { grant(*this, granted); },
                   [&](CallSucceeded& reply) { succeed(*this, std::move(reply)); },
                   [&](CallFailed& reply) { fail(*this, std::move(reply)); },
                   [&](Heartbeat& beat) { hear(*this, m_execution, beat); },
                   [&](WorkerFound& found) { hand_over(*this, std::move(found)); },
                   [&](WorkerLost& lost) { offer_again(*this, lost); },
                   [&](TaskAnswered& answered) { answer(*this, std::move(answered)); },
                   [&](JobEnded& ended) { end_job(*this, std::move(ended)); },
                   [](TimersDue&) {},
                   [&](Stop& stop_now) { stop(*this, std::move(stop_now)); },
                   [&](Redrive& again) { redrive(*this, std::move(again)); },
                   [&](Recovered&) { recover(*this, m_execution); },
               },
               command);
    if (m_limit_hit) fail_at_limit();
}

}  // namespace weft::engine
