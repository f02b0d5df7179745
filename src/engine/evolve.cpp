#include "base/assert.h"
#include "engine/engine.h"
#include "engine/fault.h"
#include "engine/map/map.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace weft::engine {

using history::EventType;

namespace {

// Most states pass on the document they were given: the count of its sharers need not move.
void assign(json::Value& to, const json::Value& from)
{
    if (to.identity() == nullptr || to.identity() != from.identity()) to = from;
}

}  // namespace

// Folds one event into an execution: the only code that changes one. Each kind of event has one
// meaning here, whoever wrote it and whenever; nothing is evaluated and no definition is asked.
class Folder {
public:
    explicit Folder(Execution& execution) : m_execution(execution), m_frames(execution.m_frames) {}

    void fold(const history::Event& event);
    void hear_heartbeat(history::EventId scheduled, Timestamp now);

private:
    template <class T> static const T& details(const history::Event& event)
    {
        const T* found = std::get_if<T>(&event.details);
        WEFT_ASSERT(found != nullptr);
        return *found;
    }
    Slot slot_of(const history::Event& event) const
    {
        const Slot slot = m_frames.find(event.frame);
        WEFT_ASSERT(slot != no_slot);
        return slot;
    }

    void started(const history::Event& event);
    void entered(const history::Event& event);
    void exited(const history::Event& event);
    void branch_ended(Slot slot, const history::Event& event);
    void scheduled(const history::Event& event);
    void call_started(const history::Event& event);
    void start_heartbeat(Frame& frame, Slot slot, Timestamp now);
    void submitted(const history::Event& event);
    void returned(const history::Event& event);
    void call_failed(const history::Event& event);
    void parallel_started(const history::Event& event);
    void map_started(const history::Event& event);
    void iteration(const history::Event& event);
    void stopped(const history::Event& event);
    void waits(const history::Event& event);
    void retry_scheduled(const history::Event& event);
    void reissued(const history::Event& event);
    void ended(const history::Event& event, Status status);
    void redriven(const history::Event& event);
    void resume(Slot slot);
    void start_over(bool too_large);
    void resume_waiting(Slot owner);
    void settle_fork(Slot owner);

    Execution& m_execution;
    FrameTable& m_frames;
};

void evolve(Execution& execution, const history::Event& event)
{
    Folder(execution).fold(event);
}

void hear_heartbeat(Execution& execution, history::EventId scheduled, Timestamp now)
{
    Folder(execution).hear_heartbeat(scheduled, now);
}

void restart_heartbeats(Execution& execution, Timestamp now)
{
    const FrameTable& frames = execution.frames();
    if (frames.open_calls() == frames.parked_calls()) return;
    for (Slot slot = 0; slot < frames.slots(); ++slot)
        if (frames.at(slot).call_open()) hear_heartbeat(execution, frames.at(slot).scheduled, now);
}

void Folder::hear_heartbeat(history::EventId scheduled, Timestamp now)
{
    const Slot slot = m_frames.find_call(scheduled);
    if (slot != no_slot && m_frames.at(slot).phase != Phase::Scheduled)
        start_heartbeat(m_frames.at(slot), slot, now);
}

