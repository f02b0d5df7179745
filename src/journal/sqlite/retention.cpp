// Retention: the part of SqliteJournal that finds, hides and removes ended streams.

#include "journal/sqlite/names.h"
#include "journal/sqlite/schema.h"
#include "journal/sqlite/sqlite_journal.h"
#include "storage/committer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace weft::journal {

namespace {

// What one step removes at most beside its bound of rows: pages that go are written as well.
constexpr std::int64_t purge_bytes = std::int64_t{4} << 20;

// What a step may still take.
struct Budget {
    std::int64_t rows;
    std::int64_t bytes = purge_bytes;
    bool left() const { return rows > 0 && bytes > 0; }
    void spend(std::int64_t size)
    {
        --rows;
        bytes -= size;
    }
};

// A write that tells what it did.
template <class Apply> class RemovalWrite final : public storage::Write {
public:
    RemovalWrite(Apply apply, Journal::Removed done)
        : m_apply(std::move(apply)), m_done(std::move(done))
    {
    }
    Result<> apply(storage::Connection& connection) override
    {
        m_removal = TRY(m_apply(connection, m_emptied));
        return {};
    }
    void done(Result<> result) override
    {
        if (!result) return m_done(tl::unexpected(std::move(result).error()));
        if (m_names != nullptr && !m_emptied.empty()) m_names->forget(m_emptied);
        m_done(m_removal);
    }
    void forget_in(NameIndex& names) { m_names = &names; }

private:
    Apply m_apply;
    Journal::Removed m_done;
    NameIndex* m_names = nullptr;
    std::vector<std::int64_t> m_emptied;  // generations of names
    Removal m_removal;
};

Result<> note_retired(storage::Connection& connection, StreamKey key)
{
    storage::Statement* put =
        TRY(connection.cached("INSERT OR IGNORE INTO retired(key) VALUES(?1)"));
    return put->bind(1, key).run();
}

// The stored filter of a generation goes with its last stream.
Result<bool> is_emptied(storage::Connection& connection, std::int64_t generation)
{
    {
        storage::Use any(*TRY(connection.cached(
            "SELECT 1 FROM stream INDEXED BY stream_name WHERE generation=?1 LIMIT 1")));
        any->bind(1, generation);
        if (TRY(any->step())) return false;
    }
    storage::Statement* erase =
        TRY(connection.cached("DELETE FROM name_filter WHERE generation=?1"));
    TRY(erase->bind(1, generation).run());
    return true;
}

Result<Removal> hide(storage::Connection& connection, const std::vector<StreamKey>& keys,
                     Timestamp before, std::int64_t current, std::vector<std::int64_t>& emptied)
{
    Removal removal;
    std::vector<std::int64_t> generations;
    for (const StreamKey key : keys) {
        {
            storage::Use erase(
                *TRY(connection.cached("DELETE FROM stream WHERE key=?1 AND status>1 AND outbox=0 "
                                       "AND stop<?2 RETURNING generation")));
            erase->bind(1, key).bind(2, before.time_since_epoch().count());
            if (!TRY(erase->step())) continue;
            const std::int64_t generation = erase->integer(0);
            if (generations.empty() || generations.back() != generation)
                generations.push_back(generation);
        }
        TRY(note_retired(connection, key));
        ++removal.streams;
    }
    removal.more = removal.streams > 0;
    std::ranges::sort(generations);
    generations.erase(std::ranges::unique(generations).begin(), generations.end());
    for (const std::int64_t generation : generations)
        if (generation != current && TRY(is_emptied(connection, generation)))
            emptied.push_back(generation);
    return removal;
}

// True when no batch of the stream is left. Batches are bounded by number, and without a gap.
Result<bool> purge_batches(storage::Connection& connection, StreamKey key, Budget& budget)
{
    std::optional<std::int64_t> last;
    bool all = true;
    {
        // The length comes from the row's header: large batches are not read.
        storage::Use look(
            *TRY(connection.cached("SELECT id,length(body) FROM batch WHERE id BETWEEN ?1 AND ?2 "
                                   "ORDER BY id")));
        look->bind(1, batch_id(key, 0)).bind(2, batch_id(key, batch_number_max));
        while (TRY(look->step())) {
            if (!budget.left()) {
                all = false;
                break;
            }
            last = look->integer(0);
            budget.spend(look->integer(1));
        }
    }
    if (!last) return all;
    storage::Statement* erase =
        TRY(connection.cached("DELETE FROM batch WHERE id BETWEEN ?1 AND ?2"));
    TRY(erase->bind(1, batch_id(key, 0)).bind(2, *last).run());
    return all;
}

Result<bool> purge_values(storage::Connection& connection, StreamKey key, Budget& budget)
{
    std::vector<std::int64_t> rows;
    bool all = true;
    {
        storage::Use look(
            *TRY(connection.cached("SELECT rowid,length(body) FROM value WHERE key=?1")));
        look->bind(1, key);
        while (TRY(look->step())) {
            if (!budget.left()) {
                all = false;
                break;
            }
            rows.push_back(look->integer(0));
            budget.spend(look->integer(1));
        }
    }
    for (const std::int64_t row : rows) {
        storage::Statement* erase = TRY(connection.cached("DELETE FROM value WHERE rowid=?1"));
        TRY(erase->bind(1, row).run());
    }
    return all;
}

// True when nothing of the stream is left.
Result<bool> purge_stream(storage::Connection& connection, StreamKey key, Budget& budget)
{
    if (!TRY(purge_batches(connection, key, budget))) return false;
    if (!TRY(purge_values(connection, key, budget))) return false;
    storage::Statement* checkpoint = TRY(connection.cached("DELETE FROM checkpoint WHERE key=?1"));
    TRY(checkpoint->bind(1, key).run());
    storage::Statement* offers = TRY(connection.cached("DELETE FROM offer WHERE key=?1"));
    TRY(offers->bind(1, key).run());
    storage::Statement* done = TRY(connection.cached("DELETE FROM retired WHERE key=?1"));
    TRY(done->bind(1, key).run());
    budget.spend(0);
    return true;
}

Result<std::optional<StreamKey>> first_retired(storage::Connection& connection)
{
    storage::Use first(*TRY(connection.cached("SELECT min(key) FROM retired")));
    if (!TRY(first->step())) return std::nullopt;
    return first->maybe_integer(0);
}

Result<Removal> remove_retired(storage::Connection& connection, std::size_t rows)
{
    const auto rows_max = static_cast<std::int64_t>(
        std::min<std::size_t>(rows, std::numeric_limits<std::int32_t>::max()));
    Budget budget{rows_max};
    Removal removal;
    while (true) {
        const std::optional<StreamKey> key = TRY(first_retired(connection));
        removal.more = key.has_value();
        if (!key || !budget.left()) break;
        TRY(purge_stream(connection, *key, budget));
    }
    removal.rows = static_cast<std::uint64_t>(rows_max - budget.rows);
    return removal;
}

// Tables whose rows belong to streams: the smallest owner from one on.
struct Owned {
    const char* what;
    const char* next_owner;
};
constexpr std::array owned_tables = {
    Owned{"batch", "SELECT min(id)>>24 FROM batch WHERE id>=?1<<24"},
    Owned{"value", "SELECT min(key) FROM value WHERE key>=?1"},
    Owned{"checkpoint", "SELECT min(key) FROM checkpoint WHERE key>=?1"},
    Owned{"offer", "SELECT min(key) FROM offer WHERE key>=?1"},
};
static_assert(batch_number_bits == 24, "the statement above shifts by it");

}  // namespace

