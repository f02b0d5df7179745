#include "engine/retry/failure.h"

#include "base/assert.h"
#include "base/limits.h"
#include "engine/dataflow/data_flow.h"
#include "engine/map/map.h"
#include "engine/states/states.h"

#include <fmt/format.h>

#include <memory>
#include <utility>
#include <vector>

namespace weft::engine {

using history::EventId;
using history::EventType;

namespace {

// Whether a state has been entered and not left, so that aborting it means something.
bool inside_state(Phase phase)
{
    switch (phase) {
    case Phase::Entered:
    case Phase::Waiting:
    case Phase::Scheduled:
    case Phase::Started:
    case Phase::Returned:
    case Phase::Failed:
    case Phase::Retrying:
    case Phase::Forked:
    case Phase::Submitted: return true;
    case Phase::Closed:
    case Phase::Begin:
    case Phase::Enter:
    case Phase::Ended:
    case Phase::Stopped: break;
    }
    return false;
}

// AWS: in TestState, which has no events, a cause does not name the state and the event.
json::String shown_cause(const Decider& decider, const Fault& fault, const Frame& frame)
{
    if (decider.inspection() == nullptr) return cause_of(fault, frame);
    Fault plain = fault;
    plain.names_state = false;
    return cause_of(plain, frame);
}

Trouble trouble_of(const Decider& decider, const Fault& fault, const Frame& frame)
{
    return {json::String(fault.error), shown_cause(decider, fault, frame), false};
}

// For TestState: the error and who names it.
void show(Inspection& inspection, const asl::State& state, const Trouble& trouble)
{
    inspection.failed = true;
    inspection.error = trouble.error;
    inspection.cause = trouble.cause;
    for (std::uint32_t i = 0; i < state.retry.size() && !inspection.retrier; ++i)
        if (matches(state.retry[i].error_equals, trouble)) inspection.retrier = i;
    if (const asl::Catcher* catcher = find_catcher(state.catchers, trouble))
        inspection.catcher = static_cast<std::uint32_t>(catcher - state.catchers.data());
}

bool is_fork(const asl::State& state)
{
    return std::holds_alternative<asl::Map>(state.kind) ||
           std::holds_alternative<asl::Parallel>(state.kind);
}

class Failing {
public:
    explicit Failing(Decider& decider) : m_decider(decider) {}

    // Evaluates what the catcher on the way outwards makes of the error, before the first event is
    // written: without fuel there is no trace.
    Outcome prepare(Slot slot, const asl::State& state, Trouble trouble);
    // `source`: the public event that the failure came from. `whole`: a branch or iteration failed,
    // or an evaluation for them, rather than the state's own work.
    void state(Slot slot, const asl::State& state, const Trouble& trouble, EventId source,
               bool whole);

    void note_evaluation(Slot slot, const asl::State& state, const Fault& fault);

private:
    bool retry(Slot slot, const asl::State& state, const Trouble& trouble, EventId source);
    bool caught(Slot slot, const asl::State& state, const Trouble& trouble);
    void scope(Slot slot, const Trouble& trouble, EventId source);
    void iteration(Slot slot, Slot owner, const Trouble& trouble, EventId source);
    void end(const Trouble& trouble, EventId source);
    void abort_children(Slot owner);
    void abort_frame(Slot slot);

    struct Caught {
        Slot slot;
        Flow<OutputStages> output;
    };
    Flow<OutputStages> take_caught(Slot slot);

