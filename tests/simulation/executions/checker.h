#pragma once

#include "asl/machine.h"
#include "base/entropy.h"
#include "base/time.h"
#include "engine/execution.h"
#include "journal/journal.h"
#include "runtime/runtime.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace weft::test {

// What the simulation has seen, over all its worlds.
struct Coverage {
    std::map<std::string, int> states;   // drawn, by type
    std::map<std::string, int> events;   // durable, by type
    std::map<std::string, int> crashes;  // by what had just happened
    std::set<std::string> crash_points;  // types of event that were the last durable one
    std::uint64_t executions = 0;
    std::uint64_t resent = 0;
    std::uint64_t refused = 0;  // answers to callers
};

// What docs/trust.md promises of Standard executions, held against the store. `check` after every
// flush reads what is new; what is durable is only ever added to.
class Checker {
public:
    explicit Checker(std::uint64_t seed, std::uint64_t events_max)
        : m_dice(seed), m_events_max(events_max)
    {
    }

    void add_machine(const std::string& arn, asl::MachinePtr machine);
    // A start was acknowledged: from now on it is there.
    void acknowledged(const std::string& execution_arn) { m_acknowledged.insert(execution_arn); }
    // A redrive was acknowledged: it happened then, and is durable. What is wrong; empty when all
    // holds.
    std::string redriven(const std::string& execution_arn, Timestamp when) const;
    // A call reached the other side; afterwards how it was answered.
    std::string called(const std::string& execution_arn, const std::string& key, bool resent);
    void answered(const std::string& execution_arn) { ++m_answered[execution_arn]; }

    // Each gives what is wrong, empty when all holds.
    std::string check(journal::Journal& journal);
    // When the world is at rest: what is in memory is what the histories fold to.
    std::string check_live(runtime::Runtime& runtime) const;
    std::string check_ended(Coverage& coverage) const;

    // Every execution in the store has ended, and every acknowledged one is there.
    bool all_ended() const;
    std::string unfinished() const;  // ", " and each that has not
    // The type of the event that became durable last.
    const std::string& last_event() const { return m_last_event; }

private:
    struct Seen {
        asl::MachinePtr machine;
        journal::StreamKey key = 0;
        std::uint64_t next_batch = 0;
        engine::Execution folded;
        engine::Execution resumed;  // from a checkpoint taken at some point, and the tail
        std::size_t started = 0;    // calls
        std::size_t succeeded = 0;  // calls
        int ends = 0;
        int redrives = 0;
        std::set<Timestamp> redriven;
        std::set<history::EventId> results;
        std::map<history::FrameId, Timestamp> waits;     // TimerSet, not fired yet
        std::map<history::FrameId, Timestamp> retries;   // RetryScheduled, not made yet
        std::map<history::EventId, Timestamp> timeouts;  // of calls
        std::map<std::string, int> events;
    };

    std::string take(const std::string& arn, Seen& seen, const journal::Batch& batch);
    std::string take(Seen& seen, const history::Event& event);
    static std::string check_timers(Seen& seen, const history::Event& event);

    Entropy m_dice;
    std::uint64_t m_events_max;
    std::map<std::string, asl::MachinePtr> m_machines;  // by ARN
    std::map<std::string, Seen> m_executions;           // by ARN
    std::set<std::string> m_acknowledged;
    std::map<std::string, std::set<std::string>> m_keys;  // of calls, by execution
    std::set<std::string> m_all_keys;
    std::map<std::string, std::size_t> m_answered;
    std::string m_last_event;
};

}  // namespace weft::test