void Folder::fold(const history::Event& event)
{
    ++m_execution.m_event_count;
    // What is told to others after the end does not move it.
    if (!m_execution.ended())
        m_execution.m_last_time = std::max(m_execution.m_last_time, event.time);
    if (event.id > 0) {
        WEFT_ASSERT(event.id == m_execution.m_last_id + 1);
        m_execution.m_last_id = event.id;
    }
    switch (event.type) {
    case EventType::PassStateEntered:
    case EventType::TaskStateEntered:
    case EventType::ChoiceStateEntered:
    case EventType::WaitStateEntered:
    case EventType::SucceedStateEntered:
    case EventType::FailStateEntered:
    case EventType::ParallelStateEntered:
    case EventType::MapStateEntered: return entered(event);
    case EventType::PassStateExited:
    case EventType::TaskStateExited:
    case EventType::ChoiceStateExited:
    case EventType::WaitStateExited:
    case EventType::SucceedStateExited:
    case EventType::ParallelStateExited:
    case EventType::MapStateExited: return exited(event);
    case EventType::TaskScheduled:
    case EventType::LambdaFunctionScheduled:
    case EventType::ActivityScheduled: return scheduled(event);
    case EventType::TaskStarted:
    case EventType::LambdaFunctionStarted:
    case EventType::ActivityStarted: return call_started(event);
    case EventType::TaskSucceeded:
    case EventType::LambdaFunctionSucceeded:
    case EventType::ActivitySucceeded: return returned(event);
    case EventType::TaskStartFailed:
    case EventType::TaskSubmitFailed:
    case EventType::TaskFailed:
    case EventType::TaskTimedOut:
    case EventType::LambdaFunctionScheduleFailed:
    case EventType::LambdaFunctionStartFailed:
    case EventType::LambdaFunctionFailed:
    case EventType::LambdaFunctionTimedOut:
    case EventType::ActivityScheduleFailed:
    case EventType::ActivityFailed:
    case EventType::ActivityTimedOut: return call_failed(event);
    case EventType::EvaluationFailed: m_frames.at(slot_of(event)).last = event.id; return;
    case EventType::TaskSubmitted: return submitted(event);
    case EventType::ParallelStateStarted: return parallel_started(event);
    case EventType::MapStateStarted: return map_started(event);
    case EventType::MapIterationStarted:
    case EventType::MapIterationSucceeded:
    case EventType::MapIterationFailed:
    case EventType::MapIterationAborted: return iteration(event);
    case EventType::TaskStateAborted:
    case EventType::WaitStateAborted:
    case EventType::ParallelStateFailed:
    case EventType::ParallelStateAborted:
    case EventType::MapStateFailed:
    case EventType::MapStateAborted: return stopped(event);
    case EventType::TimerSet: return waits(event);
    case EventType::RetryScheduled: return retry_scheduled(event);
    case EventType::CallReissued: return reissued(event);
    case EventType::ExecutionStarted: return started(event);
    case EventType::ExecutionSucceeded:
        m_execution.m_output = details<history::ExecutionSucceeded>(event).output;
        return ended(event, Status::Succeeded);
    case EventType::ExecutionFailed: return ended(event, Status::Failed);
    case EventType::ExecutionAborted: return ended(event, Status::Aborted);
    case EventType::ExecutionTimedOut: return ended(event, Status::TimedOut);
    case EventType::ExecutionRedriven: return redriven(event);
    // AWS: what follows a Parallel or Map names the last event inside it, not its …Succeeded.
    case EventType::ParallelStateSucceeded:
    case EventType::MapStateSucceeded:
    // Facts for readers of the history, and other layers' private kinds.
    case EventType::CallInDoubt:
    case EventType::MapRunStarted:
    case EventType::MapRunSucceeded:
    case EventType::MapRunFailed:
    case EventType::MapRunAborted:
    case EventType::MapRunRedriven:
    case EventType::MessageQueued:
    case EventType::MessageAccepted:
    case EventType::MessageAcked: return;
    }
}

void Folder::started(const history::Event& event)
{
    WEFT_ASSERT(m_execution.m_status == Status::New);
    m_execution.m_started = details<history::Boxed<history::ExecutionStarted>>(event);
    m_execution.m_status = Status::Running;
    m_execution.m_start_time = event.time;
    m_execution.m_deadline = m_execution.m_started->deadline;
    const Slot root = m_frames.open(0, no_slot, 0);
    // AWS: the first state's event names 0 as its previous event, not ExecutionStarted.
    m_frames.at(root).input = m_execution.m_started->input;
    m_frames.make_ready(root);
}

void Folder::entered(const history::Event& event)
{
    const Slot slot = slot_of(event);
    Frame& frame = m_frames.at(slot);
    const auto& now = details<history::StateEntered>(event);
    frame.phase = Phase::Entered;
    // AWS, redrive: a Fail state is entered again; any other does its work again.
    frame.resume = event.type == EventType::FailStateEntered ? Phase::Enter : Phase::Entered;
    frame.state = now.name;
    assign(frame.input, now.input);
    frame.before = event.previous;
    frame.entered = event.id;
    frame.last = event.id;
    frame.entered_time = event.time;
    m_frames.make_ready(slot);
}

