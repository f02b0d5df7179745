#pragma once

#include "base/result.h"
#include "base/time.h"
#include "engine/frame_table.h"
#include "history/event.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft::engine {

// INTERFACE CONTRACT: the private members are the engine's; the functions are what others may use.

// A redrive that happened.
struct Redriven {
    json::String client_token;  // empty when the request had none
    Timestamp time{};
    bool operator==(const Redriven&) const = default;
};
// AWS API: client tokens of this many redrives answer a repeated request.
constexpr std::size_t redrives_kept = 10;

enum class Status : std::uint8_t { New, Running, Succeeded, Failed, TimedOut, Aborted };

// One execution as a plain value: serialisable, comparable, without a pointer into the compiled
// machine. `evolve` (engine.h) alone changes it. Not shared between threads; copying copies the
// frames and shares their documents.
class Execution {
public:
    Status status() const { return m_status; }
    bool ended() const { return m_status > Status::Running; }
    const history::ExecutionStarted& started() const;  // asserts status is not New
    bool has_started() const { return m_started != nullptr; }
    Timestamp start_time() const { return m_start_time; }
    Timestamp last_time() const { return m_last_time; }          // of the newest event, or its end
    history::EventId last_id() const { return m_last_id; }       // newest public id
    std::uint64_t event_count() const { return m_event_count; }  // public and private
    const json::Value& output() const { return m_output; }       // of a succeeded execution
    const history::Failure& failure() const { return m_failure; }  // of one that ended otherwise

    // When it times out: counted from its start, or from the last redrive.
    Timestamp deadline() const { return m_deadline; }
    std::int64_t redrive_count() const { return m_redrive_count; }
    // The newest redrives, oldest first.
    const std::vector<Redriven>& redrives() const { return m_redrives; }
    // Of the last one; none when there was none.
    std::optional<Timestamp> redrive_time() const
    {
        if (m_redrives.empty()) return std::nullopt;
        return m_redrives.back().time;
    }

    // The earliest moment at which TimersDue will do something; timestamp_max when none.
    Timestamp next_due() const;
    // True when nothing is runnable and no call is scheduled or under way here: only timers, or a
    // word from outside (a worker, a task token, a job's end), can wake it.
    bool only_waits() const
    {
        return !runnable() && m_frames.open_calls() == m_frames.parked_calls();
    }
    // True when a step can be made without a command from outside (a slice ended for its budget).
    bool runnable() const { return m_frames.first_ready() != no_slot; }
    // Calls scheduled or under way.
    std::size_t open_calls() const { return m_frames.open_calls(); }

    // What it takes in memory beside its machine, about: documents that several frames share count
    // with each. Counted up to `limit` and then abandoned (returns a number > limit).
    std::size_t bytes_about(std::size_t limit) const;

    // The threads of control and what each of them does. One that ended without success keeps
    // them, stopped, for a redrive.
    const FrameTable& frames() const { return m_frames; }

    // What no event records does not count: heartbeats heard.
    friend bool operator==(const Execution& left, const Execution& right);

private:
    friend class Folder;
    friend class CheckpointWriter;
    friend class CheckpointReader;

    Status m_status = Status::New;
    history::Boxed<history::ExecutionStarted> m_started;
    Timestamp m_start_time{};
    Timestamp m_last_time{};
    history::EventId m_last_id = 0;
    std::uint64_t m_event_count = 0;
    json::Value m_output;
    history::Failure m_failure;
    Timestamp m_deadline = timestamp_max;
    std::int64_t m_redrive_count = 0;
    std::vector<Redriven> m_redrives;
    FrameTable m_frames;
};

}  // namespace weft::engine
