#include "journal/sqlite/sqlite_journal.h"

#include "base/assert.h"
#include "journal/sqlite/names.h"
#include "journal/sqlite/schema.h"
#include "journal/sqlite/writer.h"

#include <sys/random.h>

#include <algorithm>
#include <type_traits>

namespace weft::journal {

namespace {

constexpr StreamKey key_block = StreamKey{1} << 22;
constexpr StreamKey raise_again = StreamKey{1} << 16;  // keys until the next try after a failed one
constexpr StreamKey close_slack = 4'096;               // keys that may still be given after close()

using storage::Admission;
using storage::Connection;

// A write of the journal: `Apply` calls the Writer's function.
template <class Apply> class JournalWrite final : public storage::Write {
public:
    JournalWrite(Writer& writer, std::atomic<std::uint64_t>& open, Apply apply, Journal::Done done)
        : m_writer(writer), m_open(open), m_apply(std::move(apply)), m_done(std::move(done))
    {
    }
    Result<> apply(Connection& connection) override
    {
        Result<> applied = m_apply(m_writer, connection);
        m_open_delta = m_writer.take_open_delta();
        return applied;
    }
    void done(Result<> result) override
    {
        if (result && m_open_delta != 0)
            m_open.fetch_add(static_cast<std::uint64_t>(m_open_delta), std::memory_order_relaxed);
        if (!result && (result.error().code == ErrorCode::Io ||
                        result.error().code == ErrorCode::OutcomeUnknown))
            m_writer.forget();
        // To the committer Io would mean that the disk failed, and the group with it.
        if (!result && result.error().code == ErrorCode::ConflictingRequest)
            result.error().code = ErrorCode::Io;
        m_done(std::move(result));
    }

private:
    Writer& m_writer;
    std::atomic<std::uint64_t>& m_open;
    int m_open_delta = 0;  // running streams that came or went, counted once they are durable
    Apply m_apply;
    Journal::Done m_done;
};

template <class Apply>
std::unique_ptr<storage::Write> make_write(Writer& writer, std::atomic<std::uint64_t>& open,
                                           Apply apply, Journal::Done done)
{
    return std::make_unique<JournalWrite<Apply>>(writer, open, std::move(apply), std::move(done));
}

std::string random_secret()
{
    std::string secret(32, '\0');
    WEFT_ASSERT(getrandom(secret.data(), secret.size(), 0) == 32);
    return secret;
}

}  // namespace

SqliteJournal::SqliteJournal(storage::Database& database)
    : m_database(database), m_names(std::make_unique<NameIndex>()),
      m_writer(std::make_unique<Writer>(*m_names))
{
}

Result<std::unique_ptr<SqliteJournal>> SqliteJournal::open(storage::Database& database)
{
    std::unique_ptr<SqliteJournal> journal(new SqliteJournal(database));
    TRY(database.migrate("journal", journal_schema));
    TRY(journal->load());
    return journal;
}

Result<std::unique_ptr<SqliteJournal>> SqliteJournal::open_for_reading(storage::Database& database)
{
    TRY(database.check_version("journal", journal_schema.size()));
    return std::unique_ptr<SqliteJournal>(new SqliteJournal(database));
}

Result<> SqliteJournal::load()
{
    return m_database.write([this](Connection& connection) -> Result<> {
        auto put = TRY(connection.prepare("INSERT OR IGNORE INTO setting VALUES('secret',?1)"));
        const std::string fresh = random_secret();
        TRY(put.bind_blob(1, fresh).run());
        auto get = TRY(connection.prepare("SELECT value FROM setting WHERE name='secret'"));
        if (TRY(get.step())) m_secret = get.blob(0);
        get.reset();
        if (m_secret.size() != 32)
            return fail(ErrorCode::Corrupt, "{}: the store's secret is damaged", connection.path());
        auto next = TRY(connection.prepare(
            "SELECT max(ifnull((SELECT value FROM setting WHERE name='next_key'),1),"
            " ifnull((SELECT max(key) FROM stream),0)+1, ifnull((SELECT max(key) FROM "
            "express),0)+1)"));
        TRY(next.step());
        const StreamKey key = next.integer(0);
        next.reset();
        TRY(m_names->load(connection));
        auto open = TRY(connection.prepare(
            "SELECT count(*) FROM stream INDEXED BY stream_running WHERE status=1"));
        TRY(open.step());
        m_open = static_cast<std::uint64_t>(open.integer(0));
        open.reset();
        TRY(m_writer->put_mark(connection, key + key_block));
        m_next_key = key;
        m_mark = key + key_block;
        m_raise_at = key + key_block / 2;
        return {};
    });
}

SqliteJournal::~SqliteJournal()
{
    close();
}

StreamKey SqliteJournal::next_key()
{
    const StreamKey key = m_next_key.fetch_add(1, std::memory_order_relaxed);
    if (key >= m_raise_at.load(std::memory_order_relaxed)) raise_mark(key);
    // Two million keys were given while the disk took none of the writes that raise the mark.
    WEFT_ASSERT(key < m_mark.load(std::memory_order_acquire));
    return key;
}

void SqliteJournal::raise_mark(StreamKey key)
{
    if (m_raising.exchange(true)) return;
    const StreamKey mark = key + key_block;
    m_database.submit(make_write(
                          *m_writer, m_open,
                          [mark](Writer& writer, Connection& connection) {
                              return writer.put_mark(connection, mark);
                          },
                          [this, mark, key](Result<> written) {
                              if (written) m_mark.store(mark, std::memory_order_release);
                              m_raise_at = written ? mark - key_block / 2 : key + raise_again;
                              m_raising = false;
                          }),
                      Admission::Always);
}

void SqliteJournal::append(Append append, Done done)
{
    WEFT_ASSERT(append.create.has_value() == (append.batch.number == 0));
    WEFT_ASSERT(!append.create || append.create->key == append.batch.key);
    const Admission admission = append.create ? Admission::MayRefuse : Admission::Always;
    m_database.submit(make_write(
                          *m_writer, m_open,
                          [append = std::move(append)](Writer& writer, Connection& connection) {
                              return writer.append(connection, append);
                          },
                          std::move(done)),
                      admission);
}

void SqliteJournal::put_checkpoint(Checkpoint checkpoint, Done done)
{
    m_database.submit(
        make_write(
            *m_writer, m_open,
            [checkpoint = std::move(checkpoint)](Writer& writer, Connection& connection) {
                return writer.put_checkpoint(connection, checkpoint);
            },
            std::move(done)),
        Admission::Always);
}

void SqliteJournal::put_express(ExpressStart start, Done done)
{
    m_database.submit(make_write(
                          *m_writer, m_open,
                          [start = std::move(start)](Writer& writer, Connection& connection) {
                              return writer.put_express(connection, start);
                          },
                          std::move(done)),
                      Admission::MayRefuse);
}

void SqliteJournal::erase_express(StreamKey key, Done done)
{
    m_database.submit(make_write(
                          *m_writer, m_open,
                          [key](Writer& writer, Connection& connection) {
                              return writer.erase_express(connection, key);
                          },
                          std::move(done)),
                      Admission::Always);
}

void SqliteJournal::close()
{
    if (m_closed) return;
    m_closed = true;
    // What of the block was not given goes back; when that fails, it is merely lost.
    const StreamKey mark = m_next_key.load() + close_slack;
    (void)m_database.write([mark](Connection& connection) -> Result<> {
        auto put =
            TRY(connection.prepare("UPDATE setting SET value=min(value,?1) WHERE name='next_key'"));
        return put.bind(1, mark).run();
    });
    m_database.close();
}

}  // namespace weft::journal