void Folder::exited(const history::Event& event)
{
    const Slot slot = slot_of(event);
    Frame& frame = m_frames.at(slot);
    const auto& now = details<history::StateExited>(event);
    m_frames.revive(slot);
    if (frame.heap_position != UINT32_MAX) m_frames.set_timer(slot, timestamp_max);
    if (m_frames.forked(slot)) m_frames.close_children(slot);
    if (!now.assigned.is_null()) m_frames.assign(slot, now.assigned);
    // Retries are counted for one visit of a state.
    if (frame.retries_total != 0) {
        frame.retries.clear();
        frame.retries_total = 0;
    }
    frame.failure.reset();
    frame.value = json::Value();
    frame.state = now.next;
    assign(frame.input, now.output);
    frame.last = event.id;
    if (!now.next.empty()) {
        frame.phase = Phase::Enter;
        m_frames.make_ready(slot);
    } else if (frame.owner != no_slot && !m_frames.fork(frame.owner).map) {
        branch_ended(slot, event);
    } else {
        frame.phase = Phase::Ended;
        m_frames.make_ready(slot);
    }
}

void Folder::branch_ended(Slot slot, const history::Event& event)
{
    Frame& frame = m_frames.at(slot);
    const Slot owner = frame.owner;
    Fork& fork = m_frames.fork(owner);
    fork.results[frame.index] = frame.input;
    ++fork.succeeded;
    m_frames.at(owner).last = event.id;
    m_frames.close(slot);
    settle_fork(owner);
}

void Folder::scheduled(const history::Event& event)
{
    const Slot slot = slot_of(event);
    Frame& frame = m_frames.at(slot);
    frame.phase = Phase::Scheduled;
    frame.call = details<history::Boxed<history::TaskScheduled>>(event);
    frame.failure.reset();
    frame.last = event.id;
    m_frames.open_call(slot, event.id);
    // An activity's task is offered: nothing here waits for a permit.
    if (event.type == EventType::ActivityScheduled) m_frames.park(slot, true);
    m_frames.make_unready(slot);
    m_frames.set_timer(slot, frame.call->timeout_due);
}

void Folder::call_started(const history::Event& event)
{
    const auto& now = details<history::TaskStarted>(event);
    const Slot slot = slot_of(event);
    Frame& frame = m_frames.at(slot);
    WEFT_ASSERT(frame.scheduled == now.scheduled);
    frame.phase = Phase::Started;
    frame.dispatch = now.dispatch;
    frame.last = event.id;
    // Heartbeats are heard in memory alone: whoever waits for one stays there.
    if (frame.call->heartbeat_seconds) m_frames.park(slot, false);
    start_heartbeat(frame, slot, event.time);
}

// The call was answered, and its result comes from elsewhere: by a task token or at a job's end.
void Folder::submitted(const history::Event& event)
{
    const Slot slot = slot_of(event);
    Frame& frame = m_frames.at(slot);
    frame.phase = Phase::Submitted;
    frame.last = event.id;
    m_frames.park(slot, !frame.call->heartbeat_seconds);
}

void Folder::start_heartbeat(Frame& frame, Slot slot, Timestamp now)
{
    if (!frame.call->heartbeat_seconds) return;
    frame.heartbeat_due = now + Seconds(*frame.call->heartbeat_seconds);
    m_frames.set_timer(slot, std::min(frame.call->timeout_due, frame.heartbeat_due));
}

void Folder::returned(const history::Event& event)
{
    const Slot slot = slot_of(event);
    Frame& frame = m_frames.at(slot);
    frame.phase = Phase::Returned;
    frame.value = details<history::Boxed<history::TaskResult>>(event)->output;
    frame.last = event.id;
    m_frames.close_call(slot);
    m_frames.set_timer(slot, timestamp_max);
    m_frames.make_ready(slot);
}

