#include "runtime/worker.h"

#include "base/assert.h"
#include "base/overloaded.h"
#include "runtime/evaluation_meter.h"
#include "runtime/names.h"

#include <algorithm>
#include <utility>

namespace weft::runtime {

namespace {

// Turns of one drain before the loop gets a chance to do other things.
constexpr std::size_t turns_per_drain = 64;
constexpr std::size_t events_per_turn = 1'000;

history::Boxed<history::ExecutionStarted> started_of(const StartJob& job, const Limits& limits,
                                                     LimitsProfile profile, Timestamp now)
{
    const catalog::StateMachine& row = job.registered->row;
    const bool express = row.type == catalog::MachineType::Express;
    std::uint64_t seconds = express ? limits.express_seconds_max : limits.execution_seconds_max;
    if (job.registered->machine->timeout_seconds)
        seconds = std::min(seconds, *job.registered->machine->timeout_seconds);

    const auto made = std::make_shared<history::ExecutionStarted>();
    history::ExecutionStarted& started = *made;
    started.input = job.input;
    started.role_arn = row.role_arn;
    started.version_arn = job.version_arn;
    started.alias_arn = job.alias_arn;
    started.key = job.key;
    started.execution_arn = express ? express_arn(row.arn, job.name, job.express_uuid)
                                    : execution_arn(row.arn, job.name);
    started.name = job.name;
    started.machine_arn = row.arn;
    started.machine_name = row.name;
    started.revision_hash = row.definition_hash;
    started.type = express ? history::ExecutionType::Express : history::ExecutionType::Standard;
    started.deadline = now + Seconds(static_cast<std::int64_t>(seconds));
    started.limits_profile = static_cast<std::uint8_t>(profile);
    if (job.parent) {
        started.parent_key = job.parent->key;
        started.parent_event = job.parent->event;
        started.parent_waits = job.parent->waits;
    }
    return made;
}

}  // namespace

Worker& Shared::worker_of(const async::Loop& loop)
{
    for (auto& worker : workers)
        if (&worker->loop() == &loop) return *worker;
    return *workers.front();
}

Worker::~Worker() = default;

void Worker::start(StartJob job)
{
    m_shared.starts_queued.fetch_sub(1, std::memory_order_relaxed);
    if (job.key == 0) job.key = m_shared.parts.journal.next_key();
    const Timestamp now = m_loop.now();
    engine::Start command{started_of(job, m_shared.options.limits, m_shared.options.profile, now)};

    auto box = std::make_unique<Mailbox>();
    box->arn = command.started->execution_arn;
    box->durable = job.mode == StartJob::Mode::Standard;
    box->express_start_kept = job.mode == StartJob::Mode::ExpressAsync;
    box->row.key = job.key;
    box->row.machine_arn = command.started->machine_arn;
    box->row.shard = job.registered->shards.shard_of(job.name);
    box->row.name = std::move(job.name);
    box->row.start = now;
    box->row.revision_hash = command.started->revision_hash;
    box->row.version_arn = std::move(job.version_arn);
    box->row.alias_arn = std::move(job.alias_arn);
    box->stream = std::make_unique<ExecutionStream>(job.registered->machine);
    if (job.ended) box->end_waiters.push_back(std::move(job.ended));
    if (!box->durable) m_shared.express_open.fetch_add(1, std::memory_order_relaxed);

    Callback<void> reply;
    if (job.started) {
        reply = [started = std::move(job.started), arn = box->arn, now](Result<> result) mutable {
            if (!result) return started(tl::unexpected(std::move(result).error()));
            started(StartReply{std::move(arn), now});
        };
    }
    if (box->durable && reply) {
        // A start of the same name that is in memory: answered when what it wrote is durable, then
        // looked up there.
        if (const auto same = m_by_arn.find(box->arn); same != m_by_arn.end()) {
            Mailbox& first = *m_boxes.at(same->second);
            return enqueue(first, engine::Command(engine::Continue{}),
                           [reply = std::move(reply), arn = box->arn](Result<> durable) mutable {
                               if (!durable)
                                   return reply(tl::unexpected(std::move(durable).error()));
                               reply(fail(ErrorCode::ExecutionAlreadyExists,
                                          "Execution Already Exists: '{}'", arn));
                           });
        }
    }
    Mailbox& added = add(std::move(box));
    enqueue(added, engine::Command(std::move(command)), std::move(reply));
}

Mailbox& Worker::add(std::unique_ptr<Mailbox> box)
{
    Mailbox& added = *box;
    if (const auto [named, fresh] = m_by_arn.try_emplace(added.arn, added.row.key); !fresh) {
        m_by_arn.erase(named);  // with its view of the older one's ARN
        m_by_arn.emplace(added.arn, added.row.key);
    }
    m_boxes[added.row.key] = std::move(box);
    m_counts.streams.set(m_boxes.size());
    return added;
}

const Mailbox* Worker::live(const std::string& arn) const
{
    const auto found = m_by_arn.find(arn);
    return found == m_by_arn.end() ? nullptr : m_boxes.at(found->second).get();
}

Mailbox& Worker::in_memory(const journal::IndexRow& row)
{
    const auto found = m_boxes.find(row.key);
    return found != m_boxes.end() ? *found->second : load(row);
}

void Worker::command(const journal::IndexRow& row, StreamCommand command, Callback<void> reply)
{
    enqueue(in_memory(row), std::move(command), std::move(reply));
}

void Worker::redrive(const journal::IndexRow& row, engine::Redrive command,
                     Callback<Timestamp> reply)
{
    auto redriven = std::make_shared<Timestamp>();
    Callback<void> done = [redriven, reply = std::move(reply)](Result<> result) mutable {
        if (!result) return reply(tl::unexpected(std::move(result).error()));
        reply(*redriven);
    };
    enqueue(in_memory(row),
            Mailbox::Queued{engine::Command(std::move(command)), std::move(done), redriven});
}

void Worker::recover(const journal::IndexRow& row)
{
    if (m_boxes.contains(row.key)) return m_shared.woken(row.key);
    load(row).woken = true;
}

void Worker::wake(const journal::IndexRow& row)
{
    m_counts.wakes.add();
    Mailbox& box = in_memory(row);
    box.woken = true;
    enqueue(box, engine::Command(engine::TimersDue{}));
}

void Worker::command(journal::StreamKey key, StreamCommand what, Callback<void> reply)
{
    if (const auto found = m_boxes.find(key); found != m_boxes.end())
        return enqueue(*found->second, std::move(what), std::move(reply));
    auto row = std::make_shared<Result<std::optional<journal::IndexRow>>>();
    auto held =
        std::make_shared<Mailbox::Queued>(Mailbox::Queued{std::move(what), std::move(reply)});
    ++m_work_elsewhere;
    m_shared.parts.blocking.run(
        m_loop, [this, row, key] { *row = m_shared.parts.journal.find(key); },
        [this, row, held, key] {
            --m_work_elsewhere;
            // What nobody waits for must not be lost to a disk that is busy.
            if (!*row && !held->reply && !m_idle) {
                m_loop.call_at(m_loop.now() + pause_after(4),
                               [this, key, held] { command(key, std::move(held->command), {}); });
                return check_idle();
            }
            Error error{ErrorCode::TaskDoesNotExist,
                        "Task Does Not Exist: 'Provided task does not exist'",
                        {}};
            const bool there = *row && **row && (**row)->kind == journal::StreamKind::Execution;
            if (there && (**row)->status == journal::RunStatus::Running) {
                command(***row, std::move(held->command), std::move(held->reply));
                return check_idle();
            }
            if (!*row)
                error = row->error();
            else if (there)
                error = {ErrorCode::TaskTimedOut,
                         "Task Timed Out: 'Provided task does not exist anymore'",
                         {}};
            put_back(held->command);
            if (held->reply) held->reply(tl::unexpected(std::move(error)));
            check_idle();
        });
}

void Worker::message(const journal::IndexRow& row, MessageArrived message)
{
    command(row, std::move(message), {});
}

void Worker::wait_for_end(const std::string& arn, std::uint64_t id, Callback<SyncReply> reply)
{
    m_end_waiters[arn].emplace_back(id, std::move(reply));
}

void Worker::forget_wait(const std::string& arn, std::uint64_t id)
{
    const auto found = m_end_waiters.find(arn);
    if (found == m_end_waiters.end()) return;
    std::erase_if(found->second, [id](const auto& waiter) { return waiter.first == id; });
    if (found->second.empty()) m_end_waiters.erase(found);
}

void Worker::enqueue(Mailbox& box, StreamCommand command, Callback<void> reply)
{
    enqueue(box, Mailbox::Queued{std::move(command), std::move(reply)});
}

void Worker::enqueue(Mailbox& box, Mailbox::Queued queued)
{
    rouse(box);
    box.queue.push_back(std::move(queued));
    make_ready(box);
}

void Worker::make_ready(Mailbox& box)
{
    if (box.queued || box.busy || !box.stream) return;
    box.queued = true;
    m_ready.push_back(&box);
    if (m_drain_posted) return;
    m_drain_posted = true;
    m_loop.post([this] { drain(); });
}

void Worker::drain()
{
    m_drain_posted = false;
    // One turn for each that is ready now: an endless loop alone must not keep the loop from its
    // sockets and timers.
    const std::size_t turns_max = std::min(turns_per_drain, m_ready.size());
    for (std::size_t turns = 0; turns < turns_max && !m_ready.empty(); ++turns) {
        Mailbox& box = *m_ready.front();
        m_ready.pop_front();
        box.queued = false;
        turn(box);
    }
    if (!m_ready.empty() && !m_drain_posted) {
        m_drain_posted = true;
        m_loop.post([this] { drain(); });
    }
}

// Takes commands until the mailbox is empty or the turn's budget is used; all that they lead to
// joins one batch.
void Worker::turn(Mailbox& box)
{
    const std::size_t events_before = box.pending.events.size();
    while (!box.queue.empty() && box.pending.events.size() - events_before < events_per_turn) {
        Mailbox::Queued queued = std::move(box.queue.front());
        box.queue.pop_front();
        if (too_early(box, queued)) continue;
        if (handle_message(box, queued)) continue;

        Entropy entropy(m_loop.random());
        EvaluationMeter meter(m_loop, m_shared.options.slice_fuel,
                              m_shared.options.evaluation_time_max);
        // An execution starts when it was asked for: what the caller, the index and the history
        // say.
        const auto* command = std::get_if<engine::Command>(&queued.command);
        const bool starts = command != nullptr && std::holds_alternative<engine::Start>(*command);
        const Timestamp now = starts ? box.row.start : m_loop.now();
        engine::Slice slice = box.stream->run(queued.command, turn_of(box, entropy, meter, now));
        const bool done = settle_command(queued, slice);
        if (slice.end == engine::SliceEnd::OutOfFuel) {
            take(box, std::move(slice), {});
            if (done && !queued.reply)
                box.pending.commands.push_back(
                    std::exchange(queued.command, engine::Command(engine::Continue{})));
            else if (done)
                queued.command = engine::Command(engine::Continue{});
            return run_on_pool(box, std::move(queued));
        }
        if (take(box, std::move(slice), std::move(queued))) break;
    }
    after_turn(box);
}

StreamTurn Worker::turn_of(const Mailbox& box, Entropy& entropy, Meter& meter, Timestamp now) const
{
    return {.now = now,
            .entropy = entropy,
            .meter = meter,
            .limits = m_shared.options.limits,
            .next_message = box.outbox.next_number(),
            .tokens = {m_shared.parts.journal.secret(), box.row.shard}};
}

// What speaks of a call before the call itself was answered waits for that: AWS shows TaskSubmitted
// before the task's end.
bool Worker::too_early(Mailbox& box, Mailbox::Queued& queued)
{
    constexpr std::size_t early_max = 64;
    const std::optional<history::EventId> call = box.stream->waits_for(queued.command);
    if (!call || !box.durable) return false;
    if (queued.reply && box.early.size() >= early_max)
        queued.reply(fail(ErrorCode::Throttled,
                          "too many answers at once to tasks of '{}'; try "
                          "again",
                          box.arn));
    else
        box.early.emplace_back(*call, std::move(queued));
    return true;
}

void Worker::release_early(Mailbox& box, history::EventId scheduled)
{
    std::vector<std::pair<history::EventId, Mailbox::Queued>> early = std::exchange(box.early, {});
    for (auto& [call, queued] : early) {
        if (call == scheduled)
            enqueue(box, std::move(queued));
        else
            box.early.emplace_back(call, std::move(queued));
    }
}

// What came too early may be in time now: the call's answer may have stood in the queue behind it.
void Worker::release_early(Mailbox& box)
{
    if (box.early.empty() || !box.stream) return;
    auto early = std::exchange(box.early, {});
    for (auto& [call, queued] : early) {
        if (box.stream->waits_for(queued.command))
            box.early.emplace_back(call, std::move(queued));
        else
            box.queue.push_back(std::move(queued));
    }
}

bool Worker::settle_command(Mailbox::Queued& queued, const engine::Slice& slice)
{
    const auto* command = std::get_if<engine::Command>(&queued.command);
    if (command == nullptr) return false;
    if (const auto* found = std::get_if<engine::WorkerFound>(command)) {
        const bool handed = std::ranges::any_of(slice.actions, [&](const engine::Action& action) {
            const auto* over = std::get_if<engine::HandOver>(&action);
            return over != nullptr && over->poll == found->poll;
        });
        if (!handed) m_shared.board.put_back(found->poll);
        return true;
    }
    if (std::holds_alternative<engine::Redrive>(*command)) {
        if (slice.redriven && queued.redriven) *queued.redriven = *slice.redriven;
        if (!slice.not_redrivable.empty() && queued.reply)
            queued.reply = [reply = std::move(queued.reply),
                            reason = slice.not_redrivable](Result<> done) mutable {
                reply(done ? Result<>(fail(ErrorCode::ExecutionNotRedrivable, "{}", reason))
                           : std::move(done));
            };
        return true;
    }
    if (slice.no_such_task && queued.reply)
        queued.reply = [reply = std::move(queued.reply)](Result<> done) mutable {
            // AWS: whether it was answered before or its time was up.
            reply(done ? Result<>(fail(ErrorCode::TaskTimedOut,
                                       "Task Timed Out: 'Provided task does not exist anymore'"))
                       : std::move(done));
        };
    return std::holds_alternative<engine::TaskAnswered>(*command) ||
           std::holds_alternative<engine::Recovered>(*command) ||
           std::holds_alternative<engine::Heartbeat>(*command);
}

// An evaluation needs more than a loop should spend: again on the compute pool, while the mailbox
// holds.
void Worker::run_on_pool(Mailbox& box, Mailbox::Queued queued)
{
    struct Work {
        engine::Slice slice;
        Mailbox::Queued queued;
    };
    m_counts.evaluations_moved.add();
    box.busy = true;
    ++m_work_elsewhere;
    auto work = std::make_shared<Work>();
    work->queued = std::move(queued);
    // Some of the command's steps may have been taken already; what is left is runnable.
    const Timestamp now = m_loop.now();
    const std::uint64_t seed = m_loop.random();
    m_shared.parts.compute.run(
        m_loop,
        [this, &box, work, now, seed] {
            Entropy entropy(seed);
            EvaluationMeter meter = pool_meter(m_loop, m_shared.options);
            work->slice = box.stream->run(work->queued.command, turn_of(box, entropy, meter, now));
        },
        [this, &box, work] {
            box.busy = false;
            --m_work_elsewhere;
            if (const std::optional<Error> refusal = std::exchange(box.refusal, std::nullopt)) {
                // What this slice built on was not taken: it is dropped with the rest.
                if (work->queued.reply)
                    box.pending.replies.push_back(std::move(work->queued.reply));
                else
                    box.pending.commands.push_back(std::move(work->queued.command));
                refused(box, *refusal);
                return check_idle();
            }
            settle_command(work->queued, work->slice);
            const bool out_of_fuel = work->slice.end == engine::SliceEnd::OutOfFuel;
            if (out_of_fuel && !work->slice.events.empty()) {
                // It got somewhere: what is left has fuel of its own.
                take(box, std::move(work->slice), std::move(work->queued));
                enqueue(box, engine::Command(engine::Continue{}));
            } else if (out_of_fuel) {
                take(box, std::move(work->slice), std::move(work->queued));
                enqueue(box, engine::Command(engine::Stop{
                                 json::String("States.Runtime"),
                                 json::String("An evaluation took more steps than allowed.")}));
            } else {
                take(box, std::move(work->slice), std::move(work->queued));
            }
            after_turn(box);
            check_idle();
        });
}

// Adds what a slice did to the open batch. True: the turn is over, the rest waits for a place in
// the queue.
bool Worker::take(Mailbox& box, engine::Slice slice, Mailbox::Queued queued)
{
    m_counts.slices.add();
    // One that had ended, and waited for acks only, is to be found by its name again.
    if (slice.redriven) m_by_arn.try_emplace(box.arn, box.row.key);
    if (m_shared.parts.observer != nullptr && !slice.events.empty())
        m_shared.parts.observer->on_events(box.arn, slice.events);
    Held& pending = box.pending;
    for (const history::Event& event : slice.events) {
        if (event.type < history::EventType::MessageQueued) continue;
        box.outbox.fold(event);
        if (event.type == history::EventType::MessageQueued)
            pending.messages.push_back(*std::get<history::Boxed<history::Message>>(event.details));
    }
    if (pending.events.empty())
        pending.events = std::move(slice.events);
    else
        pending.events.insert(pending.events.end(), std::make_move_iterator(slice.events.begin()),
                              std::make_move_iterator(slice.events.end()));

    const auto place = box.queue.begin();
    for (engine::Action& action : slice.actions) {
        if (const auto* permit = std::get_if<engine::AcquirePermit>(&action))
            acquire(box, *permit, place);  // has no effect outside: no need to wait for the batch
        else if (const auto* sought = std::get_if<engine::SeekWorker>(&action))
            seek(box, *sought);
        else
            pending.actions.push_back(std::move(action));
    }
    if (queued.reply)
        pending.replies.push_back(std::move(queued.reply));
    else if (box.durable)
        pending.commands.push_back(std::move(queued.command));

    if (slice.end == engine::SliceEnd::Budget) {
        enqueue(box, engine::Command(engine::Continue{}));
        return true;
    }
    return false;
}

void Worker::internal_event(Mailbox& box, history::EventType type, history::Message message)
{
    history::Event event;
    event.time = m_loop.now();
    event.type = type;
    event.details = std::make_shared<const history::Message>(std::move(message));
    box.stream->fold(event);
    box.outbox.fold(event);
    box.pending.events.push_back(std::move(event));
}

// Messages and acks are the mailbox's own business: accepted once, acked every time. True: done,
// nothing for the stream.
bool Worker::handle_message(Mailbox& box, Mailbox::Queued& queued)
{
    auto* arrived = std::get_if<MessageArrived>(&queued.command);
    if (arrived == nullptr) return false;
    if (arrived->kind == json::String("ack")) {
        if (box.outbox.waits_for(arrived->number))
            internal_event(box, history::EventType::MessageAcked,
                           {arrived->from, arrived->number, {}, {}});
        return true;
    }
    box.pending.acks.emplace_back(arrived->from, arrived->number);
    if (box.outbox.accepted(arrived->from, arrived->number)) return true;
    internal_event(box, history::EventType::MessageAccepted,
                   {arrived->from, arrived->number, arrived->kind, {}});
    return false;
}

void Worker::after_turn(Mailbox& box)
{
    release_early(box);
    if (!box.queue.empty()) make_ready(box);
    set_timer(box);
    flush(box);  // may end with the mailbox gone
}

void Worker::set_timer(Mailbox& box)
{
    const Timestamp due = box.stream->ended() ? timestamp_max : box.stream->next_due();
    if (due == box.timer_at) return;
    if (box.timer_at != timestamp_max) m_loop.cancel(box.timer);
    box.timer_at = due;
    if (due == timestamp_max) return;
    box.timer = m_loop.call_at(due, [this, key = box.row.key] {
        const auto found = m_boxes.find(key);
        if (found == m_boxes.end()) return;
        found->second->timer_at = timestamp_max;
        enqueue(*found->second, engine::Command(engine::TimersDue{}));
    });
}

void Worker::shut_down(Function<void()> idle)
{
    m_idle = std::move(idle);
    for (auto& [key, box] : m_boxes)
        for (auto& [scheduled, call] : box->calls)
            if (call.cancel) call.cancel->emit(boost::asio::cancellation_type::terminal);
    check_idle();
}

// Shutting down: nothing on its way to the disk, to a pool or to another service.
void Worker::check_idle()
{
    if (!m_idle) return;
    if (m_calls_under_way > 0 || m_work_elsewhere > 0 || !m_ready.empty()) return;
    for (const auto& [key, box] : m_boxes)
        if (box->flushing) return;
    std::exchange(m_idle, {})();
}

}  // namespace weft::runtime
