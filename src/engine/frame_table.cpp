#include "engine/frame_table.h"

#include <algorithm>
#include <utility>

namespace weft::engine {

namespace {

// Events a ready frame may write before the next one has its turn.
constexpr std::uint32_t streak_max = 100;

// Phases in which nothing of a state is half done.
bool goes_on_as_it_is(Phase phase)
{
    return phase == Phase::Begin || phase == Phase::Enter || phase == Phase::Ended ||
           phase == Phase::Forked;
}

template <class T> bool same(const history::Boxed<T>& left, const history::Boxed<T>& right)
{
    return left == right || (left && right && *left == *right);
}

}  // namespace

bool operator==(const Frame& left, const Frame& right)
{
    // A call's timer depends on heartbeats, which no event records.
    return left.id == right.id && left.owner == right.owner && left.index == right.index &&
           left.phase == right.phase && left.resume == right.resume && left.over == right.over &&
           left.state == right.state && left.input == right.input && left.value == right.value &&
           left.variables == right.variables && left.before == right.before &&
           left.entered == right.entered && left.last == right.last &&
           left.entered_time == right.entered_time && same(left.call, right.call) &&
           left.scheduled == right.scheduled && left.dispatch == right.dispatch &&
           left.parked == right.parked && same(left.failure, right.failure) &&
           left.retries == right.retries && left.retries_total == right.retries_total &&
           left.fork == right.fork && left.ready == right.ready &&
           left.ready_next == right.ready_next && (left.call_open() || left.due == right.due);
}

bool operator==(const Fork& left, const Fork& right)
{
    return same(left.map, right.map) && left.results == right.results &&
           left.failed == right.failed && left.opened == right.opened &&
           left.succeeded == right.succeeded && left.live == right.live &&
           left.link == right.link && left.first_child == right.first_child &&
           left.last_child == right.last_child && left.to_resume == right.to_resume;
}

bool operator==(const FrameTable& left, const FrameTable& right)
{
    return left.m_next_id == right.m_next_id && left.m_frames == right.m_frames &&
           left.m_free == right.m_free && left.m_forks == right.m_forks &&
           left.m_free_forks == right.m_free_forks && left.m_ready_first == right.m_ready_first &&
           left.m_ready_last == right.m_ready_last;
}

Slot FrameTable::open(history::FrameId id, Slot owner, std::uint32_t index)
{
    WEFT_ASSERT(id == m_next_id);
    ++m_next_id;
    Slot slot = 0;
    if (m_free.empty()) {
        slot = static_cast<Slot>(m_frames.size());
        m_frames.emplace_back();
    } else {
        slot = m_free.back();
        m_free.pop_back();
    }
    Frame& frame = m_frames[slot];
    frame.id = id;
    frame.owner = owner;
    frame.index = index;
    frame.phase = Phase::Begin;
    if (owner == no_slot) return slot;

    m_by_id.insert(id, slot);
    Fork& parent = fork(owner);
    ++parent.live;
    frame.sibling_previous = parent.last_child;
    if (parent.last_child == no_slot)
        parent.first_child = slot;
    else
        m_frames[parent.last_child].sibling_next = slot;
    parent.last_child = slot;
    return slot;
}

void FrameTable::close(Slot slot)
{
    if (forked(slot)) close_children(slot);
    close_call(slot);
    make_unready(slot);
    set_timer(slot, timestamp_max);
    Frame& frame = m_frames[slot];
    if (frame.owner != no_slot) {
        Fork& parent = fork(frame.owner);
        if (!frame.over) --parent.live;
        (frame.sibling_previous == no_slot ? parent.first_child
                                           : m_frames[frame.sibling_previous].sibling_next) =
            frame.sibling_next;
        (frame.sibling_next == no_slot ? parent.last_child
                                       : m_frames[frame.sibling_next].sibling_previous) =
            frame.sibling_previous;
        m_by_id.erase(frame.id);
    }
    if (frame.phase != Phase::Stopped) m_variables_bytes -= frame.variables_bytes;
    frame = Frame();
    m_free.push_back(slot);
}

void FrameTable::close_children(Slot owner)
{
    if (!forked(owner)) return;
    while (fork(owner).first_child != no_slot) close(fork(owner).first_child);
    fork(owner) = Fork();
    m_free_forks.push_back(std::exchange(m_frames[owner].fork, UINT32_MAX));
}

void FrameTable::stop(Slot slot)
{
    if (forked(slot))
        for (Slot child = fork(slot).first_child; child != no_slot;
             child = m_frames[child].sibling_next)
            stop(child);
    close_call(slot);
    make_unready(slot);
    set_timer(slot, timestamp_max);
    Frame& frame = m_frames[slot];
    if (frame.phase == Phase::Stopped) return;
    if (goes_on_as_it_is(frame.phase))
        frame.resume = frame.phase;
    else if (frame.resume ==
             Phase::Forked)  // of an earlier redrive: a retry has let its branches go
        frame.resume = Phase::Entered;
    else if (frame.resume == Phase::Enter)
        frame.last = frame.before;
    frame.phase = Phase::Stopped;
    frame.value = json::Value();
    frame.failure.reset();
    frame.retries.clear();
    frame.retries_total = 0;
    m_variables_bytes -= frame.variables_bytes;
}

void FrameTable::revive(Slot slot)
{
    const Frame& frame = m_frames[slot];
    if (frame.phase != Phase::Stopped) return;
    m_variables_bytes += frame.variables_bytes;
}

void FrameTable::set_over(Slot slot, bool over)
{
    Frame& frame = m_frames[slot];
    if (frame.over == over || frame.owner == no_slot) return;
    frame.over = over;
    std::uint32_t& live = fork(frame.owner).live;
    live = over ? live - 1 : live + 1;
}

void FrameTable::clear()
{
    const history::FrameId next = m_next_id;
    *this = FrameTable();
    m_next_id = next;
}

Fork& FrameTable::open_fork(Slot slot)
{
    WEFT_ASSERT(!forked(slot));
    if (m_free_forks.empty()) {
        m_frames[slot].fork = static_cast<std::uint32_t>(m_forks.size());
        return m_forks.emplace_back();
    }
    m_frames[slot].fork = m_free_forks.back();
    m_free_forks.pop_back();
    return fork(slot);
}

void FrameTable::make_ready(Slot slot)
{
    Frame& frame = m_frames[slot];
    if (frame.ready) {
        if (++frame.streak >= streak_max) move_back(slot);
        return;
    }
    frame.ready = true;
    frame.streak = 0;
    frame.ready_previous = m_ready_last;
    frame.ready_next = no_slot;
    (m_ready_last == no_slot ? m_ready_first : m_frames[m_ready_last].ready_next) = slot;
    m_ready_last = slot;
}

void FrameTable::make_unready(Slot slot)
{
    Frame& frame = m_frames[slot];
    if (!frame.ready) return;
    frame.ready = false;
    (frame.ready_previous == no_slot ? m_ready_first : m_frames[frame.ready_previous].ready_next) =
        frame.ready_next;
    (frame.ready_next == no_slot ? m_ready_last : m_frames[frame.ready_next].ready_previous) =
        frame.ready_previous;
    frame.ready_next = no_slot;
    frame.ready_previous = no_slot;
}

void FrameTable::move_back(Slot slot)
{
    if (m_ready_last == slot) {
        m_frames[slot].streak = 0;
        return;
    }
    make_unready(slot);
    make_ready(slot);
}

void FrameTable::set_timer(Slot slot, Timestamp due)
{
    Frame& frame = m_frames[slot];
    const bool had = frame.heap_position != UINT32_MAX;
    frame.due = due;
    if (due == timestamp_max) {
        if (!had) return;
        const std::size_t hole = std::exchange(frame.heap_position, UINT32_MAX);
        const Slot last = m_timers.back();
        m_timers.pop_back();
        if (last == slot) return;
        place(hole, last);
        sift_up(hole);
        sift_down(m_frames[last].heap_position);
        return;
    }
    if (!had) {
        m_timers.push_back(slot);
        place(m_timers.size() - 1, slot);
    }
    sift_up(frame.heap_position);
    sift_down(frame.heap_position);
}

void FrameTable::place(std::size_t position, Slot slot)
{
    m_timers[position] = slot;
    m_frames[slot].heap_position = static_cast<std::uint32_t>(position);
}

void FrameTable::assign(Slot slot, const json::Value& assigned)
{
    Frame& frame = m_frames[slot];
    std::vector<json::Member> members;
    std::size_t bytes = frame.variables_bytes;
    const auto add = [&](const json::Member& member) {
        bytes += member.key.size() + member.value.written_size();
        members.push_back(member);
    };
    if (frame.variables.is_null()) {
        for (const json::Member& member : assigned.members()) add(member);
    } else {
        members.reserve(frame.variables.size() + assigned.size());
        for (const json::Member& member : frame.variables.members()) {
            const json::Value* now = assigned.find(member.key);
            if (now == nullptr) {
                members.push_back(member);
                continue;
            }
            bytes -= member.key.size() + member.value.written_size();
            add({member.key, *now});
        }
        for (const json::Member& member : assigned.members())
            if (frame.variables.find(member.key) == nullptr) add(member);
    }
    m_variables_bytes += bytes - frame.variables_bytes;
    frame.variables_bytes = bytes;
    frame.variables = json::Value::object(std::move(members));
}

const json::Value* FrameTable::find_variable(Slot slot, std::string_view name) const
{
    for (; slot != no_slot; slot = m_frames[slot].owner) {
        const json::Value& variables = m_frames[slot].variables;
        if (variables.is_null()) continue;
        if (const json::Value* found = variables.find(name)) return found;
    }
    return nullptr;
}

void FrameTable::sift_up(std::size_t position)
{
    const auto key = [&](Slot slot) { return std::pair(m_frames[slot].due, m_frames[slot].id); };
    const Slot moving = m_timers[position];
    while (position > 0) {
        const std::size_t parent = (position - 1) / 2;
        if (key(m_timers[parent]) <= key(moving)) break;
        place(position, m_timers[parent]);
        position = parent;
    }
    place(position, moving);
}

void FrameTable::sift_down(std::size_t position)
{
    const auto key = [&](Slot slot) { return std::pair(m_frames[slot].due, m_frames[slot].id); };
    const Slot moving = m_timers[position];
    for (;;) {
        std::size_t child = 2 * position + 1;
        if (child >= m_timers.size()) break;
        if (child + 1 < m_timers.size() && key(m_timers[child + 1]) < key(m_timers[child])) ++child;
        if (key(moving) <= key(m_timers[child])) break;
        place(position, m_timers[child]);
        position = child;
    }
    place(position, moving);
}

void FrameTable::open_call(Slot slot, history::EventId scheduled)
{
    m_frames[slot].scheduled = scheduled;
    m_by_call.insert(static_cast<std::uint64_t>(scheduled), slot);
}

void FrameTable::park(Slot slot, bool parked)
{
    if (m_frames[slot].parked == parked) return;
    m_frames[slot].parked = parked;
    m_parked = parked ? m_parked + 1 : m_parked - 1;
}

void FrameTable::close_call(Slot slot)
{
    Frame& frame = m_frames[slot];
    if (!frame.call) return;
    park(slot, false);
    m_by_call.erase(static_cast<std::uint64_t>(frame.scheduled));
    frame.call.reset();
    frame.scheduled = 0;
    frame.dispatch = 0;
    frame.heartbeat_due = timestamp_max;
}

}  // namespace weft::engine
