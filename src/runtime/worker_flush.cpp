#include "runtime/worker.h"

#include "base/assert.h"
#include "base/overloaded.h"
#include "runtime/children.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace weft::runtime {

namespace {

template <class T> void append_all(std::vector<T>& to, std::vector<T>&& from)
{
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

namespace {

// When a stream ended: messages come and go after that.
std::optional<Timestamp> stop_of(const Mailbox& box, const std::vector<history::Event>& events)
{
    if (!box.stream->ended()) return std::nullopt;
    for (auto event = events.rbegin(); event != events.rend(); ++event)
        if (event->type < history::EventType::MessageQueued) return event->time;
    return box.row.stop;
}

}  // namespace

// Commands that led to nothing beside the batch under way: without it they may. (A worker who was
// not needed has been put back already.)
void Worker::keep_commands(Mailbox& box, std::vector<StreamCommand> commands)
{
    if (!box.flushing) return;
    std::erase_if(commands, [](const StreamCommand& command) {
        const auto* one = std::get_if<engine::Command>(&command);
        return one != nullptr && std::holds_alternative<engine::WorkerFound>(*one);
    });
    append_all(box.in_flight.commands, std::move(commands));
}

// A full disk does not empty itself in a hurry.
Milliseconds Worker::pause_after(std::uint32_t refusals)
{
    return std::min(Milliseconds(100) * (1U << std::min(refusals, 6U)), Milliseconds(5'000));
}

// Hands the open batch to the journal, unless one of this stream is under way: then it goes on
// filling.
void Worker::flush(Mailbox& box)
{
    Held& pending = box.pending;
    if (pending.nothing()) {
        keep_commands(box, std::exchange(pending.commands, {}));
        if (!pending.actions.empty() || !pending.sought.empty())
            perform(box, std::exchange(pending, {}));
        if (!box.flushing) settle(box);
        return;
    }
    const bool observed =
        m_shared.parts.observer != nullptr && m_shared.parts.observer->wants_durable();
    if (!box.durable) {
        if (observed && !pending.events.empty())
            m_shared.parts.observer->on_durable(box.arn, {}, pending.events);
        perform(box, std::exchange(pending, {}));
        settle(box);
        return;
    }
    if (pending.events.empty()) {
        // Answers without a change: they wait for the batch under way, which they may speak of.
        if (box.flushing) {
            append_all(box.in_flight.replies, std::move(pending.replies));
            append_all(box.in_flight.acks, std::move(pending.acks));
            keep_commands(box, std::move(pending.commands));
            pending = {};
        } else {
            perform(box, std::exchange(pending, {}));
            settle(box);
        }
        return;
    }
    if (box.flushing) return;

    journal::Append append;
    append.batch.key = box.row.key;
    append.batch.number = box.next_batch;
    append.batch.first_public = box.next_public;
    for (const history::Event& event : pending.events)
        if (event.id != 0) ++append.batch.public_count;

    const Stream& stream = *box.stream;
    journal::IndexUpdate& update = append.update;
    update.status = stream.status();
    update.stop = stop_of(box, pending.events);
    change_offers(pending, append);
    if (!stream.ended() && stream.only_waits() && box.queue.empty())
        update.wake_at = stream.next_due();
    update.outbox = !box.outbox.empty();
    update.redrives = stream.redrives();
    box.in_flight_row = update;
    append.row_changes =
        update != journal::IndexUpdate{box.row.status, box.row.stop, box.row.wake_at,
                                       box.row.outbox, box.row.redrives};
    if (!box.created) {
        box.row.status = update.status;
        box.row.stop = update.stop;
        box.row.wake_at = update.wake_at;
        box.row.outbox = update.outbox;
        box.row.redrives = update.redrives;
        append.create = box.row;
        box.created = true;
    }
    box.in_flight_public = append.batch.public_count;
    box.events_since_checkpoint += pending.events.size();
    if (observed) box.observed = pending.events;
    append.batch.events = std::move(pending.events);
    pending.events.clear();

    box.in_flight = std::exchange(pending, {});
    box.flushing = true;
    m_shared.parts.journal.append(
        std::move(append), [this, key = box.row.key](Result<> result) mutable {
            m_loop.post([this, key, result = std::move(result)]() mutable {
                flushed(key, std::move(result));
            });
        });
}

void Worker::flushed(journal::StreamKey key, Result<> result)
{
    Mailbox& box = *m_boxes.at(key);  // stays while it is flushing
    box.flushing = false;
    std::vector<history::Event> observed = std::exchange(box.observed, {});
    if (!result) {
        if (box.busy)
            box.refusal = std::move(result).error();
        else
            refused(box, result.error());
        check_idle();
        return;
    }
    box.refusals = 0;
    ++box.next_batch;
    box.next_public += box.in_flight_public;
    box.row.status = box.in_flight_row.status;
    box.row.stop = box.in_flight_row.stop;
    box.row.wake_at = box.in_flight_row.wake_at;
    box.row.outbox = box.in_flight_row.outbox;
    const journal::Redrives before = std::exchange(box.row.redrives, box.in_flight_row.redrives);
    if (!observed.empty())
        m_shared.parts.observer->on_durable(box.arn, before, std::move(observed));
    perform(box, std::exchange(box.in_flight, {}));
    if (!box.busy) flush(box);
    check_idle();
}

// The journal did not take the batch: whatever was decided since is dropped and decided again from
// what is durable.
void Worker::refused(Mailbox& box, const Error& error)
{
    if (error.code == ErrorCode::OutcomeUnknown && m_shared.parts.failed)
        m_shared.parts.failed(error);
    ++box.refusals;
    m_counts.refused_batches.add();
    const bool never_was = box.next_batch == 0;
    std::vector<Callback<void>> replies = std::move(box.in_flight.replies);
    append_all(replies, std::move(box.pending.replies));
    std::vector<StreamCommand> again = std::move(box.in_flight.commands);
    append_all(again, std::move(box.pending.commands));
    append_all(box.acks_refused, std::move(box.in_flight.acks));
    append_all(box.acks_refused, std::move(box.pending.acks));
    box.in_flight = {};
    box.pending = {};
    for (Callback<void>& reply : replies) reply(tl::unexpected(error));

    if (never_was) {
        for (const StreamCommand& command : again) put_back(command);
        for (auto& queued : box.queue) {
            put_back(queued.command);
            if (queued.reply) queued.reply(tl::unexpected(error));
        }
        erase(box);
        return;
    }
    // A Continue leads to what the refold makes runnable anyway.
    for (auto command = again.rbegin(); command != again.rend(); ++command)
        box.queue.push_front({std::move(*command), {}});
    box.queue.push_back({engine::Command(engine::Continue{}), {}});
    m_loop.call_at(m_loop.now() + pause_after(box.refusals), [this, key = box.row.key] {
        if (const auto found = m_boxes.find(key); found != m_boxes.end()) reload(*found->second);
    });
    drop_stream(box);
}

// No turns until it is loaded again.
void Worker::drop_stream(Mailbox& box)
{
    if (std::exchange(box.queued, false)) std::erase(m_ready, &box);
    box.stream.reset();
}

// What waited for the batch may happen now.
void Worker::perform(Mailbox& box, Held held)
{
    for (Callback<void>& reply : held.replies) reply({});
    for (const engine::Action& action : held.actions) {
        std::visit(overloaded{
                       [&](const engine::AcquirePermit&) { WEFT_ASSERT(false); },
                       [&](const engine::Dispatch& dispatched) { dispatch(box, dispatched); },
                       [&](const engine::CancelCall& cancelled) {
                           if (cancelled.offered)
                               m_shared.board.withdraw(box.row.key, cancelled.scheduled);
                           cancel(box, cancelled.scheduled);
                       },
                       [&](const engine::SeekWorker&) { WEFT_ASSERT(false); },
                       [&](const engine::HandOver& over) { hand_over(box, over); },
                   },
                   action);
    }
    for (const SoughtWorker& sought : held.sought) offer(box, sought);
    for (const history::Message& message : held.messages) deliver(box.row.key, message);
    for (const auto& [sender, number] : held.acks)
        deliver(box.row.key, {sender, number, json::String("ack"), {}});
}

// Peer 0: the receiver is known by its name alone, and may not be there.
Result<std::optional<journal::IndexRow>> Worker::receiver_of(const history::Message& message)
{
    journal::Journal& journal = m_shared.parts.journal;
    if (message.peer != 0) return journal.find(message.peer);
    const children::Name name = children::name_of(message.body);
    return journal.find_by_name(name.machine_arn, name.name);
}

// To the worker that owns the receiver; its row tells the shard. A message that cannot be delivered
// stays in the outbox.
void Worker::deliver(journal::StreamKey from, const history::Message& message)
{
    if (message.peer == 0) {
        const auto event = children::event_of(message.body);
        const auto call = m_cancelled.find({from, event.value_or(0)});
        if (call != m_cancelled.end()) return call->second.push_back(message);
    }
    auto row = std::make_shared<Result<std::optional<journal::IndexRow>>>();
    ++m_work_elsewhere;
    m_shared.parts.blocking.run(
        m_loop, [this, row, message] { *row = receiver_of(message); },
        [this, row, from, message] {
            --m_work_elsewhere;
            received(from, message, std::move(*row));
            check_idle();
        });
}

void Worker::received(journal::StreamKey from, const history::Message& message,
                      Result<std::optional<journal::IndexRow>> row)
{
    if (!row) {
        // The disk's fault: later. In the meantime it stays in the outbox.
        m_shared.log_failure("the receiver of a message", row.error());
        m_loop.call_at(m_loop.now() + pause_after(4), [this, from, message] {
            if (m_boxes.contains(from)) deliver(from, message);
        });
        return;
    }
    const MessageArrived arrival{from, message.number, message.kind, message.body};
    if (*row) {
        Worker& owner = m_shared.owner((*row)->shard);
        owner.m_loop.post([&owner, found = **row, arrival] { owner.message(found, arrival); });
        return;
    }
    // Nobody is left who could be told: that is as good as told.
    if (const auto sender = m_boxes.find(from);
        sender != m_boxes.end() && message.kind != json::String("ack"))
        enqueue(*sender->second,
                MessageArrived{message.peer, message.number, json::String("ack"), {}});
}

}  // namespace weft::runtime
