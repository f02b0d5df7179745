// The reading half of SqliteJournal.

#include "journal/batch_codec.h"
#include "journal/sqlite/names.h"
#include "journal/sqlite/schema.h"
#include "journal/sqlite/sqlite_journal.h"

namespace weft::journal {

namespace {

using storage::Connection;
using storage::Statement;
using storage::Use;

Timestamp timestamp(std::int64_t value)
{
    return Timestamp(Milliseconds(value));
}

std::optional<Timestamp> timestamp(const std::optional<std::int64_t>& value)
{
    if (!value) return std::nullopt;
    return timestamp(*value);
}

// The columns of an IndexRow, and the joins they need.
#define WEFT_INDEX_COLUMNS                                                                    \
    "SELECT "                                                                                 \
    "s.key,s.kind,s.shard,s.status,s.outbox,s.start,s.stop,s.wake_at,s.name,m.value,r.value," \
    "v.value,a.value,s.redrives,s.redriven FROM stream s "
#define WEFT_INDEX_JOINS                                                      \
    " LEFT JOIN text m ON m.id=s.machine LEFT JOIN text r ON r.id=s.revision" \
    " LEFT JOIN text v ON v.id=s.version LEFT JOIN text a ON a.id=s.alias "

Result<IndexRow> index_row(const Statement& columns)
{
    IndexRow row;
    row.key = columns.integer(0);
    const std::int64_t kind = columns.integer(1);
    const std::int64_t status = columns.integer(3);
    if (kind < 1 || kind > 2 || status < 1 || status > 5)
        return fail(ErrorCode::Corrupt, "stream {}: its index row has kind {}, status {}", row.key,
                    kind, status);
    row.kind = static_cast<StreamKind>(kind);
    row.shard = static_cast<std::uint32_t>(columns.integer(2));
    row.status = static_cast<RunStatus>(status);
    row.outbox = columns.integer(4) != 0;
    row.start = timestamp(columns.integer(5));
    row.stop = timestamp(columns.maybe_integer(6));
    row.wake_at = timestamp(columns.maybe_integer(7));
    row.name = columns.text(8);
    row.machine_arn = columns.text(9);
    row.revision_hash = columns.text(10);
    row.version_arn = columns.text(11);
    row.alias_arn = columns.text(12);
    row.redrives.count = static_cast<std::uint32_t>(columns.integer(13));
    row.redrives.last = timestamp(columns.maybe_integer(14));
    return row;
}

Result<std::vector<IndexRow>> index_rows(Use& query)
{
    std::vector<IndexRow> rows;
    while (TRY(query->step())) {
        auto row = TRY(index_row(*query.operator->()));
        rows.push_back(std::move(row));
    }
    return rows;
}

Result<std::optional<IndexRow>> one_index_row(Use& query)
{
    if (!TRY(query->step())) return std::nullopt;
    return TRY(index_row(*query.operator->()));
}

std::int64_t clamp(std::size_t limit)
{
    return static_cast<std::int64_t>(std::min<std::size_t>(limit, INT64_MAX));
}

// The id of a text, or -1, which no row has.
Result<std::int64_t> text_id(Connection& connection, const std::string& text)
{
    if (text.empty()) return 0;
    Use find(*TRY(connection.cached("SELECT id FROM text WHERE value=?1")));
    find->bind_text(1, text);
    if (!TRY(find->step())) return -1;
    return find->integer(0);
}

// Value rows of one stream.
class StreamRows final : public ValueRows {
public:
    StreamRows(Connection& connection, StreamKey key) : m_connection(connection), m_key(key) {}

