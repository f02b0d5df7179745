#pragma once

#include "base/assert.h"
#include "engine/frame.h"
#include "engine/id_map.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace weft::engine {

// The live frames of an execution with what must be found quickly among them: by id, by call, the
// ready ones in turn, the timer due first. Opening, closing and moving a frame costs O(1), a timer
// O(log n). Every order follows from the events alone, so that a replay arrives at the same table.
class FrameTable {
public:
    Slot open(history::FrameId id, Slot owner, std::uint32_t index);
    // Closes the frame and all it forked.
    void close(Slot slot);
    void close_children(Slot owner);  // and lets the fork go
    void clear();
    // Stops the frame and all it forked: calls, timers and turns end, its variables count no more.
    // What a redrive goes on from stays.
    void stop(Slot slot);
    // Undoes that for this frame alone; its new phase is the caller's to give.
    void revive(Slot slot);
    // An iteration that is over, or is not any more, for its Map's count of those that run.
    void set_over(Slot slot, bool over);

    Frame& at(Slot slot) { return m_frames[slot]; }
    const Frame& at(Slot slot) const { return m_frames[slot]; }
    Slot find(history::FrameId id) const  // no_slot when it is not open
    {
        return id == 0 ? (m_frames.empty() ? no_slot : Slot{0}) : m_by_id.find(id);
    }
    Slot find_call(history::EventId scheduled) const
    {
        return m_by_call.find(static_cast<std::uint64_t>(scheduled));
    }
    std::size_t slots() const { return m_frames.size(); }  // closed ones too
    std::size_t live() const { return m_frames.size() - m_free.size(); }
    history::FrameId next_id() const { return m_next_id; }

    Fork& fork(Slot slot) { return m_forks[m_frames[slot].fork]; }
    const Fork& fork(Slot slot) const { return m_forks[m_frames[slot].fork]; }
    bool forked(Slot slot) const { return m_frames[slot].fork != UINT32_MAX; }
    Fork& open_fork(Slot slot);

    // Ready frames take turns: the first one goes on until it is no longer ready or has had its
    // share of events, so that a branch in an endless loop does not starve its siblings.
    void make_ready(Slot slot);
    void make_unready(Slot slot);
    void move_back(Slot slot);
    Slot first_ready() const { return m_ready_first; }

    void set_timer(Slot slot, Timestamp due);  // timestamp_max: none
    Slot first_due() const { return m_timers.empty() ? no_slot : m_timers.front(); }
    Timestamp next_due() const
    {
        return m_timers.empty() ? timestamp_max : m_frames[m_timers.front()].due;
    }

    void open_call(Slot slot, history::EventId scheduled);
    void close_call(Slot slot);
    std::size_t open_calls() const { return m_by_call.size(); }
    // Notes that an open call waits for the outside alone, or no longer.
    void park(Slot slot, bool parked);
    std::size_t parked_calls() const { return m_parked; }

    // Gives variables of a frame's scope their values; `assigned` is an object.
    void assign(Slot slot, const json::Value& assigned);
    // The value of a variable where `slot` is: of its own scope, else of those around it.
    const json::Value* find_variable(Slot slot, std::string_view name) const;
    // What the variables of all frames that are not Stopped take, as JSON.
    std::size_t variables_bytes() const { return m_variables_bytes; }

    // What no sequence of the calls above leads to, for a table that was read back; empty when it
    // is whole. What frames and forks hold beside their place in the table is not looked at.
    std::string_view contradiction() const;

    friend bool operator==(const FrameTable& left, const FrameTable& right);

private:
    friend class CheckpointWriter;
    friend class CheckpointReader;

    void sift_up(std::size_t position);
    void sift_down(std::size_t position);
    void place(std::size_t position, Slot slot);

    std::vector<Frame> m_frames;
    std::vector<Slot> m_free;
    std::vector<Fork> m_forks;
    std::vector<std::uint32_t> m_free_forks;
    history::FrameId m_next_id = 0;
    // Derived.
    std::size_t m_variables_bytes = 0;
    std::size_t m_parked = 0;
    IdMap m_by_id;
    IdMap m_by_call;
    Slot m_ready_first = no_slot;
    Slot m_ready_last = no_slot;
    std::vector<Slot> m_timers;  // binary heap by due, then frame id
};

}  // namespace weft::engine
