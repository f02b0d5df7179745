#include "engine/frame_table.h"

#include <algorithm>
#include <vector>

namespace weft::engine {

namespace {

template <class T> bool all_different(std::vector<T>& items)
{
    std::ranges::sort(items);
    return std::ranges::adjacent_find(items) == items.end();
}

}  // namespace

// Ids are unique and a child's is higher than its owner's, so that owners make a tree with slot 0,
// the root, on top; the sibling lists hold every frame but the root once; slots and forks are used
// or free, never both.
std::string_view FrameTable::contradiction() const
{
    std::vector<Slot> free = m_free;
    if (!all_different(free) || (!free.empty() && free.back() >= m_frames.size()))
        return "a free slot is named twice or does not exist";
    std::vector<std::uint32_t> forks = m_free_forks;
    for (const std::uint32_t index : m_free_forks)
        if (index >= m_forks.size() || !(m_forks[index] == Fork()))
            return "a free fork is in use or does not exist";

    std::vector<history::FrameId> ids;
    std::vector<history::EventId> calls;
    for (Slot slot = 0; slot < m_frames.size(); ++slot) {
        const Frame& frame = m_frames[slot];
        const bool is_free = std::ranges::binary_search(free, slot);
        if (is_free != (frame.phase == Phase::Closed)) return "a slot is free and in use";
        if (is_free) {
            if (!(frame == Frame()) || frame.heap_position != UINT32_MAX || frame.ready)
                return "a free slot is not empty";
            continue;
        }
        if (frame.over && (frame.phase != Phase::Stopped || frame.owner == no_slot))
            return "an iteration is over and goes on";
        if (frame.id >= m_next_id) return "a thread of control was never opened";
        if ((slot == 0) != (frame.owner == no_slot) || (slot == 0) != (frame.id == 0))
            return "there is not one root";
        ids.push_back(frame.id);
        if (frame.call) calls.push_back(frame.scheduled);
        if (frame.fork != UINT32_MAX) {
            if (frame.fork >= m_forks.size()) return "a fork does not exist";
            forks.push_back(frame.fork);
        }
        if (frame.owner == no_slot) continue;
        if (frame.owner >= m_frames.size()) return "an owner does not exist";
        const Frame& owner = m_frames[frame.owner];
        if (owner.phase == Phase::Closed || owner.fork >= m_forks.size() || owner.id >= frame.id)
            return "an owner is closed, has no branches, or is younger than its child";
    }
    if (!all_different(ids)) return "two threads of control have one id";
    if (!all_different(calls)) return "two calls have one event";
    if (!all_different(forks) || forks.size() != m_forks.size())
        return "a fork belongs to none, or to two";

    std::size_t listed = 0;
    for (Slot slot = 0; slot < m_frames.size(); ++slot) {
        if (m_frames[slot].fork == UINT32_MAX) continue;
        const Fork& fork = m_forks[m_frames[slot].fork];
        Slot previous = no_slot;
        std::uint32_t count = 0;
        std::uint32_t live_children = 0;
        for (Slot child = fork.first_child; child != no_slot;
             child = m_frames[child].sibling_next) {
            if (child >= m_frames.size() || m_frames[child].owner != slot ||
                m_frames[child].phase == Phase::Closed ||
                m_frames[child].sibling_previous != previous || ++count > m_frames.size())
                return "a list of siblings is broken";
            previous = child;
            if (!m_frames[child].over) ++live_children;
        }
        if (previous != fork.last_child || live_children != fork.live)
            return "a list of siblings is broken";
        std::vector<Slot> waiting = fork.to_resume;
        if (!all_different(waiting)) return "an iteration waits twice for its turn";
        for (const Slot child : waiting)
            if (child >= m_frames.size() || m_frames[child].owner != slot ||
                m_frames[child].phase != Phase::Stopped || !m_frames[child].over)
                return "an iteration waits for its turn and is not stopped";
        listed += count;
    }
    if (listed + (m_frames.empty() || live() == 0 ? 0 : 1) != live())
        return "a thread of control is not among its siblings";
    return {};
}

}  // namespace weft::engine
