#include "runtime/waker.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace weft::runtime {
namespace {

// Each pull reads the rows under way again: with thousands of wakes a second, one for each of them
// would cost more than it brings.
constexpr Milliseconds pause_between_pulls{5};

}  // namespace

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
        m_again = true;
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
    const Timestamp now = m_loop.now();
    m_shared.parts.blocking.run(
        m_loop,
        [this, found, limit, now] {
            found->rows = m_shared.parts.journal.due(now, limit);
            found->next = m_shared.parts.journal.next_wake(now);
        },
        [this, found, limit, now] {
            pulled(now, limit, std::move(found->rows), std::move(found->next));
        });
}

void Waker::pulled(Timestamp at, std::size_t limit, Result<std::vector<journal::IndexRow>> rows,
                   Result<std::optional<Timestamp>> next)
{
    m_pulling = false;
    if (!rows || !next) {
        m_shared.log_failure("executions that are due", rows ? next.error() : rows.error());
        arm(m_loop.now() + Seconds(1));
        return;
    }
    bool full = rows->size() >= limit;
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
    // What was due `at` that time is under way, or is asked for again when others have settled.
    if (*next) arm(std::max(**next, at + pause_between_pulls));
    if (std::exchange(m_again, false)) arm(at + pause_between_pulls);
}

}  // namespace weft::runtime
