#include "base/overloaded.h"
#include "engine/decider.h"
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
    decider.emit(
        EventType::ExecutionStarted, history::FrameId{0}, 0,
        history::Boxed<history::ExecutionStarted>(
            std::make_shared<const history::ExecutionStarted>(std::move(command.started))));
}

// The frame of a call that is still open; no_slot for a reply that comes too late.
Slot open_call(const Decider& decider, history::EventId scheduled)
{
    return decider.frames().find_call(scheduled);
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
    call_returned(decider, slot, std::move(command.output), std::move(command.usage));
}

void fail(Decider& decider, CallFailed&& command)
{
    const Slot slot = open_call(decider, command.scheduled);
    if (slot == no_slot || decider.frame(slot).dispatch != command.dispatch) return;
    const auto given = [](json::String&& text) {
        return text.empty() ? std::nullopt : std::optional(std::move(text));
    };
    call_failed_with(decider, slot, given(std::move(command.error)),
                     given(std::move(command.cause)));
}

// AWS: ExecutionAborted names no previous event, and what was under way gets no …Aborted.
void stop(Decider& decider, Stop&& command)
{
    if (decider.execution().status() != Status::Running) return;
    decider.cancel_calls();
    decider.emit(EventType::ExecutionAborted, history::FrameId{0}, 0,
                 history::Failure{std::move(command.error), std::move(command.cause)});
}

void recover(Decider& decider, Execution& execution)
{
    const std::size_t slots = decider.frames().slots();
    for (Slot slot = 0; slot < slots; ++slot) {
        const Frame& frame = decider.frame(slot);
        if (frame.phase == Phase::Scheduled)
            decider.act(AcquirePermit{decider.request_of(slot)});
        else if (frame.phase == Phase::Started) {
            // Whatever was heard before the crash was not written down.
            hear_heartbeat(execution, frame.scheduled, decider.now());
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
                   [&](Heartbeat& beat) { hear_heartbeat(m_execution, beat.scheduled, m_now); },
                   [](TimersDue&) {},
                   [&](Stop& stop_now) { stop(*this, std::move(stop_now)); },
                   [&](Recovered&) { recover(*this, m_execution); },
               },
               command);
    if (m_limit_hit) fail_at_limit();
}

}  // namespace weft::engine
