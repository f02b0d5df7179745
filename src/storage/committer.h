#pragma once

#include "base/function.h"
#include "observability/metrics.h"
#include "storage/sqlite.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace weft::storage {

// One write of a group. apply() runs on the committer's thread inside the group's transaction;
// done() after the group ended, on the same thread, once. A write that apply() refuses must have
// changed nothing: the statement that may be refused comes first, and what follows it fails only
// when the disk does. Io, OutcomeUnknown, Corrupt and Busy mean that the disk failed, and end the
// whole group: a refusal has another code.
class Write {
public:
    virtual ~Write() = default;
    virtual Result<> apply(Connection& connection) = 0;
    virtual void done(Result<> result) = 0;
};

enum class Admission : std::uint8_t { MayRefuse, Always };

struct CommitterOptions {
    std::size_t queue_max = 100'000;  // queued writes beyond which MayRefuse is refused
    std::size_t group_max = 4'096;    // writes of one transaction
    std::int64_t checkpoint_bytes = 16
                                    << 20;   // a PASSIVE checkpoint each time the WAL grew by this
    std::int64_t restart_bytes = 100 << 20;  // the committer restarts a WAL of this size
};

struct CommitterStats {
    std::uint64_t groups = 0;
    std::uint64_t writes = 0;
    std::uint64_t refused_groups = 0;
    std::uint64_t checkpoints = 0;
    std::uint64_t restarts = 0;
    std::int64_t wal_bytes_max = 0;
    std::int64_t wal_bytes = 0;                          // after the last group
    std::int64_t free_bytes = 0;                         // of the file: deleted, to be used again
    std::uint64_t queued = 0;                            // writes that wait for a group
    observability::HistogramCounts commit_microseconds;  // of a group, from its first statement on
    observability::HistogramCounts group_writes;
};

// The one writer of a database: a thread that commits what is queued as one transaction while the
// next group fills. A second thread does the bulk of the checkpoints beside it.
class Committer {
public:
    // `writer` and `checkpointer` are connections of the same file.
    Committer(std::unique_ptr<Connection> writer, std::unique_ptr<Connection> checkpointer,
              CommitterOptions options);
    ~Committer();

    // done() is called inside submit() only for what is not queued. Errors of done(): those of
    // apply(); Io (the group was rolled back: nothing of it is there); OutcomeUnknown (a sync
    // failed; nothing is taken any more); Throttled (the queue is full); Cancelled (closed).
    void submit(std::unique_ptr<Write> write, Admission admission);
    // Waits until what was queued is done, and ends. Idempotent.
    void close();

    CommitterStats stats() const;

private:
    void run();
    void commit_group(std::vector<std::unique_ptr<Write>>& group);
    Result<> apply_all(std::vector<std::unique_ptr<Write>>& group, std::vector<Result<>>& outcomes);
    void after_commit();
    void look_at_free_pages(std::chrono::steady_clock::time_point now);
    void prepare_log();
    void run_checkpoints();
    void stop_taking(Error error);

    std::unique_ptr<Connection> m_writer;
    std::unique_ptr<Connection> m_checkpointer;
    CommitterOptions m_options;
    std::optional<Statement> m_begin;
    std::optional<Statement> m_commit;
    std::optional<Statement> m_free_pages;
    std::chrono::steady_clock::time_point m_free_pages_seen{};
    std::int64_t m_page_bytes = 4'096;
    std::int64_t m_wal_pages = 0;        // set by SQLite's hook at each commit
    std::int64_t m_log_bytes = 0;        // of the WAL's file, with what is prepared
    std::int64_t m_next_checkpoint = 0;  // WAL bytes
    std::int64_t m_next_restart = 0;

    mutable std::mutex m_mutex;
    std::condition_variable m_queued;
    std::condition_variable m_checkpoint_wanted;
    std::vector<std::unique_ptr<Write>> m_queue;
    std::optional<Error> m_failed;  // takes nothing more
    bool m_idle = false;
    bool m_closed = false;
    bool m_want_checkpoint = false;
    bool m_checkpoints_end = false;
    CommitterStats m_stats;
    std::thread m_thread;
    std::thread m_checkpoint_thread;
};

}  // namespace weft::storage
