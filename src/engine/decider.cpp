#include "engine/decider.h"

#include "base/assert.h"
#include "engine/dataflow/data_flow.h"
#include "engine/map/map.h"
#include "engine/retry/failure.h"
#include "engine/states/call_events.h"
#include "engine/states/states.h"
#include "engine/task_token.h"
#include "history/event_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace weft::engine {

using history::EventType;

namespace {

constexpr std::size_t events_reserved = 24;

bool ends_execution(EventType type)
{
    return type >= EventType::ExecutionSucceeded && type <= EventType::ExecutionTimedOut;
}

// The region of an ARN: arn:partition:service:region:…
std::string_view region_of(std::string_view arn)
{
    for (int colons = 0; colons < 3; ++colons) {
        const std::size_t colon = arn.find(':');
        if (colon == std::string_view::npos) return {};
        arn.remove_prefix(colon + 1);
    }
    return arn.substr(0, arn.find(':'));
}

}  // namespace

Decider::Decider(Execution& execution, const Turn& turn, Slice& slice)
    : m_execution(execution), m_turn(turn), m_slice(slice),
      m_now(std::max(turn.now, execution.last_time())), m_context(execution, turn.inspection)
{
}

void Decider::start_event(history::Event& event, EventType type, history::FrameId frame,
                          history::EventId previous) const
{
    event.id = history::is_public(type) ? m_execution.last_id() + 1 : 0;
    event.previous = previous;
    event.time = m_now;
    event.frame = frame;
    event.type = type;
}

// AWS: an execution ends at the latest with the last event its history can hold.
bool Decider::at_limit(EventType type) const
{
    if (m_limit_hit && !ends_execution(type)) return true;
    const auto next = static_cast<std::uint64_t>(m_execution.last_id()) + 1;
    return next >= m_turn.limits.history_events_max && history::is_public(type) &&
           !ends_execution(type) && m_execution.status() == Status::Running &&
           m_execution.started().type == history::ExecutionType::Standard;
}

const asl::State& Decider::state_of(Slot slot)
{
    const Frame& at = frame(slot);
    Known& known = m_known[slot % m_known.size()];
    if (known.frame != at.id || known.state->name != at.state) {
        known.frame = at.id;
        known.state = machine().find(at.state);
        WEFT_ASSERT(known.state != nullptr);
    }
    return *known.state;
}

void Decider::expect(Slot slot, const asl::State& state)
{
    m_known[slot % m_known.size()] = {frame(slot).id, &state};
}

void Decider::act(Action action)
{
    if (!m_limit_hit) m_slice.actions.push_back(std::move(action));
}

bool Decider::too_large(const json::Value& document)
{
    const void* identity = document.identity();
    if (identity == nullptr || identity == m_measured.identity()) return false;
    const auto limit = static_cast<std::size_t>(m_turn.limits.payload_bytes_max);
    const std::size_t bytes = document.written_size(limit);
    if (bytes > limit || too_deep(document, bytes)) return true;
    m_bytes += bytes;
    m_measured = document;
    return false;
}

const json::String& Decider::region()
{
    if (!m_region) m_region = json::String(region_of(m_execution.started().execution_arn));
    return *m_region;
}

CallRequest Decider::request_of(Slot slot)
{
    const asl::Task& task = std::get<asl::Task>(state_of(slot).kind);
    const Frame& at = frame(slot);
    return {.scheduled = at.scheduled,
            .state = at.state,
            .resource = task.resource.arn,
            .parameters = at.call->parameters,
            .attempt = at.call->attempt,
            .deadline = at.call->timeout_due};
}

void Decider::cancel_calls()
{
    for (Slot slot = 0; slot < frames().slots(); ++slot)
        if (frame(slot).call_open()) m_slice.actions.push_back(cancel_of(slot));
}

CancelCall Decider::cancel_of(Slot slot)
{
    const Frame& at = frame(slot);
    const asl::Resource& resource = std::get<asl::Task>(state_of(slot).kind).resource;
    CancelCall cancel{at.scheduled, false, std::nullopt};
    if (resource.family == asl::EventFamily::Activity)
        cancel.offered = is_offered(at);
    else if (at.phase != Phase::Scheduled && runs_job(resource))
        cancel.job = request_of(slot);
    return cancel;
}

