#include "async/timer_heap.h"

#include <algorithm>

namespace weft::async {

namespace {

constexpr std::size_t dead_kept = 64;  // below this many, compacting is not worth it

std::uint32_t slot_of(TimerHeap::Id id)
{
    return static_cast<std::uint32_t>(id & 0xffffffffU);
}
std::uint32_t generation_of(TimerHeap::Id id)
{
    return static_cast<std::uint32_t>(id >> 32);
}

}  // namespace

bool TimerHeap::later(const Entry& left, const Entry& right)
{
    return left.when != right.when ? left.when > right.when : left.order > right.order;
}

bool TimerHeap::alive(Id id) const
{
    const std::uint32_t slot = slot_of(id);
    return slot < m_slots.size() && m_slots[slot].generation == generation_of(id);
}

TimerHeap::Id TimerHeap::add(Timestamp when, Function<void()> job)
{
    std::uint32_t slot = 0;
    if (m_free.empty()) {
        slot = static_cast<std::uint32_t>(m_slots.size());
        m_slots.emplace_back();
    } else {
        slot = m_free.back();
        m_free.pop_back();
    }
    m_slots[slot].job = std::move(job);
    const Id id = (Id{m_slots[slot].generation} << 32) | slot;
    m_heap.push_back({when, m_order++, id});
    std::ranges::push_heap(m_heap, later);
    return id;
}

Function<void()> TimerHeap::release(Id id)
{
    Slot& slot = m_slots[slot_of(id)];
    Function<void()> job = std::move(slot.job);
    // A slot whose generations are used up is never used again, so that no id is given twice.
    if (++slot.generation != 0) m_free.push_back(slot_of(id));
    return job;
}

void TimerHeap::cancel(Id timer)
{
    if (!alive(timer)) return;
    const Function<void()> dropped = release(timer);
    ++m_dead;
    if (m_dead > dead_kept && m_dead > m_heap.size() / 2) compact();
}

void TimerHeap::compact()
{
    std::erase_if(m_heap, [this](const Entry& entry) { return !alive(entry.id); });
    std::ranges::make_heap(m_heap, later);
    m_dead = 0;
}

void TimerHeap::drop_dead_at_top()
{
    while (!m_heap.empty() && !alive(m_heap.front().id)) {
        std::ranges::pop_heap(m_heap, later);
        m_heap.pop_back();
        --m_dead;
    }
}

std::optional<Timestamp> TimerHeap::earliest()
{
    drop_dead_at_top();
    if (m_heap.empty()) return std::nullopt;
    return m_heap.front().when;
}

TimerHeap::Due TimerHeap::take_due(Timestamp now)
{
    drop_dead_at_top();
    if (m_heap.empty() || m_heap.front().when > now) return {};
    const Id id = m_heap.front().id;
    std::ranges::pop_heap(m_heap, later);
    m_heap.pop_back();
    return {id, release(id)};
}

void TimerHeap::clear()
{
    // Dropping a job may cancel or add timers: work on what was there.
    std::vector<Function<void()>> dropped;
    for (const Entry& entry : m_heap) {
        if (alive(entry.id)) dropped.push_back(release(entry.id));
    }
    m_heap.clear();
    m_dead = 0;
}

}  // namespace weft::async
