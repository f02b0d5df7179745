#include "journal/memory/memory_journal.h"

#include "base/assert.h"
#include "base/overloaded.h"

#include <sys/random.h>

#include <iterator>

namespace weft::journal {

namespace {

std::string random_secret()
{
    std::string secret(32, '\0');
    WEFT_ASSERT(getrandom(secret.data(), secret.size(), 0) == 32);
    return secret;
}

}  // namespace

MemoryJournal::MemoryJournal(MemoryOptions options)
    : m_options(std::move(options)),
      m_secret(m_options.secret.empty() ? random_secret() : m_options.secret),
      m_tables(m_options.encode, m_options.finished_max)
{
    WEFT_ASSERT(m_options.flush != MemoryOptions::Flush::Posted || m_options.post);
    if (m_options.flush == MemoryOptions::Flush::Thread)
        m_flusher = std::thread([this] { run_flusher(); });
}

MemoryJournal::~MemoryJournal()
{
    close();
}

StreamKey MemoryJournal::next_key()
{
    return m_next_key.fetch_add(1, std::memory_order_relaxed);
}

void MemoryJournal::append(Append append, Done done)
{
    WEFT_ASSERT(append.create.has_value() == (append.batch.number == 0));
    WEFT_ASSERT(!append.create || append.create->key == append.batch.key);
    enqueue({std::move(append), std::move(done), {}});
}

void MemoryJournal::put_checkpoint(Checkpoint checkpoint, Done done)
{
    enqueue({std::move(checkpoint), std::move(done), {}});
}

void MemoryJournal::put_express(ExpressStart start, Done done)
{
    enqueue({std::move(start), std::move(done), {}});
}

void MemoryJournal::erase_express(StreamKey key, Done done)
{
    enqueue({EraseExpress{key}, std::move(done), {}});
}

// Streams go whole, so that nothing is left to purge.
void MemoryJournal::retire(std::vector<StreamKey> keys, Timestamp before, Removed done)
{
    auto removal = std::make_shared<Removal>();
    Done answer = [removal, done = std::move(done)](Result<> retired) mutable {
        if (!retired) return done(tl::unexpected(std::move(retired).error()));
        done(*removal);
    };
    enqueue({Retire{std::move(keys), before, removal}, std::move(answer), {}});
}

void MemoryJournal::purge(std::size_t, Removed done)
{
    retire({}, {}, std::move(done));
}

void MemoryJournal::enqueue(Write write)
{
    const Append* append = std::get_if<Append>(&write.what);
    const bool may_throttle =
        (append != nullptr && append->create) || std::holds_alternative<ExpressStart>(write.what);
    bool post = false;
    {
        std::unique_lock lock(m_queue_mutex);
        if (m_closed) {
            lock.unlock();
            write.done(fail(ErrorCode::Cancelled, "the journal is closed"));
            return;
        }
        if (may_throttle && m_queue.size() >= m_options.queue_max) {
            lock.unlock();
            write.done(fail(ErrorCode::Throttled, "{} writes wait for the journal already",
                            m_options.queue_max));
            return;
        }
        m_queue.push_back(std::move(write));
        if (m_options.flush == MemoryOptions::Flush::Posted && !m_flush_posted)
            post = m_flush_posted = true;
        if (m_options.flush == MemoryOptions::Flush::Thread && m_queue.size() == 1)
            m_queued.notify_one();
    }
    if (post) m_options.post([this] { flush(); });
}

std::size_t MemoryJournal::flush(std::size_t writes_max)
{
    std::vector<Write> writes;
    {
        // Both locks: whoever takes writes first also applies them first.
        std::unique_lock tables_lock(m_tables_mutex);
        {
            std::unique_lock queue_lock(m_queue_mutex);
            m_flush_posted = false;
            if (writes_max >= m_queue.size()) {
                writes.swap(m_queue);
                m_queue.reserve(writes.size());  // likely as many again
            } else {
                const auto end = m_queue.begin() + static_cast<std::ptrdiff_t>(writes_max);
                writes.assign(std::make_move_iterator(m_queue.begin()),
                              std::make_move_iterator(end));
                m_queue.erase(m_queue.begin(), end);
            }
        }
        for (Write& write : writes) write.outcome = apply(write);
    }
    for (Write& write : writes) write.done(std::move(write.outcome));
    return writes.size();
}

Result<> MemoryJournal::apply(Write& write)
{
    return std::visit(overloaded{
                          [this](Append& append) { return m_tables.append(std::move(append)); },
                          [this](Checkpoint& checkpoint) {
                              return m_tables.put_checkpoint(std::move(checkpoint));
                          },
                          [this](ExpressStart& start) {
                              m_tables.put_express(std::move(start));
                              return Result<>{};
                          },
                          [this](EraseExpress& erase) {
                              m_tables.erase_express(erase.key);
                              return Result<>{};
                          },
                          [this](Retire& retire) {
                              retire.removal->streams = m_tables.retire(retire.keys, retire.before);
                              return Result<>{};
                          },
                      },
                      write.what);
}

void MemoryJournal::run_flusher()
{
    std::unique_lock lock(m_queue_mutex);
    while (true) {
        m_queued.wait(lock, [this] { return m_closed || !m_queue.empty(); });
        if (m_queue.empty()) return;
        lock.unlock();
        flush();
        lock.lock();
    }
}

std::size_t MemoryJournal::pending() const
{
    std::unique_lock lock(m_queue_mutex);
    return m_queue.size();
}

void MemoryJournal::crash()
{
    std::vector<Write> lost;
    std::unique_lock lock(m_queue_mutex);
    lost.swap(m_queue);
    m_flush_posted = false;
    lock.unlock();
}

void MemoryJournal::close()
{
    {
        std::unique_lock lock(m_queue_mutex);
        m_closed = true;
        m_queued.notify_one();
    }
    if (m_flusher.joinable()) m_flusher.join();
    flush();
}

Result<std::vector<Batch>> MemoryJournal::read(StreamKey key, std::uint64_t from,
                                               std::size_t bytes_max)
{
    std::shared_lock lock(m_tables_mutex);
    return m_tables.read(key, from, bytes_max);
}

Result<std::optional<std::uint64_t>> MemoryJournal::batch_of(StreamKey key, history::EventId id)
{
    std::shared_lock lock(m_tables_mutex);
    return m_tables.batch_of(key, id);
}

Result<std::optional<Batch>> MemoryJournal::last_batch(StreamKey key)
{
    std::shared_lock lock(m_tables_mutex);
    return m_tables.last_batch(key);
}

Result<std::optional<IndexRow>> MemoryJournal::find(StreamKey key)
{
    std::shared_lock lock(m_tables_mutex);
    return m_tables.find(key);
}

Result<std::optional<IndexRow>> MemoryJournal::find_by_name(const std::string& machine_arn,
                                                            const std::string& name)
{
    std::shared_lock lock(m_tables_mutex);
    return m_tables.find_by_name(machine_arn, name);
}

Result<std::vector<IndexRow>> MemoryJournal::list(const ListQuery& query)
{
    std::shared_lock lock(m_tables_mutex);
    return m_tables.list(query);
}

Result<std::optional<Checkpoint>> MemoryJournal::checkpoint(StreamKey key)
{
    std::shared_lock lock(m_tables_mutex);
    return m_tables.checkpoint(key);
}

Result<std::vector<IndexRow>> MemoryJournal::unsettled(StreamKey after, std::size_t limit)
{
    std::shared_lock lock(m_tables_mutex);
    return m_tables.unsettled(after, limit);
}

Result<std::vector<IndexRow>> MemoryJournal::due(Timestamp until, std::size_t limit)
{
    std::shared_lock lock(m_tables_mutex);
    return m_tables.due(until, limit);
}

Result<std::optional<Timestamp>> MemoryJournal::next_wake(Timestamp after)
{
    std::shared_lock lock(m_tables_mutex);
    return m_tables.next_wake(after);
}

Result<std::vector<ExpressStart>> MemoryJournal::express_starts(StreamKey after, std::size_t limit)
{
    std::shared_lock lock(m_tables_mutex);
    return m_tables.express_starts(after, limit);
}

Result<std::vector<Offer>> MemoryJournal::offers(std::int64_t after, std::size_t limit)
{
    std::shared_lock lock(m_tables_mutex);
    return m_tables.offers(after, limit);
}

Result<std::uint64_t> MemoryJournal::running_count(const std::string& machine_arn)
{
    std::shared_lock lock(m_tables_mutex);
    return m_tables.running_count(machine_arn);
}

std::uint64_t MemoryJournal::open_count() const
{
    std::shared_lock lock(m_tables_mutex);
    return m_tables.open_count();
}

Result<EndedPage> MemoryJournal::ended(Timestamp before, StreamKey after, std::size_t rows)
{
    std::shared_lock lock(m_tables_mutex);
    return m_tables.ended(before, after, rows);
}

}  // namespace weft::journal
