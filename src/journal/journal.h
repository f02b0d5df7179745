#pragma once

#include "base/function.h"
#include "base/result.h"
#include "base/time.h"
#include "history/event.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace weft::journal {

// INTERFACE CONTRACT.
using StreamKey = std::int64_t;  // in insertion order, from 1

enum class StreamKind : std::uint8_t {
    Execution = 1,
    Relay = 2
};  // Relay: drives messages in tests
enum class RunStatus : std::uint8_t {
    Running = 1,
    Succeeded = 2,
    Failed = 3,
    TimedOut = 4,
    Aborted = 5
};

constexpr std::uint32_t shard_count = 1'024;
std::uint32_t shard_of(std::string_view machine_arn, std::string_view name);
// The same for many executions of one machine: its ARN is hashed once.
class ShardHash {
public:
    explicit ShardHash(std::string_view machine_arn);
    std::uint32_t shard_of(std::string_view name) const;

private:
    std::uint64_t m_hash;
};

// How often an execution was redriven, and when last.
struct Redrives {
    std::uint32_t count = 0;
    std::optional<Timestamp> last;  // none before the first
    bool operator==(const Redrives&) const = default;
};

// The index: one row a stream, a projection committed with its batches. Listing and recovery read
// it.
struct IndexRow {
    StreamKey key = 0;
    StreamKind kind = StreamKind::Execution;
    std::uint32_t shard = 0;
    std::string machine_arn;  // unqualified; for a Relay any text
    std::string name;         // (machine_arn, name) is unique while the row is kept
    RunStatus status = RunStatus::Running;
    Timestamp start{};
    std::optional<Timestamp> stop;
    // Set by a batch after which the stream only waits: the earliest due time, or timestamp_max if
    // nothing is due. None while there is anything else to do: such a stream is loaded at start-up.
    std::optional<Timestamp> wake_at;
    bool outbox = false;  // has messages that were not acked
    std::string revision_hash;
    std::string version_arn;
    std::string alias_arn;
    Redrives redrives = {};
    bool operator==(const IndexRow&) const = default;
};

struct IndexUpdate {
    RunStatus status = RunStatus::Running;
    std::optional<Timestamp> stop;
    std::optional<Timestamp> wake_at;
    bool outbox = false;
    Redrives redrives = {};
    bool operator==(const IndexUpdate&) const = default;
};

// An activity's task that no worker has: a projection like the index, so that start-up offers it
// again without loading its execution.
struct Offer {
    std::int64_t order = 0;  // of insertion; given by the store
    StreamKey key = 0;
    std::uint32_t shard = 0;
    history::EventId scheduled = 0;
    std::uint32_t dispatch = 0;  // of the call, when it was offered
    std::string activity;        // ARN
    bool operator==(const Offer&) const = default;
};

struct Batch {
    StreamKey key = 0;
    std::uint64_t number = 0;  // 0, 1, 2 … without a gap within the stream
    history::EventId first_public =
        0;  // first public id in it; the next one to come when it has none
    std::uint32_t public_count = 0;
    std::vector<history::Event> events;
};

// What one slice of one stream writes, atomically.
struct Append {
    std::optional<IndexRow>
        create;  // with the stream's first batch; a taken (machine_arn, name) fails this append
    Batch batch;
    IndexUpdate update;       // ignored with `create` (the row says it all)
    bool row_changes = true;  // false: the row says what `update` says already
    // Offers of this stream that go (by their scheduled event; one that is not there is passed
    // over), then those that come. An offer takes the place of an earlier one of the same event.
    std::vector<history::EventId> withdrawn;
    std::vector<Offer> offers;
};

struct Checkpoint {
    StreamKey key = 0;
    std::uint64_t next_batch = 0;  // fold the batches from this number on
    std::uint64_t events = 0;      // events folded into it
    std::string state;  // the stream's own encoding, opaque here, checksummed by the store
};

// An asynchronous Express start that has been acknowledged and has not ended: run again from the
// start after a crash.
struct ExpressStart {
    StreamKey key = 0;
    std::string body;  // the runtime's own encoding
};

struct ListQuery {
    std::string machine_arn;
    std::optional<RunStatus> status;
    std::optional<StreamKey> before;  // exclusive; newest first
    std::size_t limit = 100;
    // Only those that were started by this version or alias of the machine; at most one is given.
    std::string version_arn = {};
    std::string alias_arn = {};
};

// A look at the oldest streams, for retention.
struct EndedPage {
    std::vector<StreamKey> keys;  // of those that may go
    StreamKey next = 0;           // look on after this one; 0: all that follow began too late
};

