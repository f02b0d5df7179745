#pragma once

#include "engine/engine.h"
#include "engine/refold.h"
#include "journal/journal.h"
#include "json/value.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace weft::runtime {

// A message from another stream that has not been accepted before.
struct MessageArrived {
    journal::StreamKey from = 0;
    std::uint64_t number = 0;
    json::String kind;
    json::Value body;
};

// A command to a stream of another kind than an execution.
struct Instruct {
    json::Value body;
};

using StreamCommand = std::variant<engine::Command, MessageArrived, Instruct>;

// What a turn gives a stream from outside.
struct StreamTurn {
    Timestamp now{};
    Entropy& entropy;
    Meter& meter;
    const Limits& limits;
    engine::SliceBudget budget{};
    std::uint64_t next_message = 0;  // the number its next MessageQueued takes
    engine::TokenSource tokens{};
};

// What a mailbox holds: one kind of stream's state with its own decide and evolve. The mailbox adds
// MessageAccepted and MessageAcked itself; a stream that sends writes MessageQueued events numbered
// from `next_message`.
class Stream {
public:
    virtual ~Stream() = default;

    virtual engine::Slice run(const StreamCommand& command, const StreamTurn& turn) = 0;
    // The call that the command speaks of and that must be answered first, so that the history
    // shows one after the other; none when the command can be taken.
    virtual std::optional<history::EventId> waits_for(const StreamCommand&) const
    {
        return std::nullopt;
    }
    virtual void fold(const history::Event& event) = 0;
    // Folds an event that was read back. Errors: Corrupt when it contradicts those before it.
    virtual Result<> refold(const history::Event& event) = 0;

    virtual journal::RunStatus status() const = 0;
    virtual journal::Redrives redrives() const { return {}; }
    virtual bool only_waits() const = 0;
    virtual Timestamp next_due() const = 0;
    // While it only waits: whether something but its timers may wake it at any moment.
    virtual bool may_be_told() const { return false; }
    // What it takes in memory, about; counted up to `limit` and then abandoned (more than it).
    virtual std::size_t bytes_about(std::size_t) const { return 0; }
    // After a load. What was heard in memory alone is forgotten, and counted anew.
    virtual void loaded(Timestamp) {}
    // The state as text for a checkpoint, and back (Corrupt: fold the history instead). Empty: this
    // kind writes none.
    virtual std::string save() const = 0;
    virtual Result<> load(std::string_view state) = 0;

    bool ended() const { return status() != journal::RunStatus::Running; }
};

// An execution of a state machine.
class ExecutionStream final : public Stream {
public:
    explicit ExecutionStream(asl::MachinePtr machine) : m_machine(std::move(machine)) {}

    engine::Slice run(const StreamCommand& command, const StreamTurn& turn) override;
    std::optional<history::EventId> waits_for(const StreamCommand& command) const override;
    void loaded(Timestamp now) override { engine::restart_heartbeats(m_execution, now); }
    void fold(const history::Event& event) override { engine::evolve(m_execution, event); }
    Result<> refold(const history::Event& event) override
    {
        return engine::refold(m_execution, event, *m_machine);
    }
    journal::RunStatus status() const override;
    journal::Redrives redrives() const override
    {
        return {static_cast<std::uint32_t>(m_execution.redrive_count()),
                m_execution.redrive_time()};
    }
    bool only_waits() const override { return m_execution.only_waits(); }
    Timestamp next_due() const override { return m_execution.next_due(); }
    bool may_be_told() const override { return m_execution.open_calls() > 0; }
    std::size_t bytes_about(std::size_t limit) const override
    {
        return sizeof *this + m_execution.bytes_about(limit);
    }
    std::string save() const override;
    Result<> load(std::string_view state) override;

    const engine::Execution& execution() const { return m_execution; }
    const asl::Machine& machine() const { return *m_machine; }

    // Whether an offer of an activity's task still stands.
    bool offers(history::EventId scheduled, std::uint32_t dispatch) const;

private:
    std::optional<engine::Command> command_of(const MessageArrived& message) const;
    void tell_others(engine::Slice& slice, const StreamTurn& turn, bool ran);

    asl::MachinePtr m_machine;
    engine::Execution m_execution;
};

// Makes the empty stream that a row of the index stands for; for kinds other than executions.
using StreamFactory = Function<std::unique_ptr<Stream>(const journal::IndexRow&)>;

}  // namespace weft::runtime