std::string Decider::token_of(history::EventId scheduled, std::int64_t nonce) const
{
    if (m_turn.tokens.secret.empty()) return {};
    return write_task_token({m_execution.started().key, m_turn.tokens.shard, scheduled, nonce},
                            m_turn.tokens.secret);
}

bool Decider::budget_used() const
{
    return m_slice.events.size() >= m_turn.budget.events_max || m_bytes >= m_turn.budget.bytes_max;
}

SliceEnd Decider::run()
{
    for (;;) {
        if (m_execution.status() != Status::Running) return SliceEnd::Settled;
        const bool due = m_execution.next_due() <= m_turn.now;
        if (!due && !m_execution.runnable()) return SliceEnd::Settled;
        if (budget_used()) return SliceEnd::Budget;
        if (due && m_execution.deadline() <= m_turn.now) {
            time_out();
            continue;
        }
        const Slot slot = due ? frames().first_due() : frames().first_ready();
        if ((due ? step_due(slot) : step(slot)) == Outcome::OutOfFuel) return SliceEnd::OutOfFuel;
        if (m_limit_hit) fail_at_limit();
    }
}

// One transition of a frame that is ready.
Outcome Decider::step(Slot slot)
{
    switch (frame(slot).phase) {
    case Phase::Begin: return begin_scope(*this, slot);
    case Phase::Enter: return enter_state(*this, slot, state_of(slot));
    case Phase::Entered: return work(*this, slot, state_of(slot));
    case Phase::Returned: return complete_task(*this, slot, state_of(slot));
    case Phase::Failed: return call_failed(*this, slot, state_of(slot));
    case Phase::Forked: return go_on_forked(*this, slot, state_of(slot));
    case Phase::Ended: return end_scope(*this, slot);
    case Phase::Closed:
    case Phase::Waiting:
    case Phase::Scheduled:
    case Phase::Started:
    case Phase::Retrying:
    case Phase::Stopped:
    case Phase::Submitted: break;
    }
    WEFT_ASSERT(!"a frame that waits is not ready");
}

// What a frame's timer is for.
Outcome Decider::step_due(Slot slot)
{
    switch (frame(slot).phase) {
    case Phase::Waiting: return finish_wait(*this, slot, state_of(slot));
    case Phase::Retrying: return work(*this, slot, state_of(slot));
    case Phase::Scheduled:
    case Phase::Started:
    case Phase::Submitted: return call_timed_out(*this, slot, state_of(slot));
    default: break;
    }
    WEFT_ASSERT(!"only what waits has a timer");
}

// ASL, TimeoutSeconds of the machine: https://states-language.net/spec.html#toplevelfields
// AWS: DescribeExecution of a Standard execution that timed out shows neither error nor cause.
void Decider::time_out()
{
    cancel_calls();
    history::Failure failure;
    if (m_execution.started().type == history::ExecutionType::Express)
        failure.error = json::String(errors::timeout);
    emit(EventType::ExecutionTimedOut, history::FrameId{0}, 0, std::move(failure));
}

void Decider::fail_at_limit()
{
    cancel_calls();
    const history::EventId last = m_execution.last_id();
    emit(EventType::ExecutionFailed, history::FrameId{0}, last,
         history::Failure{json::String(errors::runtime),
                          json::String(fmt::format("The execution reached the maximum number of "
                                                   "history events ({}).",
                                                   m_turn.limits.history_events_max))});
}

Slice run_slice(Execution& execution, Command&& command, const Turn& turn)
{
    Slice slice;
    slice.events.reserve(std::min(turn.budget.events_max, events_reserved));
    Decider decider(execution, turn, slice);
    decider.take(std::move(command));
    slice.end = decider.run();
    return slice;
}

Slice run_slice(Execution& execution, const Command& command, const Turn& turn)
{
    return run_slice(execution, Command(command), turn);
}

}  // namespace weft::engine
