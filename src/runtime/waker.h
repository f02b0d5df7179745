#pragma once

#include "runtime/worker.h"

#include <unordered_set>

namespace weft::runtime {

// Brings executions that left memory back when they are due, in due order and no more than a
// bounded number at a time. Lives on the first loop; `note` and `settled` may be called from any.
class Waker {
public:
    Waker(Shared& shared, async::Loop& loop) : m_shared(shared), m_loop(loop) {}

    // A row with this due time is durable and its stream is not in memory.
    void note(Timestamp due);
    // A stream brought back has settled.
    void settled(journal::StreamKey key);
    // A stream brought back could not be loaded: it stays due in the journal, and is passed over.
    void lost(journal::StreamKey key);
    // Start-up: looks at the journal for the first time.
    void begin();

private:
    void arm(Timestamp due);
    void pull();
    void pulled(Timestamp at, std::size_t limit, Result<std::vector<journal::IndexRow>> rows,
                Result<std::optional<Timestamp>> next);

    Shared& m_shared;
    async::Loop& m_loop;
    async::Loop::TimerId m_timer = 0;
    std::atomic<std::int64_t> m_armed_for{timestamp_max.time_since_epoch().count()};
    bool m_pulling = false;
    bool m_more = false;   // the last pull was full
    bool m_again = false;  // something became due while the last pull looked
    // Brought back, not settled yet. Whoever settles and leaves memory notes when it is due next.
    std::unordered_set<journal::StreamKey> m_waking;
    std::unordered_set<journal::StreamKey> m_lost;
};

}  // namespace weft::runtime
