#pragma once

#include "base/function.h"
#include "base/time.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace weft::async {

// The timers of one loop: a binary heap by due time, then by order of adding. Adding and taking
// cost O(log n), cancelling O(1) amortised: a cancelled timer gives up its job at once and its
// place in the heap later. One thread.
class TimerHeap {
public:
    using Id = std::uint64_t;  // never 0, never given twice

    Id add(Timestamp when, Function<void()> job);
    // Ignores timers that ran or were cancelled before.
    void cancel(Id timer);

    // When the earliest timer is due.
    std::optional<Timestamp> earliest();
    struct Due {
        Id id = 0;
        Function<void()> job;  // empty: no timer is due
    };
    // Takes the earliest timer due at `now`.
    Due take_due(Timestamp now);

    std::size_t size() const { return m_heap.size() - m_dead; }
    // Drops all timers without running them.
    void clear();

private:
    struct Entry {
        Timestamp when;
        std::uint64_t order;
        Id id;
    };
    struct Slot {
        Function<void()> job;
        std::uint32_t generation = 1;
    };

    static bool later(const Entry& left, const Entry& right);
    bool alive(Id id) const;
    Function<void()> release(Id id);
    void drop_dead_at_top();
    void compact();

    std::vector<Entry> m_heap;
    std::vector<Slot> m_slots;
    std::vector<std::uint32_t> m_free;
    std::uint64_t m_order = 0;
    std::size_t m_dead = 0;  // cancelled, still in the heap
};

}  // namespace weft::async
