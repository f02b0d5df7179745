#include "tests/simulation/executions/checker.h"

#include "engine/checkpoint.h"
#include "engine/refold.h"
#include "history/event_table.h"
#include "runtime/implementation.h"
#include "runtime/names.h"

#include <fmt/format.h>

#include <utility>

namespace weft::test {

using history::EventType;

namespace {

bool ends(EventType type)
{
    return type >= EventType::ExecutionSucceeded && type <= EventType::ExecutionTimedOut;
}

// The call that an event closes; 0: none.
history::EventId closes(const history::Event& event)
{
    if (const auto* result = std::get_if<history::Boxed<history::TaskResult>>(&event.details))
        return (*result)->scheduled;
    if (const auto* failure = std::get_if<history::Boxed<history::TaskFailure>>(&event.details))
        return (*failure)->scheduled;
    return 0;
}

}  // namespace

void Checker::add_machine(const std::string& arn, asl::MachinePtr machine)
{
    m_machines[arn] = std::move(machine);
}

// Nothing leaves before its intent is durable; a call is made twice only when it was in doubt, and
// then with the same key.
std::string Checker::called(const std::string& execution_arn, const std::string& key, bool resent)
{
    if (!m_all_keys.insert(key).second && !resent)
        return "a call was made twice without a crash between";
    std::set<std::string>& keys = m_keys[execution_arn];
    keys.insert(key);
    const auto found = m_executions.find(execution_arn);
    if (found == m_executions.end()) return "a call left before its execution was durable";
    if (keys.size() > found->second.started) return "a call left before its intent was durable";
    return {};
}

std::string Checker::redriven(const std::string& execution_arn, Timestamp when) const
{
    const auto found = m_executions.find(execution_arn);
    if (found != m_executions.end() && found->second.redriven.contains(when)) return {};
    return execution_arn + ": a redrive was acknowledged that is not durable";
}

std::string Checker::check(journal::Journal& journal)
{
    for (const auto& [machine_arn, machine] : m_machines) {
        const auto rows = journal.list({.machine_arn = machine_arn, .status = {}, .before = {}});
        if (!rows) return rows.error().message;
        for (const journal::IndexRow& row : *rows) {
            const std::string arn = runtime::execution_arn(row.machine_arn, row.name);
            Seen& seen = m_executions[arn];
            if (seen.key != 0 && seen.key != row.key) return arn + " exists twice";
            seen.key = row.key;
            seen.machine = machine;
            const auto batches = journal.read(row.key, seen.next_batch, SIZE_MAX);
            if (!batches) return batches.error().message;
            for (const journal::Batch& batch : *batches)
                if (std::string wrong = take(arn, seen, batch); !wrong.empty())
                    return fmt::format("{}: {}", arn, wrong);
            if (row.stop.has_value() != seen.folded.ended())
                return arn + ": its row and its history disagree on whether it has ended";
            if (row.redrives.count != static_cast<std::uint32_t>(seen.redrives) ||
                row.redrives.last != seen.folded.redrive_time())
                return arn + ": its row and its history disagree on its redrives";
        }
    }
    for (const std::string& arn : m_acknowledged)
        if (!m_executions.contains(arn)) return arn + ": an acknowledged start is gone";
    return {};
}

std::string Checker::take(const std::string& arn, Seen& seen, const journal::Batch& batch)
{
    if (batch.number != seen.next_batch++) return "a batch is missing";
    if (batch.first_public != seen.folded.last_id() + 1) return "public ids have a gap";
    for (const history::Event& event : batch.events) {
        if (std::string wrong = take(seen, event); !wrong.empty()) return wrong;
        m_last_event = history::event_row(event.type).name;
    }
    if (!(seen.resumed == seen.folded)) return "checkpoint and tail are not the fold";
    if (seen.succeeded > m_answered[arn]) return "a result was recorded that nobody gave";
    return {};
}

std::string Checker::take(Seen& seen, const history::Event& event)
{
    if (event.id != 0 && event.id != seen.folded.last_id() + 1) return "public ids have a gap";
    if (event.id > static_cast<history::EventId>(m_events_max))
        return "a history is longer than its limit";
    if (event.type == EventType::ExecutionRedriven) {
        ++seen.redrives;
        seen.redriven.insert(event.time);
    }
    if (ends(event.type) && ++seen.ends > 1 + seen.redrives) return "two terminal events";
    const bool success = event.type == EventType::TaskSucceeded;
    if (success || event.type == EventType::TaskFailed || event.type == EventType::TaskTimedOut) {
        if (!seen.results.insert(closes(event)).second) return "a call has two results";
        seen.succeeded += success ? 1 : 0;
    }
    if (std::string wrong = check_timers(seen, event); !wrong.empty()) return wrong;
    seen.started += event.type == EventType::TaskStarted ? 1 : 0;
    ++seen.events[std::string(history::event_row(event.type).name)];
    if (const Result<> folded = engine::refold(seen.folded, event, *seen.machine); !folded)
        return folded.error().message;
    if (const Result<> folded = engine::refold(seen.resumed, event, *seen.machine); !folded)
        return "after a checkpoint: " + folded.error().message;
    if (m_dice.next() % 16 == 0) {
        Result<engine::Execution> loaded = engine::load(engine::save(seen.folded));
        if (!loaded || !engine::check(*loaded, *seen.machine)) return "a checkpoint does not load";
        seen.resumed = *std::move(loaded);
    }
    return {};
}

// No timer fires before the wall clock says so, whatever happened to the clock.
std::string Checker::check_timers(Seen& seen, const history::Event& event)
{
    const auto fires = [&event](auto& timers, auto key) {
        const auto timer = timers.find(key);
        if (timer == timers.end()) return true;
        const bool due = event.time >= timer->second;
        timers.erase(timer);
        return due;
    };
    switch (event.type) {
    case EventType::ExecutionRedriven:
        // What waited begins anew, and no retry that was planned is waited for.
        seen.waits.clear();
        seen.retries.clear();
        seen.timeouts.clear();
        break;
    case EventType::TimerSet:
        seen.waits[event.frame] = std::get<history::TimerSet>(event.details).due;
        break;
    case EventType::WaitStateExited:
        if (!fires(seen.waits, event.frame)) return "a Wait ended early";
        break;
    case EventType::WaitStateAborted: seen.waits.erase(event.frame); break;
    case EventType::RetryScheduled:
        seen.retries[event.frame] =
            std::get<history::Boxed<history::RetryScheduled>>(event.details)->due;
        break;
    case EventType::TaskScheduled:
    case EventType::ActivityScheduled:
        if (!fires(seen.retries, event.frame)) return "a retry was made early";
        seen.timeouts[event.id] =
            std::get<history::Boxed<history::TaskScheduled>>(event.details)->timeout_due;
        break;
    case EventType::TaskTimedOut:
    case EventType::ActivityTimedOut: {
        const auto& failure = *std::get<history::Boxed<history::TaskFailure>>(event.details);
        if (!failure.heartbeat && !fires(seen.timeouts, failure.scheduled))
            return "a call timed out early";
        break;
    }
    default: break;
    }
    return {};
}

std::string Checker::check_live(runtime::Runtime& runtime) const
{
    for (const auto& worker : runtime.implementation().shared.workers) {
        for (const auto& [arn, seen] : m_executions) {
            const runtime::Mailbox* box = worker->live(arn);
            if (box == nullptr || !box->stream || box->busy || box->flushing ||
                !box->pending.nothing())
                continue;
            const auto& live = dynamic_cast<const runtime::ExecutionStream&>(*box->stream);
            if (!(live.execution() == seen.folded)) return arn + ": the fold is not what is live";
        }
    }
    return {};
}

bool Checker::all_ended() const
{
    for (const auto& [arn, seen] : m_executions)
        if (!seen.folded.ended()) return false;
    return true;
}

std::string Checker::unfinished() const
{
    std::string text;
    for (const auto& [arn, seen] : m_executions)
        if (!seen.folded.ended())
            text += fmt::format(", {} stands after event {}", arn, seen.folded.last_id());
    return text;
}

std::string Checker::check_ended(Coverage& coverage) const
{
    for (const auto& [arn, seen] : m_executions) {
        if (seen.ends != 1 + seen.redrives)
            return fmt::format("{}: {} terminal events, {} redrives", arn, seen.ends,
                               seen.redrives);
        ++coverage.executions;
        for (const auto& [type, count] : seen.events) coverage.events[type] += count;
    }
    return {};
}

}  // namespace weft::test
