#pragma once

#include "journal/journal.h"
#include "storage/database.h"

#include <atomic>
#include <memory>

namespace weft::journal {

class NameIndex;
class Writer;

// The journal in a storage::Database, which the caller opened and which outlives it. A write that
// is acknowledged is synced. Any thread; `done` is called on the committer's thread and must be
// quick.
class SqliteJournal final : public Journal {
public:
    // Makes or brings up to date its tables. Errors: Unsupported (a newer weft wrote them), Io,
    // Corrupt.
    static Result<std::unique_ptr<SqliteJournal>> open(storage::Database& database);
    // For looking, over a database opened for reading: no write succeeds, no key is given, and
    // nothing is found by name. Errors: Unsupported (tables of another version), NotFound.
    static Result<std::unique_ptr<SqliteJournal>> open_for_reading(storage::Database& database);
    ~SqliteJournal() override;

    // Every stream's row in key order after `after`. Blocks.
    Result<std::vector<IndexRow>> all(StreamKey after, std::size_t limit);

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
    std::uint64_t open_count() const override { return m_open.load(std::memory_order_relaxed); }
    Result<EndedPage> ended(Timestamp before, StreamKey after, std::size_t rows) override;
    void retire(std::vector<StreamKey> keys, Timestamp before, Removed done) override;
    void purge(std::size_t rows, Removed done) override;
    // Rows that belong to no stream, at most so many streams' of each table: "batch rows of stream
    // 7". Blocks.
    Result<std::vector<std::string>> ownerless(std::size_t limit);
    const std::string& secret() const override { return m_secret; }
    // Closes the database's committer, and so for all who write to it.
    void close() override;

private:
    explicit SqliteJournal(storage::Database& database);
    Result<> load();
    void raise_mark(StreamKey key);

    storage::Database& m_database;
    std::unique_ptr<NameIndex> m_names;
    std::unique_ptr<Writer> m_writer;
    std::string m_secret;

    // Keys below the mark may be given: it is on disk before they are. Reading the largest key from
    // the tables would not do. A synchronous Express run leaves no row, and an asynchronous one
    // erases its own, yet both sent their key to others, inside idempotency keys: a run that got
    // the same one after a crash would be answered with the result of the first. So keys are set
    // aside in blocks, the next one when half of this one is used.
    std::atomic<StreamKey> m_next_key{1};
    std::atomic<StreamKey> m_mark{0};
    std::atomic<StreamKey> m_raise_at{0};
    std::atomic<bool> m_raising{false};
    std::atomic<std::uint64_t> m_open{0};
    bool m_closed = false;
};

}  // namespace weft::journal
