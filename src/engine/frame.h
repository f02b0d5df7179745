#pragma once

#include "base/time.h"
#include "history/event.h"
#include "json/value.h"

#include <cstdint>
#include <vector>

namespace weft::engine {

// Where a frame is kept; stable while the frame lives, given again after it closed.
using Slot = std::uint32_t;
constexpr Slot no_slot = UINT32_MAX;

// What a frame does next. Ready: a step can be taken without a word from outside.
enum class Phase : std::uint8_t {
    Closed,     // the slot is free
    Begin,      // ready: enter the scope's first state with `input`
    Enter,      // ready: enter `state` with `input`
    Entered,    // ready: do the work of `state`
    Waiting,    // a Wait, until its timer is due
    Scheduled,  // a call that waits for its permit
    Started,    // a call under way
    Returned,   // ready: a call's result is in `value`
    Failed,     // ready: a call failed, see `failure`
    Retrying,   // until its timer is due
    Forked,     // Parallel or Map; ready when there is an iteration to open or nothing left to wait
                // for
    Ended,      // ready: the scope's output is in `input`
    Stopped,    // aborted or failed, with its branches and items: closed by what comes next, or
                // kept for a redrive to go on with
    Submitted,  // a call that was answered and goes on elsewhere: a job, or a task token is out
};

// One thread of control: the execution's own scope (the root), a Parallel's branch or a Map's
// iteration, with the state it is in. Changed by `evolve` alone.
struct Frame {
    history::FrameId id = 0;
    Slot owner = no_slot;     // the frame whose Parallel or Map it belongs to; none for the root
    std::uint32_t index = 0;  // of the branch or iteration
    Phase phase = Phase::Closed;
    // Where a redrive goes on once the frame is Stopped: the state's own work, or to enter it (a
    // Fail state always), the scope's begin or end, or the branches and items.
    Phase resume = Phase::Entered;
    bool over = false;  // an iteration that was Stopped and takes no event before its turn

    json::String state;           // current, or (Enter) next
    json::Value input;            // raw input of the state; Ended: the scope's output
    json::Value value;            // Returned: the result
    json::Value variables;        // of this scope: an object, or null before the first
    history::EventId before = 0;  // the event that led to `entered`
    history::EventId entered = 0;
    history::EventId last =
        0;  // newest event on the way here: what comes next names it as previous
    Timestamp entered_time{};

    // An open call, from its …Scheduled to its result.
    history::Boxed<history::TaskScheduled> call;
    history::EventId scheduled = 0;
    // Times it was sent. Of an activity's task: odd while a worker has it, even while it is
    // offered.
    std::uint32_t dispatch = 0;
    bool parked = false;  // nothing of the call is under way here: only a word from outside ends it
    history::Boxed<history::TaskFailure> failure;

    // Of this visit of the state.
    std::vector<std::uint32_t> retries;  // by retrier; empty before the first
    std::uint32_t retries_total = 0;

    std::uint32_t fork = UINT32_MAX;  // Forked: which Fork

    // Derived; not part of the frame's value.
    std::size_t variables_bytes = 0;
    Timestamp due = timestamp_max;            // of the timer, whatever the phase makes of it
    Timestamp heartbeat_due = timestamp_max;  // heartbeats are not journaled
    std::uint32_t heap_position = UINT32_MAX;
    std::uint32_t streak = 0;  // events since it came to the front of the queue
    Slot ready_next = no_slot;
    Slot ready_previous = no_slot;
    bool ready = false;
    Slot sibling_next = no_slot;
    Slot sibling_previous = no_slot;

    bool call_open() const
    {
        return phase == Phase::Scheduled || phase == Phase::Started || phase == Phase::Submitted;
    }
    friend bool operator==(const Frame& left, const Frame& right);
};

// What a Parallel or Map under way keeps beside its frame.
struct Fork {
    history::Boxed<history::MapStarted> map;  // null for a Parallel
    std::vector<json::Value> results;         // by branch or item
    std::vector<std::uint32_t> failed;        // iterations that failed within the tolerance
    std::uint32_t opened = 0;
    std::uint32_t succeeded = 0;
    std::uint32_t live = 0;  // children that are not over
    // AWS: an iteration names as its previous event the last state event of the one before it.
    history::EventId link = 0;
    Slot first_child = no_slot;
    Slot last_child = no_slot;
    // After a redrive: stopped iterations (or branches) that wait for their turn, the next one
    // last.
    std::vector<Slot> to_resume;

    std::uint32_t length() const { return static_cast<std::uint32_t>(results.size()); }
    bool has_room() const { return !map || map->concurrency == 0 || live < map->concurrency; }
    bool all_ended() const { return succeeded + failed.size() == results.size(); }
    bool may_open() const { return map && opened < results.size() && has_room(); }
    friend bool operator==(const Fork& left, const Fork& right);
};

}  // namespace weft::engine
