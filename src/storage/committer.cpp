#include "storage/committer.h"

#include "base/assert.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace weft::storage {

namespace {

constexpr std::chrono::milliseconds free_pages_every{100};

}  // namespace

Committer::Committer(std::unique_ptr<Connection> writer, std::unique_ptr<Connection> checkpointer,
                     CommitterOptions options)
    : m_writer(std::move(writer)), m_checkpointer(std::move(checkpointer)), m_options(options),
      m_next_checkpoint(options.checkpoint_bytes), m_next_restart(options.restart_bytes)
{
    sqlite3_wal_hook(
        m_writer->handle(),
        [](void* self, sqlite3*, const char*, int pages) {
            static_cast<Committer*>(self)->m_wal_pages = pages;
            return SQLITE_OK;
        },
        this);
    // Prepared here so that a group allocates nothing; a fault shows at the first group.
    if (auto statement = m_writer->prepare("BEGIN IMMEDIATE"))
        m_begin.emplace(*std::move(statement));
    if (auto statement = m_writer->prepare("COMMIT")) m_commit.emplace(*std::move(statement));
    if (auto statement = m_writer->prepare("PRAGMA page_size")) {
        if (auto row = statement->step(); row && *row) m_page_bytes = statement->integer(0);
    }
    if (auto statement = m_writer->prepare("PRAGMA freelist_count"))
        m_free_pages.emplace(*std::move(statement));
    WEFT_ASSERT(m_begin && m_commit);
    m_thread = std::thread([this] { run(); });
    m_checkpoint_thread = std::thread([this] { run_checkpoints(); });
}

Committer::~Committer()
{
    close();
}

void Committer::submit(std::unique_ptr<Write> write, Admission admission)
{
    std::optional<Error> refusal;
    {
        std::unique_lock lock(m_mutex);
        if (m_failed) {
            refusal = m_failed;
        } else if (m_closed) {
            refusal = Error{ErrorCode::Cancelled, "the store is closed", {}};
        } else if (admission == Admission::MayRefuse && m_queue.size() >= m_options.queue_max) {
            refusal = Error{ErrorCode::Throttled,
                            fmt::format("{} writes wait for the disk already", m_queue.size()),
                            {}};
        } else {
            m_queue.push_back(std::move(write));
            const bool wake = std::exchange(m_idle, false);
            lock.unlock();
            // Woken under the lock it would run into the lock.
            if (wake) m_queued.notify_one();
            return;
        }
    }
    write->done(tl::unexpected(*std::move(refusal)));
}

void Committer::run()
{
    std::vector<std::unique_ptr<Write>> group;
    std::unique_lock lock(m_mutex);
    while (true) {
        while (m_queue.empty() && !m_closed) {
            m_idle = true;
            m_queued.wait(lock);
        }
        m_idle = false;
        if (m_queue.empty()) return;
        if (m_queue.size() <= m_options.group_max) {
            group.swap(m_queue);
        } else {
            const auto end = m_queue.begin() + static_cast<std::ptrdiff_t>(m_options.group_max);
            group.assign(std::make_move_iterator(m_queue.begin()), std::make_move_iterator(end));
            m_queue.erase(m_queue.begin(), end);
        }
        const std::optional<Error> failed = m_failed;
        lock.unlock();
        if (failed) {
            for (auto& write : group) write->done(tl::unexpected(*failed));
        } else {
            commit_group(group);
        }
        group.clear();
        lock.lock();
    }
}

void Committer::commit_group(std::vector<std::unique_ptr<Write>>& group)
{
    std::vector<Result<>> outcomes(group.size());
    const auto begin = std::chrono::steady_clock::now();
    const Result<> committed = apply_all(group, outcomes);
    if (!committed) {
        if (!m_writer->autocommit()) (void)m_writer->execute("ROLLBACK");
        // Whatever a statement was refused for, nothing of the group is there; only a failed sync
        // leaves doubt.
        const bool unknown = committed.error().code == ErrorCode::OutcomeUnknown;
        if (unknown) stop_taking(committed.error());
        const Error error{
            unknown ? ErrorCode::OutcomeUnknown : ErrorCode::Io, committed.error().message, {}};
        std::ranges::fill(outcomes, Result<>(tl::unexpected(error)));
    } else {
        after_commit();
        look_at_free_pages(begin);
    }
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - begin);
    {
        std::unique_lock lock(m_mutex);
        m_stats.commit_microseconds.add(static_cast<std::uint64_t>(took.count()));
        m_stats.group_writes.add(group.size());
        m_stats.wal_bytes = m_wal_pages * m_page_bytes;
        ++m_stats.groups;
        m_stats.writes += group.size();
        if (!committed) ++m_stats.refused_groups;
        m_stats.wal_bytes_max = std::max(m_stats.wal_bytes_max, m_wal_pages * m_page_bytes);
    }
    for (std::size_t i = 0; i < group.size(); ++i) group[i]->done(std::move(outcomes[i]));
}

// Fails when the group as a whole does; the writes' own refusals are in `outcomes`.
Result<> Committer::apply_all(std::vector<std::unique_ptr<Write>>& group,
                              std::vector<Result<>>& outcomes)
{
    TRY(m_begin->run());
    for (std::size_t i = 0; i < group.size(); ++i) {
        outcomes[i] = group[i]->apply(*m_writer);
        if (outcomes[i]) continue;
        const ErrorCode code = outcomes[i].error().code;
        // SQLite ends the transaction by itself after some faults of the disk.
        if (m_writer->autocommit() || code == ErrorCode::Io || code == ErrorCode::OutcomeUnknown ||
            code == ErrorCode::Corrupt || code == ErrorCode::Busy)
            return outcomes[i];
    }
    return m_commit->run();
}

