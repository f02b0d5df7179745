#include "runtime/worker.h"

#include <algorithm>
#include <utility>

namespace weft::runtime {

// After everything is durable: an ended stream goes, one that only waits leaves memory, at once or
// after a rest.
void Worker::settle(Mailbox& box)
{
    if (box.busy || !box.stream || !box.queue.empty() || !box.pending.nothing()) return;
    Stream& stream = *box.stream;
    if (stream.ended()) return finish(box);
    tell_settled(box);
    if (!stream.only_waits() || !box.calls.empty() || !box.early.empty()) return;
    if (!box.durable || !box.outbox.empty()) return;
    const Timestamp due = stream.next_due();
    if (due != timestamp_max && due - m_loop.now() < m_shared.options.keep_waiting_below) return;
    // Written while a command was waiting that then came to nothing: whoever looks at the row does
    // not know when to wake the stream, so it keeps its timer here.
    if (box.row.wake_at != due) return;
    if (stream.may_be_told() && rest(box)) return;
    leave_memory(box);
}

// Whoever bounds the loads at one time hears of what was woken or recovered.
void Worker::tell_settled(Mailbox& box)
{
    if (std::exchange(box.woken, false)) m_shared.woken(box.row.key);
}

// One that may hear from a worker, a task token or a child at any moment stays for a while: a load
// reads and checks its whole history, and would cost each step of a long execution more than the
// one before. False: it takes more room than there is for such streams.
bool Worker::rest(Mailbox& box)
{
    rouse(box);
    if (m_shared.options.rest == Milliseconds(0)) return false;
    const std::size_t bytes_max = m_shared.options.resting_bytes_max / m_shared.workers.size();
    const std::size_t bytes = sizeof(Mailbox) + box.stream->bytes_about(bytes_max);
    if (bytes > bytes_max) return false;
    box.resting_bytes = bytes;
    box.resting_since = m_loop.now();
    box.resting = m_resting.insert(m_resting.end(), &box);
    m_resting_bytes += bytes;
    while (m_resting_bytes > bytes_max) leave_memory(*m_resting.front());
    plan_end_of_rest();
    return true;
}

void Worker::rouse(Mailbox& box)
{
    if (!box.resting) return;
    m_resting.erase(*std::exchange(box.resting, std::nullopt));
    m_resting_bytes -= box.resting_bytes;
}

// One timer for all: they rest in the order in which they came.
void Worker::plan_end_of_rest()
{
    if (m_rest_timer || m_resting.empty()) return;
    m_rest_timer = true;
    const Timestamp end = m_resting.front()->resting_since + m_shared.options.rest;
    m_loop.call_at(std::max(end, m_loop.now() + m_shared.options.rest / 8), [this] {
        m_rest_timer = false;
        const Timestamp since = m_loop.now() - m_shared.options.rest;
        while (!m_resting.empty() && m_resting.front()->resting_since <= since)
            leave_memory(*m_resting.front());
        plan_end_of_rest();
    });
}

void Worker::leave_memory(Mailbox& box)
{
    // A checkpoint does not hold what was sent and accepted.
    if (box.outbox == Outbox() &&
        box.events_since_checkpoint > m_shared.options.checkpoint_events) {
        std::string state = box.stream->save();
        if (!state.empty())
            m_shared.parts.journal.put_checkpoint(
                {box.row.key, box.next_batch, box.events_since_checkpoint, std::move(state)},
                [](Result<>) {});
    }
    m_shared.note_wake(box.stream->next_due());
    erase(box);
}

void Worker::finish(Mailbox& box)
{
    if (const auto waiting =
            m_end_waiters.empty() ? m_end_waiters.end() : m_end_waiters.find(box.arn);
        waiting != m_end_waiters.end()) {
        for (auto& [id, waiter] : std::exchange(waiting->second, {}))
            box.end_waiters.push_back(std::move(waiter));
        m_end_waiters.erase(waiting);
    }
    if (!box.end_waiters.empty()) {
        const SyncReply end = end_of(box);
        for (Callback<SyncReply>& waiter : std::exchange(box.end_waiters, {}))
            waiter(SyncReply(end));
    }
    tell_settled(box);
    if (!box.outbox.empty()) {
        // Acks are still to come; the execution is over for everybody else.
        forget_arn(box);
        return;
    }
    if (box.express_start_kept) m_shared.parts.journal.erase_express(box.row.key, [](Result<>) {});
    erase(box);
}

void Worker::forget_arn(const Mailbox& box)
{
    const auto named = m_by_arn.find(box.arn);
    if (named != m_by_arn.end() && named->second == box.row.key) m_by_arn.erase(named);
}

void Worker::erase(Mailbox& box)
{
    while (!box.calls.empty()) cancel(box, box.calls.begin()->first);
    if (box.timer_at != timestamp_max) m_loop.cancel(box.timer);
    rouse(box);
    drop_stream(box);
    if (!box.durable) m_shared.express_open.fetch_sub(1, std::memory_order_relaxed);
    forget_arn(box);
    m_boxes.erase(box.row.key);
    m_counts.streams.set(m_boxes.size());
}

}  // namespace weft::runtime
