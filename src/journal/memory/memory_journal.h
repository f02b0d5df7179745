#pragma once

#include "journal/journal.h"
#include "journal/memory/tables.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <variant>

namespace weft::journal {

struct MemoryOptions {
    // When a flush happens. Thread: on a thread of the journal's own, as soon as something is
    // queued. Posted: in a job handed to `post`, at most one at a time, so that one turn of a loop
    // shares a flush. Manual: when the owner calls flush(); what was queued before a crash() is
    // lost.
    enum class Flush : std::uint8_t { Thread, Posted, Manual };

    Flush flush = Flush::Thread;
    Function<void(Function<void()>)> post;  // of Posted; called from any thread that appends
    bool encode = false;                    // keep batches as bytes, through the codec
    std::size_t finished_max = SIZE_MAX;    // ended streams kept; the oldest go first
    std::size_t queue_max = SIZE_MAX;       // queued writes beyond which a create is Throttled
    std::string secret;                     // 32 bytes; empty: drawn from the system
};

// A journal that forgets everything when the process ends: `weft run`, tests, simulation. Any
// thread may write and read; `done` is called by whoever flushes, outside every lock, in the order
// of the writes. Posted: the journal must outlive the jobs that it has posted.
class MemoryJournal final : public Journal {
public:
    explicit MemoryJournal(MemoryOptions options = {});
    ~MemoryJournal() override;

    StreamKey next_key() override;
    void append(Append append, Done done) override;
    void put_checkpoint(Checkpoint checkpoint, Done done) override;
    void put_express(ExpressStart start, Done done) override;
    void erase_express(StreamKey key, Done done) override;

    Result<std::vector<Batch>> read(StreamKey key, std::uint64_t from,
                                    std::size_t bytes_max) override;
    Result<std::optional<std::uint64_t>> batch_of(StreamKey key, history::EventId id) override;
    Result<std::optional<Batch>> last_batch(StreamKey key) override;
    Result<std::optional<IndexRow>> find(StreamKey key) override;
    Result<std::optional<IndexRow>> find_by_name(const std::string& machine_arn,
                                                 const std::string& name) override;
    Result<std::vector<IndexRow>> list(const ListQuery& query) override;
    Result<std::optional<Checkpoint>> checkpoint(StreamKey key) override;
    Result<std::vector<IndexRow>> unsettled(StreamKey after, std::size_t limit) override;
    Result<std::vector<IndexRow>> due(Timestamp until, std::size_t limit) override;
    Result<std::optional<Timestamp>> next_wake(Timestamp after) override;
    Result<std::vector<ExpressStart>> express_starts(StreamKey after, std::size_t limit) override;
    Result<std::vector<Offer>> offers(std::int64_t after, std::size_t limit) override;
    Result<std::uint64_t> running_count(const std::string& machine_arn) override;
    std::uint64_t open_count() const override;
    Result<EndedPage> ended(Timestamp before, StreamKey after, std::size_t rows) override;
    void retire(std::vector<StreamKey> keys, Timestamp before, Removed done) override;
    void purge(std::size_t rows, Removed done) override;
    const std::string& secret() const override { return m_secret; }
    void close() override;

    // Makes at most `writes_max` queued writes visible, the oldest first, and calls their `done`.
    // Returns how many.
    std::size_t flush(std::size_t writes_max = SIZE_MAX);
    // Writes that wait for a flush.
    std::size_t pending() const;
    // As if the process had died: what was not flushed is gone and its `done` is never called. What
    // was flushed stays, and the journal goes on as after a restart.
    void crash();

private:
    struct EraseExpress {
        StreamKey key;
    };
    struct Retire {
        std::vector<StreamKey> keys;
        Timestamp before;
        std::shared_ptr<Removal> removal;
    };
    struct Write {
        std::variant<Append, Checkpoint, ExpressStart, EraseExpress, Retire> what;
        Done done;
        Result<> outcome;
    };

    void enqueue(Write write);
    Result<> apply(Write& write);
    void run_flusher();

    MemoryOptions m_options;
    std::string m_secret;
    std::atomic<StreamKey> m_next_key{1};

    mutable std::mutex m_queue_mutex;
    std::condition_variable m_queued;
    std::vector<Write> m_queue;
    bool m_flush_posted = false;
    bool m_closed = false;

    mutable std::shared_mutex m_tables_mutex;  // taken before m_queue_mutex
    MemoryTables m_tables;
    std::thread m_flusher;
};

}  // namespace weft::journal