// A log that grows costs twice the time of one that is written over: with each sync the file system
// writes what it keeps of the file as well. So the file is filled with zeros ahead of what is
// written; SQLite takes nothing behind the last frame of the newest salt for a frame. Only the
// committer writes to the log, and this is its thread.
void Committer::prepare_log()
{
    constexpr std::int64_t step_bytes = 1 << 20;
    constexpr std::int64_t header_bytes = 32;
    constexpr std::int64_t frame_header_bytes = 24;
    const std::int64_t end = header_bytes + m_wal_pages * (m_page_bytes + frame_header_bytes);
    if (end + step_bytes / 2 <= m_log_bytes || m_log_bytes >= m_options.restart_bytes) return;
    sqlite3_file* log = nullptr;
    if (sqlite3_file_control(m_writer->handle(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) !=
            SQLITE_OK ||
        log == nullptr || log->pMethods == nullptr)
        return;
    sqlite3_int64 size = 0;
    if (log->pMethods->xFileSize(log, &size) != SQLITE_OK || size < end) return;
    static constexpr std::array<char, 64U << 10> zeros{};
    const std::int64_t wanted = end + step_bytes;
    // A full disk: the next commit says so.
    while (size < wanted && log->pMethods->xWrite(log, zeros.data(), static_cast<int>(zeros.size()),
                                                  size) == SQLITE_OK)
        size += static_cast<std::int64_t>(zeros.size());
    m_log_bytes = std::max<std::int64_t>(size, wanted);
}

void Committer::after_commit()
{
    prepare_log();
    const std::int64_t wal_bytes = m_wal_pages * m_page_bytes;
    if (wal_bytes < m_next_checkpoint - m_options.checkpoint_bytes)
        m_next_checkpoint = m_options.checkpoint_bytes;  // the WAL began anew
    if (wal_bytes >= m_next_restart) {
        // PASSIVE checkpoints never catch up with steady writing; here nobody writes, so that this
        // one ends, and the next commit starts at the beginning of the file. A reader of an old
        // snapshot makes it fail: again after some growth.
        const int code = sqlite3_wal_checkpoint_v2(m_writer->handle(), nullptr,
                                                   SQLITE_CHECKPOINT_RESTART, nullptr, nullptr);
        if (code == SQLITE_OK) {
            m_next_restart = m_options.restart_bytes;
            m_next_checkpoint = m_options.checkpoint_bytes;
            std::unique_lock lock(m_mutex);
            ++m_stats.restarts;
        } else {
            m_next_restart = wal_bytes + m_options.restart_bytes / 10;
            const Error error = error_of(m_writer->handle(), code, m_writer->path());
            if (error.code == ErrorCode::OutcomeUnknown) stop_taking(error);
        }
        return;
    }
    m_next_restart = std::max(m_options.restart_bytes,
                              std::min(m_next_restart, wal_bytes + m_options.restart_bytes / 10));
    if (wal_bytes < m_next_checkpoint) return;
    m_next_checkpoint = wal_bytes + m_options.checkpoint_bytes;
    std::unique_lock lock(m_mutex);
    m_want_checkpoint = true;
    m_checkpoint_wanted.notify_one();
}

void Committer::look_at_free_pages(std::chrono::steady_clock::time_point now)
{
    if (!m_free_pages || now - m_free_pages_seen < free_pages_every) return;
    m_free_pages_seen = now;
    Use look(*m_free_pages);
    const Result<bool> row = look->step();
    if (!row || !*row) return;
    const std::int64_t bytes = look->integer(0) * m_page_bytes;
    const std::unique_lock lock(m_mutex);
    m_stats.free_bytes = bytes;
}

void Committer::run_checkpoints()
{
    std::unique_lock lock(m_mutex);
    while (true) {
        m_checkpoint_wanted.wait(lock, [this] { return m_want_checkpoint || m_checkpoints_end; });
        if (m_checkpoints_end) return;
        m_want_checkpoint = false;
        lock.unlock();
        const int code = sqlite3_wal_checkpoint_v2(m_checkpointer->handle(), nullptr,
                                                   SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
        // A page that did not reach the disk although its sync was asked for may never: the WAL
        // must not be reused.
        if (code != SQLITE_OK) {
            const Error error = error_of(m_checkpointer->handle(), code, m_checkpointer->path());
            if (error.code == ErrorCode::OutcomeUnknown) stop_taking(error);
        }
        lock.lock();
        ++m_stats.checkpoints;
    }
}

void Committer::stop_taking(Error error)
{
    std::unique_lock lock(m_mutex);
    if (!m_failed) m_failed = std::move(error);
}

void Committer::close()
{
    {
        std::unique_lock lock(m_mutex);
        m_closed = true;
        m_queued.notify_one();
    }
    if (m_thread.joinable()) m_thread.join();
    {
        std::unique_lock lock(m_mutex);
        m_checkpoints_end = true;
        m_checkpoint_wanted.notify_one();
    }
    if (m_checkpoint_thread.joinable()) m_checkpoint_thread.join();
    if (!m_failed) return;
    // The log is the only sure copy after a failed sync: it must not be emptied when the
    // connections close.
    for (Connection* connection : {m_writer.get(), m_checkpointer.get()})
        sqlite3_db_config(connection->handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

CommitterStats Committer::stats() const
{
    std::unique_lock lock(m_mutex);
    CommitterStats stats = m_stats;
    stats.queued = m_queue.size();
    return stats;
}

}  // namespace weft::storage
