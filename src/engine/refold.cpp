#include "engine/refold.h"

#include "base/overloaded.h"
#include "engine/engine.h"
#include "engine/history_rules.h"
#include "engine/states/call_events.h"
#include "history/event_table.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace weft::engine {

using history::EventType;

namespace {

// What is wrong; empty when nothing is.
using Problem = std::string;

// Moments outside of these are no moments, and sums with them may overflow. Four-digit years.
constexpr Timestamp time_min{Milliseconds(-62'167'219'200'000)};
constexpr Timestamp time_max{Milliseconds(253'402'300'799'999)};
// A due time may lie later: by a Wait's, a timeout's or a retry's longest delay.
constexpr Timestamp due_max = time_max + Seconds(4'000'000'000);
constexpr std::int64_t heartbeat_seconds_max = 99'999'999;

bool is_moment(Timestamp time)
{
    return time >= time_min && time <= time_max;
}
bool may_be_due(Timestamp time)
{
    return time == timestamp_max || (time >= time_min && time <= due_max);
}

// Which state type an event of a state belongs to, as a position in asl::State::kind.
std::optional<std::size_t> kind_of(EventType type)
{
    switch (type) {
    case EventType::PassStateEntered:
    case EventType::PassStateExited: return 0;
    case EventType::TaskStateEntered:
    case EventType::TaskStateExited:
    case EventType::TaskStateAborted: return 1;
    case EventType::ChoiceStateEntered:
    case EventType::ChoiceStateExited: return 2;
    case EventType::WaitStateEntered:
    case EventType::WaitStateExited:
    case EventType::WaitStateAborted:
    case EventType::TimerSet: return 3;
    case EventType::SucceedStateEntered:
    case EventType::SucceedStateExited: return 4;
    case EventType::FailStateEntered: return 5;
    case EventType::ParallelStateEntered:
    case EventType::ParallelStateStarted:
    case EventType::ParallelStateSucceeded:
    case EventType::ParallelStateFailed:
    case EventType::ParallelStateAborted:
    case EventType::ParallelStateExited: return 6;
    case EventType::MapStateEntered:
    case EventType::MapStateStarted:
    case EventType::MapStateSucceeded:
    case EventType::MapStateFailed:
    case EventType::MapStateAborted:
    case EventType::MapStateExited: return 7;
    default: return std::nullopt;
    }
}
static_assert(std::variant_size_v<decltype(asl::State::kind)> == 8);

// The call that an event says it is about.
std::optional<history::EventId> call_of(const history::Event& event)
{
    return std::visit(
        overloaded{
            [](const history::TaskStarted& details) { return std::optional(details.scheduled); },
            [](const history::Boxed<history::TaskResult>& details) {
                return std::optional(details->scheduled);
            },
            [](const history::Boxed<history::TaskFailure>& details) {
                return std::optional(details->scheduled);
            },
            [](const history::CallReissued& details) { return std::optional(details.scheduled); },
            [](const history::CallInDoubt& details) { return std::optional(details.scheduled); },
            [](const auto&) { return std::optional<history::EventId>(); }},
        event.details);
}

bool has_details(const history::Event& event)
{
    return std::visit(
        []<class T>(const T& details) {
            if constexpr (requires { details.get(); })
                return details.get() != nullptr;
            else
                return true;
        },
        event.details);
}

// ASL, Items: an array, or an object that is run over member by member.
bool runs_over(const history::MapStarted& map)
{
    return (map.items.is_array() || map.items.is_object()) && map.items.size() < UINT32_MAX &&
           map.length == static_cast<std::int64_t>(map.items.size());
}

bool is_message(EventType type)
{
    return type >= EventType::MessageQueued;
}

// Reads an execution against the definition it runs.
class Reader {
public:
    Reader(const Execution& execution, const asl::Machine& machine)
        : m_execution(execution), m_frames(execution.frames()), m_machine(machine)
    {
    }

    // What speaks against `event` as the next one.
    Problem contradiction(const history::Event& event) const;
    // What speaks against the execution as a whole.
    Problem contradiction() const;

private:
    Problem head(const history::Event& event) const;
    Problem of_execution(const history::Event& event) const;
    Problem redriven(const history::Event& event) const;
    Problem of_frame(const history::Event& event) const;
    Problem of_state(const history::Event& event, Slot slot) const;
    Problem entered(const history::StateEntered& details, Slot slot) const;
    Problem exited(const history::StateExited& details, Slot slot) const;
    Problem scheduled(const history::Event& event, const asl::State& state) const;
    Problem call(const history::Event& event, const asl::State& state) const;
    Problem forked(const history::Event& event, const asl::State& state) const;
    Problem iteration(const history::Event& event) const;

    Problem whole(const Frame& frame, Slot slot) const;
    Problem whole(const Fork& fork, const asl::State& state) const;

    // The scope a frame runs in; none when its owner is not in a state that has one for it.
    std::optional<asl::ScopeIndex> scope_of(const Frame& frame) const
    {
        if (frame.owner == no_slot) return asl::ScopeIndex{0};
        const asl::State* owner = m_machine.find(m_frames.at(frame.owner).state);
        if (owner == nullptr) return std::nullopt;
        if (const auto* map = std::get_if<asl::Map>(&owner->kind)) return map->processor;
        const auto* parallel = std::get_if<asl::Parallel>(&owner->kind);
        if (parallel == nullptr || frame.index >= parallel->branches.size()) return std::nullopt;
        return parallel->branches[frame.index];
    }

    const Execution& m_execution;
    const FrameTable& m_frames;
    const asl::Machine& m_machine;
};

Problem Reader::contradiction(const history::Event& event) const
{
    if (Problem problem = head(event); !problem.empty()) return problem;
    if (m_execution.status() == Status::New && event.type != EventType::ExecutionStarted)
        return "the execution has not started";
    if (is_message(event.type)) return {};
    if (event.type <= EventType::ExecutionRedriven) return of_execution(event);
    if (m_execution.ended()) return "the execution has ended";
    if (event.type >= EventType::MapIterationStarted &&
        event.type <= EventType::MapIterationAborted)
        return iteration(event);
    return of_frame(event);
}

// What every event promises.
Problem Reader::head(const history::Event& event) const
{
    const history::EventRow* row = history::find_event_row(event.type);
    if (row == nullptr) return fmt::format("{} is no type of event", static_cast<int>(event.type));
    if (event.details.index() != static_cast<std::size_t>(row->shape) || !has_details(event))
        return "its details are of another type of event";
    const history::EventId expected = row->is_public() ? m_execution.last_id() + 1 : 0;
    if (event.id != expected)
        return fmt::format("it has the id {}, {} comes next", event.id, expected);
    if (event.previous < 0 || event.previous > m_execution.last_id())
        return fmt::format("it names event {} as its cause", event.previous);
    if (!is_moment(event.time)) return "its time is out of range";
    return {};
}

Problem Reader::of_execution(const history::Event& event) const
{
    if (event.type == EventType::ExecutionRedriven) return redriven(event);
    if (event.type != EventType::ExecutionStarted) {
        if (m_execution.status() != Status::Running) return "the execution is not running";
        if (event.type != EventType::ExecutionSucceeded) return {};
        const Slot root = m_frames.find(0);
        return m_frames.at(root).phase == Phase::Ended ? "" : "its last state was not left";
    }
    if (m_execution.status() != Status::New) return "the execution has started before";
    const auto& started = *std::get<history::Boxed<history::ExecutionStarted>>(event.details);
    return may_be_due(started.deadline) ? "" : "its deadline is out of range";
}

Problem Reader::redriven(const history::Event& event) const
{
    if (!m_execution.ended() || m_execution.status() == Status::Succeeded)
        return "the execution has not ended without success";
    const auto& details = std::get<history::ExecutionRedriven>(event.details);
    if (details.redrive_count != m_execution.redrive_count() + 1)
        return fmt::format("it is redrive {}, {} comes next", details.redrive_count,
                           m_execution.redrive_count() + 1);
    return may_be_due(details.deadline) ? "" : "its deadline is out of range";
}

Problem Reader::of_frame(const history::Event& event) const
{
    const Phases phases = phases_of(event.type);
    if (phases.empty()) return {};
    const Slot slot = m_frames.find(event.frame);
    if (slot == no_slot) return fmt::format("its thread of control, {}, is not open", event.frame);
    const Frame& frame = m_frames.at(slot);
    if (frame.owner != no_slot && m_frames.at(frame.owner).phase == Phase::Stopped)
        return "its branch or item is over";
    if (frame.over) return "its iteration is over";
    if (!phases.contains(frame.phase))
        return fmt::format("it does not follow from where '{}' stands", frame.state.view());
    if (const auto call = call_of(event); call && *call != frame.scheduled)
        return fmt::format("it is about the call of event {}, and that of {} is open", *call,
                           frame.scheduled);
    return of_state(event, slot);
}

Problem Reader::of_state(const history::Event& event, Slot slot) const
{
    if (const auto* details = std::get_if<history::StateEntered>(&event.details)) {
        if (Problem problem = entered(*details, slot); !problem.empty()) return problem;
        const asl::State& state = *m_machine.find(details->name);
        return state.kind.index() == kind_of(event.type)
                   ? ""
                   : fmt::format("'{}' is a state of another type", details->name.view());
    }
    const Frame& frame = m_frames.at(slot);
    if (frame.state.empty()) return {};  // an ended scope
    const asl::State* state = m_machine.find(frame.state);
    if (state == nullptr)
        return fmt::format("the definition has no state '{}'", frame.state.view());
    if (const auto kind = kind_of(event.type); kind && *kind != state->kind.index())
        return fmt::format("'{}' is a state of another type", frame.state.view());
    if (const auto* details = std::get_if<history::StateExited>(&event.details))
        return exited(*details, slot);
    if (const auto* timer = std::get_if<history::TimerSet>(&event.details))
        return may_be_due(timer->due) ? "" : "its timer is out of range";
    if (const auto* retry = std::get_if<history::Boxed<history::RetryScheduled>>(&event.details)) {
        if ((*retry)->retrier >= state->retry.size())
            return fmt::format("'{}' has no retrier {}", frame.state.view(), (*retry)->retrier);
        return may_be_due((*retry)->due) ? "" : "its timer is out of range";
    }
    if (Problem problem = scheduled(event, *state); !problem.empty()) return problem;
    if (Problem problem = call(event, *state); !problem.empty()) return problem;
    return forked(event, *state);
}

Problem Reader::entered(const history::StateEntered& details, Slot slot) const
{
    const Frame& frame = m_frames.at(slot);
    const asl::State* state = m_machine.find(details.name);
    if (state == nullptr)
        return fmt::format("the definition has no state '{}'", details.name.view());
    const std::optional<asl::ScopeIndex> scope = scope_of(frame);
    if (!scope || state->scope != *scope)
        return fmt::format("'{}' is not among the states of its branch", details.name.view());
    const bool next = frame.phase == Phase::Begin ? m_machine.scopes[*scope].start == state->index
                                                  : frame.state == details.name;
    return next ? "" : fmt::format("'{}' is not the state that comes next", details.name.view());
}

Problem Reader::exited(const history::StateExited& details, Slot slot) const
{
    const Frame& frame = m_frames.at(slot);
    if (details.name != frame.state)
        return fmt::format("it leaves '{}' while in '{}'", details.name.view(), frame.state.view());
    if (!details.assigned.is_null() && !details.assigned.is_object())
        return "what it assigns is no object of variables";
    if (details.next.empty()) return {};
    const asl::State* next = m_machine.find(details.next);
    const std::optional<asl::ScopeIndex> scope = scope_of(frame);
    if (next == nullptr || !scope || next->scope != *scope)
        return fmt::format("'{}' cannot come after '{}'", details.next.view(), details.name.view());
    return {};
}

Problem Reader::scheduled(const history::Event& event, const asl::State& state) const
{
    const auto* details = std::get_if<history::Boxed<history::TaskScheduled>>(&event.details);
    if (details == nullptr) return {};
    const auto* task = std::get_if<asl::Task>(&state.kind);
    if (task == nullptr || call_events(task->resource.family).scheduled != event.type)
        return fmt::format("'{}' makes no such call", state.name.view());
    const std::int64_t heartbeat = (*details)->heartbeat_seconds.value_or(1);
    if (!may_be_due((*details)->timeout_due) || heartbeat < 0 || heartbeat > heartbeat_seconds_max)
        return "its timeout or heartbeat is out of range";
    return {};
}

// Only where the pattern has it: an answer that does not end the call.
Problem Reader::call(const history::Event& event, const asl::State& state) const
{
    if (event.type != EventType::TaskSubmitted) return {};
    const auto* task = std::get_if<asl::Task>(&state.kind);
    if (task == nullptr || task->resource.pattern == asl::Pattern::RequestResponse)
        return fmt::format("the answer to '{}' ends its call", state.name.view());
    return {};
}

Problem Reader::forked(const history::Event& event, const asl::State& state) const
{
    if (const auto* details = std::get_if<history::ParallelStarted>(&event.details)) {
        if (details->branches != std::get<asl::Parallel>(state.kind).branches.size())
            return fmt::format("'{}' does not have {} branches", state.name.view(),
                               details->branches);
        if (details->first_frame != m_frames.next_id())
            return fmt::format("its branches are numbered from {}, {} comes next",
                               details->first_frame, m_frames.next_id());
    }
    if (const auto* map = std::get_if<history::Boxed<history::MapStarted>>(&event.details))
        if (!runs_over(**map)) return "its length is not that of its items";
    return {};
}

Problem Reader::iteration(const history::Event& event) const
{
    const auto& details = std::get<history::MapIteration>(event.details);
    const Slot owner = m_frames.find(details.owner);
    if (owner == no_slot || !m_frames.forked(owner) || !m_frames.fork(owner).map)
        return fmt::format("no Map is under way in thread of control {}", details.owner);
    if (m_frames.at(owner).phase != Phase::Forked)
        return fmt::format("the Map in thread of control {} is over", details.owner);
    const Fork& fork = m_frames.fork(owner);
    if (event.type == EventType::MapIterationStarted) {
        if (details.index != static_cast<std::int64_t>(fork.opened) || fork.opened >= fork.length())
            return fmt::format("iteration {} is not the one that comes next", details.index);
        if (event.frame != m_frames.next_id())
            return fmt::format("its thread of control is {}, {} comes next", event.frame,
                               m_frames.next_id());
        return {};
    }
    const Slot slot = m_frames.find(event.frame);
    if (slot == no_slot || m_frames.at(slot).owner != owner ||
        details.index != static_cast<std::int64_t>(m_frames.at(slot).index))
        return fmt::format("iteration {} is not open", details.index);
    if (m_frames.at(slot).over) return fmt::format("iteration {} is over", details.index);
    const Phases phases = phases_of(event.type);
    if (!phases.empty() && !phases.contains(m_frames.at(slot).phase))
        return fmt::format("iteration {} has not come to its end", details.index);
    return {};
}

Problem Reader::contradiction() const
{
    if (const std::string_view broken = m_frames.contradiction(); !broken.empty())
        return Problem(broken);
    const bool live = m_frames.live() > 0;
    if (live != (m_execution.status() != Status::New && m_execution.status() != Status::Succeeded))
        return "it has threads of control and cannot go on, or the other way round";
    if (m_execution.status() == Status::New) return "it has not started";
    if (!m_execution.has_started()) return "its first event is missing";
    if (m_execution.last_id() < 1 || m_execution.last_id() > event_id_max ||
        !is_moment(m_execution.start_time()) || !is_moment(m_execution.last_time()) ||
        !may_be_due(m_execution.deadline()) || m_execution.redrive_count() < 0 ||
        m_execution.redrive_count() > m_execution.last_id() ||
        m_execution.redrives().size() > redrives_kept ||
        (m_execution.redrive_count() > 0) != !m_execution.redrives().empty())
        return "its times or ids are out of range";
    for (Slot slot = 0; slot < m_frames.slots(); ++slot)
        if (m_frames.at(slot).phase != Phase::Closed)
            if (Problem problem = whole(m_frames.at(slot), slot); !problem.empty()) return problem;
    return {};
}

Problem Reader::whole(const Frame& frame, Slot slot) const
{
    const auto wrong = [&](const char* what) {
        return fmt::format("thread of control {} {}", frame.id, what);
    };
    const history::EventId last = m_execution.last_id();
    if (frame.last < 0 || frame.last > last || frame.before < 0 || frame.before > last ||
        frame.entered < 0 || frame.entered > last || frame.scheduled < 0 || frame.scheduled > last)
        return wrong("names events that are not there");
    if (!may_be_due(frame.due) || !may_be_due(frame.heartbeat_due) ||
        !is_moment(frame.entered_time))
        return wrong("has times out of range");

    const std::optional<asl::ScopeIndex> scope = scope_of(frame);
    if (!scope) return wrong("is no branch of its owner's state");
    const asl::State* state = m_machine.find(frame.state);
    const bool stopped = frame.phase == Phase::Stopped;
    if (m_execution.ended() && !stopped) return wrong("goes on after the end");
    if (frame.owner != no_slot && m_frames.at(frame.owner).phase == Phase::Stopped && !stopped)
        return wrong("goes on in a branch or item that is over");
    const Phase phase = stopped ? frame.resume : frame.phase;
    if (phase != Phase::Begin && phase != Phase::Ended &&
        (state == nullptr || state->scope != *scope))
        return wrong("is in a state that its branch does not have");
    if (frame.owner != no_slot &&
        (!m_frames.forked(frame.owner) || frame.index >= m_frames.fork(frame.owner).length()))
        return wrong("belongs to no branch or item");

    const bool calls = call_open.contains(frame.phase);
    if (calls != (frame.call != nullptr) || calls != (frame.scheduled != 0))
        return wrong("has a call without waiting for it, or waits for none");
    const bool task = state != nullptr && std::holds_alternative<asl::Task>(state->kind);
    if ((calls || frame.phase == Phase::Returned || frame.phase == Phase::Failed) && !task)
        return wrong("has a call without being in a Task");
    if (frame.phase == Phase::Failed && !frame.failure) return wrong("failed for no reason");
    if (frame.parked && !calls) return wrong("waits for a call that it does not have");
    if (frame.call) {
        const std::int64_t heartbeat = frame.call->heartbeat_seconds.value_or(1);
        if (!may_be_due(frame.call->timeout_due) || heartbeat < 0 ||
            heartbeat > heartbeat_seconds_max)
            return wrong("has a call with a timeout out of range");
    }
    if (frame.phase == Phase::Waiting && !std::holds_alternative<asl::Wait>(state->kind))
        return wrong("waits without being in a Wait");
    if ((frame.heap_position != UINT32_MAX) && !may_be_timed.contains(frame.phase))
        return wrong("has a timer and does not wait");

    if (m_frames.forked(slot) != (phase == Phase::Forked))
        return wrong("has branches or items without being in a Parallel or Map");
    bool ready = always_ready.contains(frame.phase);
    if (phase == Phase::Forked) {
        const Fork& fork = m_frames.fork(slot);
        if (Problem problem = whole(fork, *state); !problem.empty()) return wrong(problem.c_str());
        if (!stopped) ready = fork.may_open() || fork.all_ended();
    }
    if (ready != frame.ready) return wrong("is ready and should wait, or the other way round");
    return {};
}

Problem Reader::whole(const Fork& fork, const asl::State& state) const
{
    const auto* parallel = std::get_if<asl::Parallel>(&state.kind);
    if (fork.map) {
        if (!std::holds_alternative<asl::Map>(state.kind) || !runs_over(*fork.map) ||
            fork.map->items.size() != fork.results.size())
            return "runs a Map over items that are not its own";
    } else if (parallel == nullptr || parallel->branches.size() != fork.results.size()) {
        return "runs branches that its Parallel does not have";
    }
    if (fork.opened > fork.length() || fork.link < 0 || fork.link > m_execution.last_id() ||
        std::size_t{fork.live} + fork.succeeded + fork.failed.size() > fork.length())
        return "has counted its branches or items wrong";
    for (const std::uint32_t index : fork.failed)
        if (index >= fork.length()) return "has counted its branches or items wrong";
    return {};
}

}  // namespace

Result<> refold(Execution& execution, const history::Event& event, const asl::Machine& machine)
{
    const Problem problem = Reader(execution, machine).contradiction(event);
    if (!problem.empty()) {
        const history::EventRow* row = history::find_event_row(event.type);
        return fail(ErrorCode::Corrupt, "the history contradicts itself at {} {} ({}): {}",
                    event.id != 0 ? "event" : "a private event after event",
                    event.id != 0 ? event.id : execution.last_id(),
                    row != nullptr ? row->name : "unknown", problem);
    }
    evolve(execution, event);
    return {};
}

Result<> check(const Execution& execution, const asl::Machine& machine)
{
    const Problem problem = Reader(execution, machine).contradiction();
    if (problem.empty()) return {};
    return fail(ErrorCode::Corrupt, "an execution after event {} contradicts itself: {}",
                execution.last_id(), problem);
}

}  // namespace weft::engine