void Folder::call_failed(const history::Event& event)
{
    const Slot slot = slot_of(event);
    Frame& frame = m_frames.at(slot);
    frame.phase = Phase::Failed;
    frame.failure = details<history::Boxed<history::TaskFailure>>(event);
    frame.last = event.id;
    m_frames.close_call(slot);
    m_frames.set_timer(slot, timestamp_max);
    m_frames.make_ready(slot);
}

void Folder::parallel_started(const history::Event& event)
{
    const auto& now = details<history::ParallelStarted>(event);
    const Slot owner = slot_of(event);
    m_frames.at(owner).phase = Phase::Forked;
    m_frames.at(owner).last = event.id;
    m_frames.set_timer(owner, timestamp_max);
    m_frames.make_unready(owner);
    m_frames.open_fork(owner).results.resize(now.branches);
    WEFT_ASSERT(now.first_frame == m_frames.next_id());
    for (std::uint32_t branch = 0; branch < now.branches; ++branch) {
        const Slot slot = m_frames.open(now.first_frame + branch, owner, branch);
        m_frames.at(slot).input = now.input;
        m_frames.at(slot).last = event.id;
        m_frames.make_ready(slot);
    }
    settle_fork(owner);
}

void Folder::map_started(const history::Event& event)
{
    const auto& now = details<history::Boxed<history::MapStarted>>(event);
    const Slot owner = slot_of(event);
    m_frames.at(owner).phase = Phase::Forked;
    m_frames.at(owner).last = event.id;
    m_frames.set_timer(owner, timestamp_max);
    Fork& fork = m_frames.open_fork(owner);
    fork.map = now;
    fork.link = event.id;
    fork.results.resize(static_cast<std::size_t>(now->length));
    settle_fork(owner);
}

void Folder::iteration(const history::Event& event)
{
    const auto& now = details<history::MapIteration>(event);
    const Slot owner = m_frames.find(now.owner);
    WEFT_ASSERT(owner != no_slot && m_frames.forked(owner));
    if (event.type == EventType::MapIterationStarted) {
        const auto index = static_cast<std::uint32_t>(now.index);
        const Slot slot = m_frames.open(event.frame, owner, index);
        Frame& frame = m_frames.at(slot);
        frame.input = now.value;
        frame.last = event.id;
        m_frames.fork(owner).opened = index + 1;
        m_frames.make_ready(slot);
        settle_fork(owner);
        // The iteration has its turn before the next one is opened.
        if (m_frames.at(owner).ready) m_frames.move_back(owner);
        return;
    }
    Fork& fork = m_frames.fork(owner);
    // What failed or was aborted may be redriven.
    if (event.type == EventType::MapIterationSucceeded) {
        m_frames.close(slot_of(event));
    } else {
        const Slot slot = slot_of(event);
        m_frames.stop(slot);
        m_frames.set_over(slot, true);
    }
    fork.link = event.previous;
    if (event.type == EventType::MapIterationSucceeded) {
        fork.results[static_cast<std::size_t>(now.index)] = now.value;
        ++fork.succeeded;
        m_frames.at(owner).last = event.id;
    } else if (event.type == EventType::MapIterationFailed) {
        // AWS: MapStateFailed and a retry's MapStateStarted name the event that failed.
        fork.failed.push_back(static_cast<std::uint32_t>(now.index));
        m_frames.at(owner).last = event.previous;
    }
    // Those that a redrive goes on with come before new ones; none when the Map fails with this
    // one.
    const bool map_fails = event.type == EventType::MapIterationAborted ||
                           (event.type == EventType::MapIterationFailed &&
                            tolerance_of(fork, fork.failed.size()) != Tolerance::Within);
    if (!map_fails) resume_waiting(owner);
    settle_fork(owner);
}

void Folder::resume_waiting(Slot owner)
{
    Fork& fork = m_frames.fork(owner);
    while (!fork.to_resume.empty() && fork.has_room()) {
        const Slot next = fork.to_resume.back();
        fork.to_resume.pop_back();
        resume(next);
    }
}

// A Parallel or Map has something to do when an iteration may be opened or all have ended.
void Folder::settle_fork(Slot owner)
{
    const Fork& fork = m_frames.fork(owner);
    if (fork.may_open() || fork.all_ended())
        m_frames.make_ready(owner);
    else
        m_frames.make_unready(owner);
}

