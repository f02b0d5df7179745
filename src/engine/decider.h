#pragma once

#include "asl/machine.h"
#include "engine/dataflow/context_object.h"
#include "engine/dataflow/evaluation.h"
#include "engine/engine.h"
#include "engine/fault.h"

#include <array>
#include <cstdint>
#include <optional>
#include <utility>

namespace weft::engine {

// What a step works with: reads the execution, writes events (folding each at once) and actions.
// Lives for one slice. The functions of states/, map/ and retry/ are its vocabulary.
class Decider {
public:
    Decider(Execution& execution, const Turn& turn, Slice& slice);

    const asl::Machine& machine() const { return m_turn.machine; }
    const Execution& execution() const { return m_execution; }
    const FrameTable& frames() const { return m_execution.frames(); }
    const Frame& frame(Slot slot) const { return m_execution.frames().at(slot); }
    const Limits& limits() const { return m_turn.limits; }
    Entropy& entropy() { return m_turn.entropy; }
    Inspection* inspection() const { return m_turn.inspection; }
    // The time of the next event: never before that of an earlier one.
    Timestamp now() const { return m_now; }

    // The state that `slot` is in, or is about to enter (Phase::Enter). Found by name once.
    const asl::State& state_of(Slot slot);
    // What the next event of `slot` will enter, to spare a search by name.
    void expect(Slot slot, const asl::State& state);

    Evaluation evaluation(const asl::State& state, Slot slot,
                          std::optional<std::uint32_t> item = std::nullopt)
    {
        return Evaluation(state, slot, m_context, m_turn.entropy, m_turn.meter, m_now, item,
                          m_turn.inspection);
    }

    // Writes an event and folds it. `previous`: the public id of what caused it.
    template <class D>
    history::EventId emit(history::EventType type, history::FrameId frame,
                          history::EventId previous, D&& details);
    template <class D> history::EventId emit(history::EventType type, Slot slot, D&& details)
    {
        return emit(type, frame(slot).id, frame(slot).last, std::forward<D>(details));
    }
    void act(Action action);

    // Whether a document is larger, or nests deeper, than a state may pass on. Counts towards the
    // slice's bytes.
    bool too_large(const json::Value& document);

    // A slot's call as the runtime is asked for it.
    CallRequest request_of(Slot slot);
    // What ends a slot's call before its time.
    CancelCall cancel_of(Slot slot);
    // The token of the call that the event `scheduled` begins; empty when there are no tokens.
    std::string token_of(history::EventId scheduled, std::int64_t nonce) const;
    // The id of the next public event.
    history::EventId next_id() const { return m_execution.last_id() + 1; }
    // Says that the command's task is not open.
    void no_such_task() { m_slice.no_such_task = true; }
    // The answers to a Redrive.
    void redriven(Timestamp time) { m_slice.redriven = time; }
    void not_redrivable(std::string_view reason) { m_slice.not_redrivable = reason; }
    // Cancels every open call: the execution ends.
    void cancel_calls();

    const json::String& region();

    // Commands, then all steps that are ready or due.
    void take(Command&& command);
    SliceEnd run();

private:
    Outcome step(Slot slot);
    Outcome step_due(Slot slot);
    void time_out();
    void fail_at_limit();
    bool budget_used() const;
    void start_event(history::Event& event, history::EventType type, history::FrameId frame,
                     history::EventId previous) const;
    bool at_limit(history::EventType type) const;

    Execution& m_execution;
    const Turn& m_turn;
    Slice& m_slice;
    Timestamp m_now;
    ContextObject m_context;
    std::size_t m_bytes = 0;
    bool m_limit_hit = false;
    json::Value m_measured;  // the document last found small enough
    std::optional<json::String> m_region;
    struct Known {
        history::FrameId frame = UINT32_MAX;
        const asl::State* state = nullptr;
    };
    std::array<Known, 8> m_known{};  // by slot: which state a frame is in
};

template <class D>
history::EventId Decider::emit(history::EventType type, history::FrameId frame,
                               history::EventId previous, D&& details)
{
    if (at_limit(type)) {
        m_limit_hit = true;
        return 0;
    }
    history::Event& event = m_slice.events.emplace_back();
    start_event(event, type, frame, previous);
    event.details.template emplace<std::decay_t<D>>(std::forward<D>(details));
    evolve(m_execution, event);
    m_bytes += sizeof(history::Event);
    return event.id;
}

}  // namespace weft::engine
