#pragma once

#include "base/time.h"
#include "history/event.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace weft::engine {

// INTERFACE CONTRACT: the members below the line are the engine's; the functions are what others may use.

enum class Status : std::uint8_t { New, Running, Succeeded, Failed, TimedOut, Aborted };

// One execution as a plain value: serialisable, comparable, without a pointer into the compiled machine.
class Execution {
public:
    Status status() const;
    bool ended() const;                               // any status but New and Running
    const history::ExecutionStarted& started() const; // asserts status is not New
    Timestamp start_time() const;
    Timestamp last_time() const;                      // of the newest event
    history::EventId last_id() const;                 // newest public id
    std::uint64_t event_count() const;                // public and private
    const json::Value& output() const;                // of a succeeded execution
    const history::Failure& failure() const;          // of one that ended otherwise

    // The earliest moment at which TimersDue will do something; timestamp_max when none.
    Timestamp next_due() const;
    // True when nothing is runnable and no call is scheduled or under way: only timers (or nothing) can wake it.
    bool only_waits() const;
    // True when a step can be made without a command from outside (a slice ended for its budget).
    bool runnable() const;

    friend bool operator==(const Execution&, const Execution&);
};

}  // namespace weft::engine
