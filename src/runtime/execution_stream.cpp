#include "runtime/stream.h"

#include "base/assert.h"
#include "engine/checkpoint.h"
#include "runtime/children.h"

#include <utility>

namespace weft::runtime {

engine::Slice ExecutionStream::run(const StreamCommand& command, const StreamTurn& turn)
{
    const auto* own = std::get_if<engine::Command>(&command);
    std::optional<engine::Command> told;
    if (const auto* message = std::get_if<MessageArrived>(&command)) told = command_of(*message);
    if (told) own = &*told;
    if (own == nullptr) return {};
    const bool ran = !m_execution.ended();
    const engine::Turn engine_turn{.machine = *m_machine,
                                   .now = turn.now,
                                   .entropy = turn.entropy,
                                   .meter = turn.meter,
                                   .limits = turn.limits,
                                   .budget = turn.budget,
                                   .tokens = turn.tokens};
    engine::Slice slice = engine::run_slice(m_execution, *own, engine_turn);
    tell_others(slice, turn, ran);
    return slice;
}

// What a message from another execution asks of this one: a child says that it has ended, a parent
// that it no longer needs its child. Whoever is neither is not heard.
std::optional<engine::Command> ExecutionStream::command_of(const MessageArrived& message) const
{
    if (!m_execution.has_started() || m_execution.ended()) return std::nullopt;
    const std::optional<history::EventId> event = children::event_of(message.body);
    if (!event) return std::nullopt;
    if (message.kind == children::stop_kind) {
        const history::ExecutionStarted& started = m_execution.started();
        if (started.parent_key != message.from || started.parent_event != *event)
            return std::nullopt;
        return engine::Stop{};
    }
    if (message.kind != children::ended_kind) return std::nullopt;
    const engine::Slot slot = m_execution.frames().find_call(*event);
    if (slot == engine::no_slot) return std::nullopt;
    const asl::State* state = m_machine->find(m_execution.frames().at(slot).state);
    const auto* task = state == nullptr ? nullptr : std::get_if<asl::Task>(&state->kind);
    if (task == nullptr) return std::nullopt;
    return engine::JobEnded{*event, children::ending_of(message.body, task->resource.pattern)};
}

// Messages of this slice, in the batch of what they speak of.
void ExecutionStream::tell_others(engine::Slice& slice, const StreamTurn& turn, bool ran)
{
    std::uint64_t number = turn.next_message;
    const auto queue = [&](journal::StreamKey peer, std::string_view kind, json::Value body) {
        history::Event event;
        event.time = m_execution.last_time();
        event.type = history::EventType::MessageQueued;
        event.details = history::Boxed<history::Message>(std::make_shared<const history::Message>(
            history::Message{peer, number++, json::String(kind), std::move(body)}));
        engine::evolve(m_execution, event);
        slice.events.push_back(std::move(event));
    };
    if (!m_execution.has_started()) return;
    const std::int64_t key = m_execution.started().key;
    for (const engine::Action& action : slice.actions) {
        const auto* cancel = std::get_if<engine::CancelCall>(&action);
        if (cancel == nullptr || !cancel->job) continue;
        if (json::Value body = children::stop_of(*cancel->job, key, turn.tokens.secret);
            !body.is_null())
            queue(0, children::stop_kind, std::move(body));
    }
    // The parent's call ended with this execution's first end; what a redrive makes of it is not
    // the parent's affair.
    if (ran && m_execution.ended() && m_execution.started().parent_waits &&
        m_execution.redrive_count() == 0)
        queue(m_execution.started().parent_key, children::ended_kind,
              children::end_of(m_execution));
}

std::optional<history::EventId> ExecutionStream::waits_for(const StreamCommand& command) const
{
    std::optional<history::EventId> event;
    if (const auto* own = std::get_if<engine::Command>(&command)) {
        if (const auto* answered = std::get_if<engine::TaskAnswered>(own))
            event = answered->scheduled;
    } else if (const auto* message = std::get_if<MessageArrived>(&command)) {
        if (message->kind == children::ended_kind) event = children::event_of(message->body);
    }
    if (!event) return std::nullopt;
    const engine::Slot slot = m_execution.frames().find_call(*event);
    if (slot == engine::no_slot) return std::nullopt;
    const engine::Frame& frame = m_execution.frames().at(slot);
    const asl::State* state = m_machine->find(frame.state);
    const auto* task = state == nullptr ? nullptr : std::get_if<asl::Task>(&state->kind);
    const bool answers = task != nullptr && task->resource.family != asl::EventFamily::Activity;
    return answers && frame.phase == engine::Phase::Started ? event : std::nullopt;
}

bool ExecutionStream::offers(history::EventId scheduled, std::uint32_t dispatch) const
{
    const engine::Slot slot = m_execution.frames().find_call(scheduled);
    return slot != engine::no_slot && m_execution.frames().at(slot).dispatch == dispatch;
}

journal::RunStatus ExecutionStream::status() const
{
    switch (m_execution.status()) {
    case engine::Status::New:
    case engine::Status::Running: return journal::RunStatus::Running;
    case engine::Status::Succeeded: return journal::RunStatus::Succeeded;
    case engine::Status::Failed: return journal::RunStatus::Failed;
    case engine::Status::TimedOut: return journal::RunStatus::TimedOut;
    case engine::Status::Aborted: return journal::RunStatus::Aborted;
    }
    WEFT_ASSERT(false);
}

std::string ExecutionStream::save() const
{
    return engine::save(m_execution);
}

Result<> ExecutionStream::load(std::string_view state)
{
    engine::Execution loaded = TRY(engine::load(state));
    TRY(engine::check(loaded, *m_machine));
    m_execution = std::move(loaded);
    return {};
}

}  // namespace weft::runtime