Result<EndedPage> SqliteJournal::ended(Timestamp before, StreamKey after, std::size_t rows)
{
    auto reader = m_database.reader();
    const std::int64_t until = before.time_since_epoch().count();
    storage::Use look(
        *TRY(reader->cached("SELECT key,start<?2,status>1 AND outbox=0 AND ifnull(stop<?2,0) "
                            "FROM stream WHERE key>?1 ORDER BY key LIMIT ?3")));
    look->bind(1, after).bind(2, until).bind(
        3, static_cast<std::int64_t>(std::min<std::size_t>(rows, INT64_MAX)));
    EndedPage page;
    StreamKey last = 0;
    std::size_t seen = 0;
    bool old = false;
    while (TRY(look->step())) {
        ++seen;
        last = look->integer(0);
        old = old || look->integer(1) != 0;
        if (look->integer(2) != 0) page.keys.push_back(last);
    }
    if (old && seen == rows) page.next = last;
    return page;
}

void SqliteJournal::retire(std::vector<StreamKey> keys, Timestamp before, Removed done)
{
    auto apply = [this, keys = std::move(keys), before](storage::Connection& connection,
                                                        std::vector<std::int64_t>& emptied) {
        return hide(connection, keys, before, m_names->current(), emptied);
    };
    auto write = std::make_unique<RemovalWrite<decltype(apply)>>(std::move(apply), std::move(done));
    write->forget_in(*m_names);
    m_database.submit(std::move(write), storage::Admission::MayRefuse);
}

void SqliteJournal::purge(std::size_t rows, Removed done)
{
    auto apply = [rows](storage::Connection& connection, std::vector<std::int64_t>&) {
        return remove_retired(connection, rows);
    };
    m_database.submit(
        std::make_unique<RemovalWrite<decltype(apply)>>(std::move(apply), std::move(done)),
        storage::Admission::MayRefuse);
}

Result<std::vector<std::string>> SqliteJournal::ownerless(std::size_t limit)
{
    auto reader = m_database.reader();
    std::vector<std::string> found;
    for (const Owned& table : owned_tables) {
        auto next = TRY(reader->prepare(table.next_owner));
        auto owner = TRY(reader->prepare("SELECT 1 FROM stream WHERE key=?1 UNION ALL "
                                         "SELECT 1 FROM retired WHERE key=?1"));
        std::size_t listed = 0;
        for (StreamKey key = 0; listed < limit;) {
            storage::Use step(next);
            step->bind(1, key);
            if (!TRY(step->step()) || step->is_null(0)) break;
            key = step->integer(0);
            storage::Use find(owner);
            find->bind(1, key);
            if (!TRY(find->step())) {
                found.push_back(fmt::format("{} rows of stream {}", table.what, key));
                ++listed;
            }
            ++key;
        }
    }
    return found;
}

}  // namespace weft::journal