void Folder::stopped(const history::Event& event)
{
    const Slot slot = slot_of(event);
    m_frames.stop(slot);
    m_frames.at(slot).last = event.id;
}

void Folder::waits(const history::Event& event)
{
    const Slot slot = slot_of(event);
    m_frames.at(slot).phase = Phase::Waiting;
    m_frames.make_unready(slot);
    m_frames.set_timer(slot, details<history::TimerSet>(event).due);
}

void Folder::retry_scheduled(const history::Event& event)
{
    const auto& now = *details<history::Boxed<history::RetryScheduled>>(event);
    const Slot slot = slot_of(event);
    m_frames.close_children(slot);
    Frame& frame = m_frames.at(slot);
    frame.phase = Phase::Retrying;
    frame.failure.reset();
    frame.last = event.previous;
    if (frame.retries.size() <= now.retrier) frame.retries.resize(now.retrier + 1);
    frame.retries[now.retrier] = now.attempt;
    frame.retries_total = now.attempt_total;
    m_frames.make_unready(slot);
    m_frames.set_timer(slot, now.due);
}

void Folder::reissued(const history::Event& event)
{
    const Slot slot = slot_of(event);
    Frame& frame = m_frames.at(slot);
    frame.dispatch = details<history::CallReissued>(event).dispatch;
    start_heartbeat(frame, slot, event.time);
}

void Folder::ended(const history::Event& event, Status status)
{
    if (status != Status::Succeeded) m_execution.m_failure = details<history::Failure>(event);
    m_execution.m_status = status;
    if (status == Status::Succeeded)
        m_frames.clear();
    else
        m_frames.stop(m_frames.find(0));
}

// AWS, RedriveExecution: it goes on from what was entered and not left, with the same input;
// branches and iterations that succeeded keep their results.
void Folder::redriven(const history::Event& event)
{
    const auto& now = details<history::ExecutionRedriven>(event);
    const std::optional<json::String> error = std::exchange(m_execution.m_failure, {}).error;
    m_execution.m_status = Status::Running;
    m_execution.m_last_time = std::max(m_execution.m_last_time, event.time);
    m_execution.m_deadline = now.deadline;
    m_execution.m_redrive_count = now.redrive_count;
    std::vector<Redriven>& redrives = m_execution.m_redrives;
    if (redrives.size() == redrives_kept) redrives.erase(redrives.begin());
    redrives.push_back({now.client_token, event.time});
    start_over(error && error->view() == errors::data_limit_exceeded);
    resume(m_frames.find(0));
}

// AWS: branches or iterations whose results were too large together all run again; so does a Map
// that failed before its first iteration.
void Folder::start_over(bool too_large)
{
    for (Slot slot = 0; slot < m_frames.slots(); ++slot) {
        Frame& frame = m_frames.at(slot);
        if (frame.phase != Phase::Stopped || frame.resume != Phase::Forked) continue;
        const Fork& fork = m_frames.fork(slot);
        if (fork.first_child != no_slot) continue;
        if (!(fork.map && fork.opened == 0) && !(too_large && fork.all_ended())) continue;
        m_frames.close_children(slot);
        frame.resume = Phase::Entered;
    }
}

void Folder::resume(Slot slot)
{
    Frame& frame = m_frames.at(slot);
    if (frame.phase != Phase::Stopped) return;
    m_frames.revive(slot);
    m_frames.set_over(slot, false);
    frame.phase = frame.resume;
    if (frame.phase == Phase::Forked) {
        Fork& fork = m_frames.fork(slot);
        fork.failed.clear();
        fork.to_resume.clear();
        for (Slot child = fork.last_child; child != no_slot;
             child = m_frames.at(child).sibling_previous) {
            m_frames.set_over(child, true);
            fork.to_resume.push_back(child);
        }
        resume_waiting(slot);
        return settle_fork(slot);
    }
    // AWS: seen from its history, the state does its work as if it had just been entered.
    if (frame.phase == Phase::Entered) frame.last = frame.entered;
    m_frames.make_ready(slot);
}

}  // namespace weft::engine