// What one step of retention did.
struct Removal {
    std::uint64_t streams = 0;  // hidden by retire()
    std::uint64_t rows = 0;     // removed by purge()
    bool more = false;          // there is more to purge
};

// Every write joins the open flush; `done` is called exactly once, on a thread of the journal's
// choosing (the caller's own inside append() only for a refusal that queued nothing). A write that
// `done` reported as failed left nothing behind; one whose outcome cannot be known ends with
// OutcomeUnknown, after which the journal takes nothing more and the process must stop. Errors:
// ExecutionAlreadyExists (create), Io (refused, full disk…), OutcomeUnknown, Throttled (queue full;
// never for appends without `create`). Writes of one stream are applied in the order of the calls.
// Reads are blocking and thread-safe and see only what is durable.
class Journal {
public:
    using Done = Function<void(Result<>)>;
    virtual ~Journal() = default;

    // The next free stream key; never given twice, also across restarts. Any thread, no I/O.
    virtual StreamKey next_key() = 0;

    virtual void append(Append append, Done done) = 0;
    virtual void put_checkpoint(Checkpoint checkpoint, Done done) = 0;
    virtual void put_express(ExpressStart start, Done done) = 0;
    virtual void erase_express(StreamKey key, Done done) = 0;

    // Batches from number `from` on, at most about `bytes_max` of them (at least one), in order.
    // Empty: no more.
    virtual Result<std::vector<Batch>> read(StreamKey key, std::uint64_t from,
                                            std::size_t bytes_max) = 0;
    // The batch that holds public event `id`, or the first after it: for pages that begin inside a
    // history.
    virtual Result<std::optional<std::uint64_t>> batch_of(StreamKey key, history::EventId id) = 0;
    // The stream's newest batch: for its end, and for pages from the end backwards. None: no such
    // stream.
    virtual Result<std::optional<Batch>> last_batch(StreamKey key) = 0;
    virtual Result<std::optional<IndexRow>> find(StreamKey key) = 0;
    virtual Result<std::optional<IndexRow>> find_by_name(const std::string& machine_arn,
                                                         const std::string& name) = 0;
    virtual Result<std::vector<IndexRow>> list(const ListQuery& query) = 0;
    virtual Result<std::optional<Checkpoint>> checkpoint(StreamKey key) = 0;

    // What start-up must load: RUNNING without wake_at, and flagged outboxes; in key order after
    // `after`.
    virtual Result<std::vector<IndexRow>> unsettled(StreamKey after, std::size_t limit) = 0;
    // Rows with wake_at <= `until`, in due order. A row comes back until a batch changes its
    // wake_at.
    virtual Result<std::vector<IndexRow>> due(Timestamp until, std::size_t limit) = 0;
    // The earliest wake_at later than `after`.
    virtual Result<std::optional<Timestamp>> next_wake(Timestamp after) = 0;
    virtual Result<std::vector<ExpressStart>> express_starts(StreamKey after,
                                                             std::size_t limit) = 0;
    // In the order in which they were made, after the one with this order (0: from the first).
    virtual Result<std::vector<Offer>> offers(std::int64_t after, std::size_t limit) = 0;
    virtual Result<std::uint64_t> running_count(const std::string& machine_arn) = 0;

    // Streams of any machine that are Running. Counted as it changes; any thread, no I/O.
    virtual std::uint64_t open_count() const = 0;

    // Retention, in steps that each are bounded. A stream may go once it ended before a moment and
    // has no messages out. ended() looks at `rows` streams after `after`, in key order, and names
    // those that may. retire() hides them in one transaction: no read by name or from the index
    // finds them any more, their names are free, and what they hold is left to purge(), also by the
    // next process; a stream that may not go is passed over. purge() removes about `rows` rows of
    // what retired streams hold. Errors as of every write; Throttled as well, since both can wait.
    using Removed = Function<void(Result<Removal>)>;
    virtual Result<EndedPage> ended(Timestamp before, StreamKey after, std::size_t rows) = 0;
    virtual void retire(std::vector<StreamKey> keys, Timestamp before, Removed done) = 0;
    virtual void purge(std::size_t rows, Removed done) = 0;

    // A secret of this store, made once: for tokens and idempotency keys. 32 bytes.
    virtual const std::string& secret() const = 0;

    // Flushes what was queued and takes nothing more. Blocks.
    virtual void close() = 0;
};

}  // namespace weft::journal