    Result<std::string> row(const ValueHash& hash) override
    {
        Use find(*TRY(m_connection.cached("SELECT body FROM value WHERE key=?1 AND hash=?2")));
        find->bind(1, m_key).bind_blob(2, hash.view());
        if (!TRY(find->step())) return fail(ErrorCode::Corrupt, "a value row is missing");
        return std::string(find->blob(0));
    }

private:
    Connection& m_connection;
    StreamKey m_key;
};

Result<Batch> decode_row(BatchDecoder& decoder, StreamKey key, const Statement& row)
{
    const std::uint64_t number = static_cast<std::uint64_t>(row.integer(0)) & batch_number_max;
    return decoder.decode(key, number, row.blob(1));
}

}  // namespace

Result<std::vector<Batch>> SqliteJournal::read(StreamKey key, std::uint64_t from,
                                               std::size_t bytes_max)
{
    std::vector<Batch> batches;
    if (from > batch_number_max) return batches;
    auto reader = m_database.reader();
    StreamRows rows(*reader.operator->(), key);
    BatchDecoder decoder(rows);
    Use query(
        *TRY(reader->cached("SELECT id,body FROM batch WHERE id BETWEEN ?1 AND ?2 ORDER BY id")));
    query->bind(1, batch_id(key, from)).bind(2, batch_id(key, batch_number_max));
    std::size_t bytes = 0;
    std::uint64_t expected = from;
    while (TRY(query->step())) {
        bytes += query->blob(1).size();
        if (!batches.empty() && bytes > bytes_max) break;
        if (query->integer(0) != batch_id(key, expected))
            return fail(ErrorCode::Corrupt, "stream {}, batch {}: it is missing", key, expected);
        auto batch = TRY(decode_row(decoder, key, *query.operator->()));
        ++expected;
        batches.push_back(std::move(batch));
    }
    return batches;
}

Result<std::optional<Batch>> SqliteJournal::last_batch(StreamKey key)
{
    auto reader = m_database.reader();
    StreamRows rows(*reader.operator->(), key);
    BatchDecoder decoder(rows);
    Use query(*TRY(reader->cached(
        "SELECT id,body FROM batch WHERE id BETWEEN ?1 AND ?2 ORDER BY id DESC LIMIT 1")));
    query->bind(1, batch_id(key, 0)).bind(2, batch_id(key, batch_number_max));
    if (!TRY(query->step())) return std::nullopt;
    return TRY(decode_row(decoder, key, *query.operator->()));
}

Result<std::optional<std::uint64_t>> SqliteJournal::batch_of(StreamKey key, history::EventId id)
{
    auto reader = m_database.reader();
    std::uint64_t end = 0;
    {
        Use last(*TRY(reader->cached(
            "SELECT id FROM batch WHERE id BETWEEN ?1 AND ?2 ORDER BY id DESC LIMIT 1")));
        last->bind(1, batch_id(key, 0)).bind(2, batch_id(key, batch_number_max));
        if (!TRY(last->step())) return std::nullopt;
        end = (static_cast<std::uint64_t>(last->integer(0)) & batch_number_max) + 1;
    }
    // Batches are without gap and their public ids ascend.
    Statement* find =
        TRY(reader->cached("SELECT first_public+public_count FROM batch WHERE id=?1"));
    std::uint64_t low = 0;
    std::uint64_t high = end;
    while (low < high) {
        const std::uint64_t middle = low + (high - low) / 2;
        Use query(*find);
        query->bind(1, batch_id(key, middle));
        if (!TRY(query->step()))
            return fail(ErrorCode::Corrupt, "stream {}, batch {}: it is missing", key, middle);
        if (query->integer(0) <= id)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == end) return std::nullopt;
    return low;
}

Result<std::optional<IndexRow>> SqliteJournal::find(StreamKey key)
{
    auto reader = m_database.reader();
    Use query(*TRY(reader->cached(WEFT_INDEX_COLUMNS WEFT_INDEX_JOINS "WHERE s.key=?1")));
    query->bind(1, key);
    return one_index_row(query);
}

Result<std::optional<IndexRow>> SqliteJournal::find_by_name(const std::string& machine_arn,
                                                            const std::string& name)
{
    auto reader = m_database.reader();
    const std::int64_t machine = TRY(text_id(*reader.operator->(), machine_arn));
    const std::int64_t hash = name_hash(name);
    for (const std::int64_t generation : m_names->candidates(filter_hash(machine, hash))) {
        Use query(*TRY(reader->cached(
            WEFT_INDEX_COLUMNS
            "INDEXED BY stream_name" WEFT_INDEX_JOINS
            "WHERE s.generation=?1 AND s.machine=?2 AND s.name_hash=?3 AND s.name=?4")));
        query->bind(1, generation).bind(2, machine).bind(3, hash).bind_text(4, name);
        auto row = TRY(one_index_row(query));
        if (row) return row;
    }
    return std::nullopt;
}

Result<std::vector<IndexRow>> SqliteJournal::list(const ListQuery& query)
{
    auto reader = m_database.reader();
    const std::int64_t machine = TRY(text_id(*reader.operator->(), query.machine_arn));
    if (!query.version_arn.empty() || !query.alias_arn.empty()) {
        const bool by_version = !query.version_arn.empty();
        const std::int64_t starter =
            TRY(text_id(*reader.operator->(), by_version ? query.version_arn : query.alias_arn));
        Use select(*TRY(
            reader->cached(by_version ? WEFT_INDEX_COLUMNS
                               "INDEXED BY stream_version" WEFT_INDEX_JOINS
                               "WHERE s.version=?5 AND s.version>0 AND s.machine=?1 AND s.key<?2 "
                               "AND (?4=0 OR s.status=?4) ORDER BY s.key DESC LIMIT ?3"
                                      : WEFT_INDEX_COLUMNS
                               "INDEXED BY stream_alias" WEFT_INDEX_JOINS
                               "WHERE s.alias=?5 AND s.alias>0 AND s.machine=?1 AND s.key<?2 "
                               "AND (?4=0 OR s.status=?4) ORDER BY s.key DESC LIMIT ?3")));
        select->bind(1, machine)
            .bind(2, query.before.value_or(INT64_MAX))
            .bind(3, clamp(query.limit))
            .bind(4, query.status ? static_cast<std::int64_t>(*query.status) : 0)
            .bind(5, starter);
        return index_rows(select);
    }
    // Ended well is the usual: those are picked out of all. The others have orders of their own.
    const char* sql =
        WEFT_INDEX_COLUMNS "INDEXED BY stream_machine" WEFT_INDEX_JOINS
                           "WHERE s.machine=?1 AND s.key<?2 ORDER BY s.key DESC LIMIT ?3";
    if (query.status == RunStatus::Running) {
        sql = WEFT_INDEX_COLUMNS
            "INDEXED BY stream_running" WEFT_INDEX_JOINS
            "WHERE s.machine=?1 AND s.key<?2 AND s.status=1 ORDER BY s.key DESC LIMIT ?3";
    } else if (query.status == RunStatus::Succeeded) {
        sql = WEFT_INDEX_COLUMNS
            "INDEXED BY stream_machine" WEFT_INDEX_JOINS
            "WHERE s.machine=?1 AND s.key<?2 AND s.status=2 ORDER BY s.key DESC LIMIT ?3";
    } else if (query.status) {
        sql = WEFT_INDEX_COLUMNS "INDEXED BY stream_status" WEFT_INDEX_JOINS
                                 "WHERE s.machine=?1 AND s.status=?4 AND s.status>2 AND s.key<?2 "
                                 "ORDER BY s.key DESC LIMIT ?3";
    }
    Use select(*TRY(reader->cached(sql)));
    select->bind(1, machine).bind(2, query.before.value_or(INT64_MAX)).bind(3, clamp(query.limit));
    if (query.status && *query.status > RunStatus::Succeeded)
        select->bind(4, static_cast<std::int64_t>(*query.status));
    return index_rows(select);
}

Result<std::optional<Checkpoint>> SqliteJournal::checkpoint(StreamKey key)
{
    auto reader = m_database.reader();
    Use query(*TRY(reader->cached("SELECT next_batch,events,state FROM checkpoint WHERE key=?1")));
    query->bind(1, key);
    if (!TRY(query->step())) return std::nullopt;
    Checkpoint checkpoint;
    checkpoint.key = key;
    checkpoint.next_batch = static_cast<std::uint64_t>(query->integer(0));
    checkpoint.events = static_cast<std::uint64_t>(query->integer(1));
    checkpoint.state = TRY(unseal(key, query->blob(2), "checkpoint"));
    return checkpoint;
}

Result<std::vector<IndexRow>> SqliteJournal::all(StreamKey after, std::size_t limit)
{
    auto reader = m_database.reader();
    Use query(*TRY(reader->cached(WEFT_INDEX_COLUMNS WEFT_INDEX_JOINS
                                  "WHERE s.key>?1 ORDER BY s.key LIMIT ?2")));
    query->bind(1, after).bind(2, clamp(limit));
    return index_rows(query);
}

Result<std::vector<IndexRow>> SqliteJournal::unsettled(StreamKey after, std::size_t limit)
{
    auto reader = m_database.reader();
    Use query(*TRY(reader->cached(WEFT_INDEX_COLUMNS
                                  "INDEXED BY stream_unsettled" WEFT_INDEX_JOINS
                                  "WHERE s.unsettled=1 AND s.key>?1 ORDER BY s.key LIMIT ?2")));
    query->bind(1, after).bind(2, clamp(limit));
    return index_rows(query);
}

Result<std::vector<IndexRow>> SqliteJournal::due(Timestamp until, std::size_t limit)
{
    auto reader = m_database.reader();
    Use query(*TRY(reader->cached(WEFT_INDEX_COLUMNS
                                  "INDEXED BY stream_wake" WEFT_INDEX_JOINS
                                  "WHERE s.wake_at<=?1 AND s.wake_at<9223372036854775807 "
                                  "ORDER BY s.wake_at, s.key LIMIT ?2")));
    query->bind(1, until.time_since_epoch().count()).bind(2, clamp(limit));
    return index_rows(query);
}

Result<std::optional<Timestamp>> SqliteJournal::next_wake(Timestamp after)
{
    auto reader = m_database.reader();
    Use query(*TRY(reader->cached("SELECT min(wake_at) FROM stream INDEXED BY stream_wake "
                                  "WHERE wake_at>?1 AND wake_at<9223372036854775807")));
    query->bind(1, after.time_since_epoch().count());
    if (!TRY(query->step())) return std::nullopt;
    return timestamp(query->maybe_integer(0));
}

Result<std::vector<ExpressStart>> SqliteJournal::express_starts(StreamKey after, std::size_t limit)
{
    auto reader = m_database.reader();
    Use query(
        *TRY(reader->cached("SELECT key,body FROM express WHERE key>?1 ORDER BY key LIMIT ?2")));
    query->bind(1, after).bind(2, clamp(limit));
    std::vector<ExpressStart> starts;
    while (TRY(query->step())) {
        const StreamKey key = query->integer(0);
        const std::string_view body = TRY(unseal(key, query->blob(1), "express start"));
        starts.push_back({key, std::string(body)});
    }
    return starts;
}

Result<std::vector<Offer>> SqliteJournal::offers(std::int64_t after, std::size_t limit)
{
    auto reader = m_database.reader();
    Use query(*TRY(reader->cached(
        "SELECT o.id,o.key,o.shard,o.scheduled,o.dispatch,t.value FROM offer o "
        "LEFT JOIN text t ON t.id=o.activity WHERE o.id>?1 ORDER BY o.id LIMIT ?2")));
    query->bind(1, after).bind(2, clamp(limit));
    std::vector<Offer> found;
    while (TRY(query->step())) {
        Offer offer;
        offer.order = query->integer(0);
        offer.key = query->integer(1);
        offer.shard = static_cast<std::uint32_t>(query->integer(2)) % shard_count;
        offer.scheduled = query->integer(3);
        offer.dispatch = static_cast<std::uint32_t>(query->integer(4));
        offer.activity = query->text(5);
        found.push_back(std::move(offer));
    }
    return found;
}

Result<std::uint64_t> SqliteJournal::running_count(const std::string& machine_arn)
{
    auto reader = m_database.reader();
    const std::int64_t machine = TRY(text_id(*reader.operator->(), machine_arn));
    Use query(*TRY(reader->cached(
        "SELECT count(*) FROM stream INDEXED BY stream_running WHERE machine=?1 AND status=1")));
    query->bind(1, machine);
    TRY(query->step());
    return static_cast<std::uint64_t>(query->integer(0));
}

}  // namespace weft::journal