    Decider& m_decider;
    std::vector<Caught> m_caught;
};

Outcome Failing::prepare(Slot slot, const asl::State& first, Trouble trouble)
{
    if (is_fatal(trouble)) return Outcome::Done;
    for (const asl::State* state = &first;;) {
        const Frame& frame = m_decider.frame(slot);
        if (will_retry(state->retry, frame.retries, trouble)) return Outcome::Done;
        if (const asl::Catcher* catcher = find_catcher(state->catchers, trouble)) {
            Evaluation evaluation = m_decider.evaluation(*state, slot);
            Flow<OutputStages> output =
                catch_error(*state, *catcher, frame.input, error_output(trouble), evaluation);
            if (output && m_decider.too_large(output->output))
                output = tl::unexpected(data_limit_fault(state->name));
            if (!output && output.error().kind == Fault::Kind::OutOfFuel) return Outcome::OutOfFuel;
            // A catcher cannot catch what it failed at itself.
            if (!output) trouble = trouble_of(m_decider, output.error(), frame);
            const bool done = output.has_value();
            m_caught.push_back({slot, std::move(output)});
            if (done || is_fatal(trouble)) return Outcome::Done;
        }
        if (frame.owner == no_slot) return Outcome::Done;
        slot = frame.owner;
        state = &m_decider.state_of(slot);
        const Fork& fork = m_decider.frames().fork(slot);
        if (!fork.map) continue;
        const Tolerance tolerance = tolerance_of(fork, fork.failed.size() + 1);
        if (tolerance == Tolerance::Within) return Outcome::Done;
        if (tolerance == Tolerance::Exceeded) trouble = tolerance_trouble();
    }
}

Flow<OutputStages> Failing::take_caught(Slot slot)
{
    for (Caught& each : m_caught)
        if (each.slot == slot) return std::move(each.output);
    WEFT_ASSERT(!"what a catcher takes has been evaluated before");
}

void Failing::state(Slot slot, const asl::State& state, const Trouble& trouble, EventId source,
                    bool whole)
{
    if (m_decider.inspection() != nullptr) show(*m_decider.inspection(), state, trouble);
    if (is_fatal(trouble)) return end(trouble, source);
    if (m_decider.frames().forked(slot)) abort_children(slot);
    if (retry(slot, state, trouble, source)) return;
    if (whole) {
        const bool map = std::holds_alternative<asl::Map>(state.kind);
        source = m_decider.emit(map ? EventType::MapStateFailed : EventType::ParallelStateFailed,
                                m_decider.frame(slot).id, source, history::NoDetails{});
    }
    if (caught(slot, state, trouble)) return;
    scope(slot, trouble, source);
}

// AWS: a retry shows no event of its own; what is done again names the failure as its previous
// event.
bool Failing::retry(Slot slot, const asl::State& state, const Trouble& trouble, EventId source)
{
    if (state.retry.empty()) return false;
    const Frame& frame = m_decider.frame(slot);
    const std::optional<Retry> retry =
        find_retry(state.retry, frame.retries, trouble, m_decider.entropy());
    if (!retry) return false;
    auto scheduled = std::make_shared<history::RetryScheduled>();
    scheduled->retrier = retry->retrier;
    scheduled->attempt = retry->attempt;
    scheduled->attempt_total = frame.retries_total + 1;
    scheduled->error = trouble.error.value_or(json::String());
    scheduled->cause = trouble.cause.value_or(json::String());
    scheduled->due = m_decider.now() + retry->delay;
    m_decider.emit(EventType::RetryScheduled, frame.id, source,
                   history::Boxed<history::RetryScheduled>(std::move(scheduled)));
    return true;
}

bool Failing::caught(Slot slot, const asl::State& state, const Trouble& trouble)
{
    const asl::Catcher* catcher = find_catcher(state.catchers, trouble);
    if (catcher == nullptr) return false;
    Flow<OutputStages> output = take_caught(slot);
    if (!output) {
        const Trouble own = trouble_of(m_decider, output.error(), m_decider.frame(slot));
        note_evaluation(slot, state, output.error());
        scope(slot, own, m_decider.frame(slot).last);
        return true;
    }
    exit_state(m_decider, slot, state, std::move(output->output), std::move(output->assigned),
               catcher->next);
    return true;
}

// AWS: a failed evaluation has an event of its own, before all that comes of it.
void Failing::note_evaluation(Slot slot, const asl::State& state, const Fault& fault)
{
    if (fault.error != errors::query_evaluation_error) return;
    const Frame& frame = m_decider.frame(slot);
    auto failed = std::make_shared<history::EvaluationFailed>();
    failed->state = state.name;
    failed->location = json::String(fault.location);
    failed->error = json::String(fault.error);
    failed->cause = shown_cause(m_decider, fault, frame);
    const bool at_entry = frame.last == frame.entered && !fault.after_entry;
    m_decider.emit(EventType::EvaluationFailed, frame.id, at_entry ? frame.before : frame.last,
                   history::Boxed<history::EvaluationFailed>(std::move(failed)));
}

void Failing::scope(Slot slot, const Trouble& trouble, EventId source)
{
    const Frame& frame = m_decider.frame(slot);
    if (frame.owner == no_slot || is_fatal(trouble)) return end(trouble, source);
    const Slot owner = frame.owner;
    if (m_decider.frames().fork(owner).map)
        iteration(slot, owner, trouble, source);
    else
        state(owner, m_decider.state_of(owner), trouble, source, true);
}

void Failing::end(const Trouble& trouble, EventId source)
{
    m_decider.cancel_calls();
    m_decider.emit(EventType::ExecutionFailed, history::FrameId{0}, source,
                   history::Failure{trouble.error, trouble.cause});
}

void Failing::iteration(Slot slot, Slot owner, const Trouble& trouble, EventId source)
{
    const Frame& frame = m_decider.frame(slot);
    const Frame& map = m_decider.frame(owner);
    m_decider.emit(EventType::MapIterationFailed, frame.id, source,
                   history::MapIteration{map.state, frame.index, {}, map.id});
    const Fork& fork = m_decider.frames().fork(owner);
    const Tolerance tolerance = tolerance_of(fork, fork.failed.size());
    if (tolerance == Tolerance::Within) return;
    const asl::State& map_state = m_decider.state_of(owner);
    if (tolerance == Tolerance::None) return state(owner, map_state, trouble, source, true);
    state(owner, map_state, tolerance_trouble(), source, true);
}

void Failing::abort_children(Slot owner)
{
    Slot next = m_decider.frames().fork(owner).first_child;
    while (next != no_slot) {
        const Slot slot = next;
        next = m_decider.frame(slot).sibling_next;
        // What failed before is kept for a redrive, and was told.
        if (m_decider.frame(slot).phase != Phase::Stopped) abort_frame(slot);
    }
}

// AWS: Tasks and Waits that are under way get …StateAborted, in a Parallel also the Task that
// failed; then the iteration MapIterationAborted. Other states have no such event.
void Failing::abort_frame(Slot slot)
{
    const history::FrameId id = m_decider.frame(slot).id;
    if (inside_state(m_decider.frame(slot).phase)) {
        const asl::State& state = m_decider.state_of(slot);
        if (m_decider.frames().forked(slot)) {
            abort_children(slot);
            m_decider.emit(std::holds_alternative<asl::Map>(state.kind)
                               ? EventType::MapStateAborted
                               : EventType::ParallelStateAborted,
                           slot, history::NoDetails{});
        } else if (std::holds_alternative<asl::Task>(state.kind)) {
            if (m_decider.frame(slot).call_open()) m_decider.act(m_decider.cancel_of(slot));
            m_decider.emit(EventType::TaskStateAborted, slot, history::NoDetails{});
        } else if (std::holds_alternative<asl::Wait>(state.kind)) {
            m_decider.emit(EventType::WaitStateAborted, slot, history::NoDetails{});
        }
    }
    const Frame& frame = m_decider.frame(slot);
    const Slot owner = frame.owner;
    if (!m_decider.frames().fork(owner).map) return;
    const Frame& map = m_decider.frame(owner);
    m_decider.emit(EventType::MapIterationAborted, id, frame.last,
                   history::MapIteration{map.state, frame.index, {}, map.id});
}

}  // namespace

Outcome fail_state(Decider& decider, Slot slot, const asl::State& state, const Fault& fault)
{
    if (fault.kind == Fault::Kind::OutOfFuel) return Outcome::OutOfFuel;
    const Trouble trouble = trouble_of(decider, fault, decider.frame(slot));
    Failing failing(decider);
    if (failing.prepare(slot, state, trouble) == Outcome::OutOfFuel) return Outcome::OutOfFuel;
    const bool evaluation = fault.error == errors::query_evaluation_error;
    if (evaluation) failing.note_evaluation(slot, state, fault);
    // AWS: recorded for a Map whose Items are no array.
    failing.state(slot, state, trouble, decider.frame(slot).last, evaluation && is_fork(state));
    return Outcome::Done;
}

Outcome fail_state(Decider& decider, Slot slot, const asl::State& state, Trouble trouble)
{
    Failing failing(decider);
    if (failing.prepare(slot, state, trouble) == Outcome::OutOfFuel) return Outcome::OutOfFuel;
    failing.state(slot, state, trouble, decider.frame(slot).last, false);
    return Outcome::Done;
}

Trouble tolerance_trouble()
{
    return {json::String(errors::tolerance_exceeded),
            json::String("The specified tolerated failure threshold was exceeded"), false};
}

Fault data_limit_fault(std::string_view state_or_task)
{
    return {.error = errors::data_limit_exceeded,
            .cause = fmt::format("The state/task '{}' returned a result with a size exceeding the "
                                 "maximum number of bytes service limit.",
                                 state_or_task),
            .names_state = false};
}

json::String cause_of(const Fault& fault, const Frame& frame)
{
    std::string cause =
        fault.names_state
            ? fmt::format("An error occurred while executing the state '{}' (entered at the event "
                          "id #{}). {}",
                          frame.state.view(), frame.entered, fault.cause)
            : fault.cause;
    if (cause.size() > cause_characters_max) {
        std::size_t end = cause_characters_max;
        // Not in the middle of a character.
        while (end > 0 && (static_cast<unsigned char>(cause[end]) & 0xC0U) == 0x80U) --end;
        cause.resize(end);
    }
    return json::String(cause);
}

}  // namespace weft::engine
