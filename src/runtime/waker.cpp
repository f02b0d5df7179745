#include "runtime/waker.h"

#include <memory>
#include <utility>

namespace weft::runtime {

void Waker::note(Timestamp due)
{
    if (due.time_since_epoch().count() >= m_armed_for.load(std::memory_order_relaxed)) return;
    m_loop.post([this, due] { arm(due); });
}

void Waker::arm(Timestamp due)
{
    if (due.time_since_epoch().count() >= m_armed_for.load(std::memory_order_relaxed)) return;
    if (m_timer != 0) m_loop.cancel(m_timer);
    m_armed_for.store(due.time_since_epoch().count(), std::memory_order_relaxed);
    m_timer = m_loop.call_at(due, [this] {
        m_timer = 0;
        m_armed_for.store(timestamp_max.time_since_epoch().count(), std::memory_order_relaxed);
        pull();
    });
}

void Waker::begin()
{
    pull();
}

void Waker::settled(journal::StreamKey key)
{
    m_loop.post([this, key] {
        if (m_waking.erase(key) == 0) return;
        // Half of them are through: there is room for the next ones.
        if (m_more && m_waking.size() <= m_shared.options.wakes_at_once_max / 2) pull();
    });
}

void Waker::lost(journal::StreamKey key)
{
    m_loop.post([this, key] {
        m_lost.insert(key);
        settled(key);
    });
}

void Waker::pull()
{
    if (m_pulling) {
        m_more = true;
        return;
    }
    if (m_shared.stopping.load(std::memory_order_relaxed)) return;
    m_pulling = true;
    m_more = false;
    struct Found {
        Result<std::vector<journal::IndexRow>> rows;
        Result<std::optional<Timestamp>> next;
    };
    auto found = std::make_shared<Found>();
    // Rows under way come again until their batch is durable, and lost ones always, so the question
    // is for that many more.
    const std::size_t limit = m_shared.options.wakes_at_once_max + m_waking.size() + m_lost.size();
    m_shared.parts.blocking.run(
        m_loop,
        [this, found, limit, now = m_loop.now(), passed_over = m_lost] {
            found->rows = m_shared.parts.journal.due(now, limit);
            found->next = next_wake(passed_over);
        },
        [this, found] { pulled(std::move(found->rows), std::move(found->next)); });
}

// The earliest wake-up time but for those of streams that are passed over.
Result<std::optional<Timestamp>>
Waker::next_wake(const std::unordered_set<journal::StreamKey>& passed_over)
{
    journal::Journal& journal = m_shared.parts.journal;
    if (passed_over.empty()) return journal.next_wake();
    const std::vector<journal::IndexRow> rows =
        TRY(journal.due(timestamp_max - Milliseconds(1), passed_over.size() + 1));
    for (const journal::IndexRow& row : rows)
        if (!passed_over.contains(row.key)) return row.wake_at;
    return std::optional<Timestamp>();
}

void Waker::pulled(Result<std::vector<journal::IndexRow>> rows,
                   Result<std::optional<Timestamp>> next)
{
    m_pulling = false;
    if (!rows || !next) {
        m_shared.log_failure("executions that are due", rows ? next.error() : rows.error());
        arm(m_loop.now() + Seconds(1));
        return;
    }
    bool full = false;
    for (const journal::IndexRow& row : *rows) {
        if (m_waking.contains(row.key) || m_lost.contains(row.key)) continue;
        if (m_waking.size() >= m_shared.options.wakes_at_once_max) {
            full = true;
            break;
        }
        m_waking.insert(row.key);
        Worker& owner = m_shared.owner(row.shard);
        owner.loop().post([&owner, row] { owner.wake(row); });
    }
    m_more = m_more || full;
    // What is later than now has its timer; what is due and under way is not asked for again before
    // it settles.
    if (*next && **next > m_loop.now())
        arm(**next);
    else if (*next)
        arm(m_loop.now() + Milliseconds(200));
}

}  // namespace weft::runtime
