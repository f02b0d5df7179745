#include "journal/sqlite/writer.h"

#include "journal/sqlite/schema.h"

namespace weft::journal {

namespace {

constexpr std::size_t texts_max = 100'000;  // ids kept in memory

std::int64_t integer(Timestamp time)
{
    return time.time_since_epoch().count();
}

std::optional<std::int64_t> integer(const std::optional<Timestamp>& time)
{
    if (!time) return std::nullopt;
    return integer(*time);
}

bool is_unsettled(RunStatus status, const std::optional<Timestamp>& wake_at, bool outbox)
{
    return outbox || (status == RunStatus::Running && !wake_at);
}

tl::unexpected<Error> batch_out_of_order(const Batch& batch)
{
    return fail(ErrorCode::ConflictingRequest,
                "batch {} of stream {}: the batch before it was not written", batch.number,
                batch.key);
}

}  // namespace

Result<> Writer::append(storage::Connection& connection, const Append& append)
{
    const Batch& batch = append.batch;
    m_open_delta = 0;
    if (batch.number > batch_number_max) {
        return fail(ErrorCode::LimitExceeded, "stream {} has {} batches, as many as there may be",
                    batch.key, batch.number);
    }
    if (batch.key < 1 || batch.key > stream_key_max)
        return fail(ErrorCode::Internal, "stream key {} is out of range", batch.key);
    TRY(m_encoder.encode(batch, m_encoded));
    if (append.create)
        TRY(create(connection, *append.create));
    else
        TRY(update(connection, append));
    TRY(change_offers(connection, append));
    return insert_batch(connection, batch);
}

Result<> Writer::change_offers(storage::Connection& connection, const Append& append)
{
    for (const history::EventId scheduled : append.withdrawn) {
        storage::Statement* erase =
            TRY(connection.cached("DELETE FROM offer WHERE key=?1 AND scheduled=?2"));
        TRY(erase->bind(1, append.batch.key).bind(2, scheduled).run());
    }
    for (const Offer& offer : append.offers) {
        const std::int64_t activity = TRY(text_id(connection, offer.activity));
        storage::Statement* put = TRY(
            connection.cached("INSERT OR REPLACE INTO offer(key,scheduled,shard,dispatch,activity) "
                              "VALUES(?1,?2,?3,?4,?5)"));
        TRY(put->bind(1, offer.key)
                .bind(2, offer.scheduled)
                .bind(3, std::int64_t{offer.shard})
                .bind(4, std::int64_t{offer.dispatch})
                .bind(5, activity)
                .run());
    }
    return {};
}

Result<> Writer::create(storage::Connection& connection, const IndexRow& row)
{
    const std::int64_t machine = TRY(text_id(connection, row.machine_arn));
    const std::int64_t revision = TRY(text_id(connection, row.revision_hash));
    const std::int64_t version = TRY(text_id(connection, row.version_arn));
    const std::int64_t alias = TRY(text_id(connection, row.alias_arn));
    const std::int64_t hash = name_hash(row.name);
    const std::uint64_t filtered = filter_hash(machine, hash);
    for (const std::int64_t generation : m_names.candidates(filtered)) {
        storage::Use same_name(*TRY(
            connection.cached("SELECT 1 FROM stream INDEXED BY stream_name "
                              "WHERE generation=?1 AND machine=?2 AND name_hash=?3 AND name=?4")));
        same_name->bind(1, generation).bind(2, machine).bind(3, hash).bind_text(4, row.name);
        if (TRY(same_name->step())) {
            return fail(ErrorCode::ExecutionAlreadyExists, "'{}' has a stream named '{}'",
                        row.machine_arn, row.name);
        }
    }
    storage::Statement* insert = TRY(connection.cached(
        "INSERT INTO "
        "stream(key,kind,shard,status,unsettled,outbox,next_batch,machine,name_hash,start,"
        "stop,wake_at,revision,version,alias,name,generation,redrives,redriven) "
        "VALUES(?1,?2,?3,?4,?5,?6,1,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18)"));
    insert->bind(1, row.key)
        .bind(2, static_cast<std::int64_t>(row.kind))
        .bind(3, std::int64_t{row.shard})
        .bind(4, static_cast<std::int64_t>(row.status))
        .bind(5, std::int64_t{is_unsettled(row.status, row.wake_at, row.outbox)})
        .bind(6, std::int64_t{row.outbox})
        .bind(7, machine)
        .bind(8, hash)
        .bind(9, integer(row.start))
        .bind(10, integer(row.stop))
        .bind(11, integer(row.wake_at))
        .bind(12, revision)
        .bind(13, version)
        .bind(14, alias)
        .bind_text(15, row.name)
        .bind(16, m_names.current())
        .bind(17, std::int64_t{row.redrives.count})
        .bind(18, integer(row.redrives.last));
    auto inserted = insert->run();
    if (!inserted && inserted.error().code == ErrorCode::ConflictingRequest)
        return fail(ErrorCode::Internal, "stream {} exists already", row.key);
    TRY(std::move(inserted));
    m_open_delta = row.status == RunStatus::Running ? 1 : 0;
    return m_names.add(connection, filtered);
}

Result<> Writer::update(storage::Connection& connection, const Append& append)
{
    const IndexUpdate& update = append.update;
    const auto number = static_cast<std::int64_t>(append.batch.number);
    if (!append.row_changes) {
        // SQLite writes the pages of every index over a column that is set, also to what it was.
        storage::Statement* statement = TRY(
            connection.cached("UPDATE stream SET next_batch=?1+1 WHERE key=?2 AND next_batch=?1"));
        TRY(statement->bind(1, number).bind(2, append.batch.key).run());
        if (connection.changes() == 1) return {};
        return batch_out_of_order(append.batch);
    }
    const bool running = update.status == RunStatus::Running;
    // A stream that runs, which is the usual, then one that has ended: it tells what was before.
    for (const bool was_running : {true, false}) {
        storage::Statement* statement = TRY(connection.cached(
            was_running ? "UPDATE stream SET status=?1, unsettled=?2, outbox=?3, stop=?4, "
                          "wake_at=?5, next_batch=?6+1, redrives=?8, redriven=?9 "
                          "WHERE key=?7 AND next_batch=?6 AND status=1"
                        : "UPDATE stream SET status=?1, unsettled=?2, outbox=?3, stop=?4, "
                          "wake_at=?5, next_batch=?6+1, redrives=?8, redriven=?9 "
                          "WHERE key=?7 AND next_batch=?6 AND status>1"));
        statement->bind(1, static_cast<std::int64_t>(update.status))
            .bind(2, std::int64_t{is_unsettled(update.status, update.wake_at, update.outbox)})
            .bind(3, std::int64_t{update.outbox})
            .bind(4, integer(update.stop))
            .bind(5, integer(update.wake_at))
            .bind(6, number)
            .bind(7, append.batch.key)
            .bind(8, std::int64_t{update.redrives.count})
            .bind(9, integer(update.redrives.last));
        TRY(statement->run());
        if (connection.changes() != 1) continue;
        m_open_delta = static_cast<int>(running) - static_cast<int>(was_running);
        return {};
    }
    return batch_out_of_order(append.batch);
}

Result<> Writer::insert_batch(storage::Connection& connection, const Batch& batch)
{
    storage::Statement* insert = TRY(connection.cached(
        "INSERT INTO batch(id,first_public,public_count,body) VALUES(?1,?2,?3,?4)"));
    insert->bind(1, batch_id(batch.key, batch.number))
        .bind(2, batch.first_public)
        .bind(3, std::int64_t{batch.public_count})
        .bind_blob(4, m_encoded.bytes);
    TRY(insert->run());
    for (const ValueRow& row : m_encoded.rows) {
        storage::Statement* value =
            TRY(connection.cached("INSERT OR IGNORE INTO value(key,hash,body) VALUES(?1,?2,?3)"));
        TRY(value->bind(1, batch.key).bind_blob(2, row.hash.view()).bind_blob(3, row.bytes).run());
    }
    return {};
}

Result<std::int64_t> Writer::text_id(storage::Connection& connection, const std::string& text)
{
    if (text.empty()) return 0;
    if (m_texts_are_gone.exchange(false, std::memory_order_acquire)) m_texts.clear();
    if (const auto found = m_texts.find(text); found != m_texts.end()) return found->second;
    std::int64_t id = 0;
    {
        storage::Use find(*TRY(connection.cached("SELECT id FROM text WHERE value=?1")));
        find->bind_text(1, text);
        if (TRY(find->step())) id = find->integer(0);
    }
    if (id == 0) {
        storage::Statement* insert = TRY(connection.cached("INSERT INTO text(value) VALUES(?1)"));
        TRY(insert->bind_text(1, text).run());
        id = connection.last_insert_id();
    }
    if (m_texts.size() >= texts_max) m_texts.clear();
    m_texts.emplace(text, id);
    return id;
}

Result<> Writer::put_checkpoint(storage::Connection& connection, const Checkpoint& checkpoint)
{
    const std::string state = seal(checkpoint.key, checkpoint.state);
    storage::Statement* put =
        TRY(connection.cached("INSERT OR REPLACE INTO checkpoint(key,next_batch,events,state) "
                              "SELECT ?1,?2,?3,?4 FROM stream WHERE key=?1"));
    put->bind(1, checkpoint.key)
        .bind(2, static_cast<std::int64_t>(checkpoint.next_batch))
        .bind(3, static_cast<std::int64_t>(checkpoint.events))
        .bind_blob(4, state);
    TRY(put->run());
    if (connection.changes() == 1) return {};
    return fail(ErrorCode::ConflictingRequest, "checkpoint of stream {}, which does not exist",
                checkpoint.key);
}

Result<> Writer::put_express(storage::Connection& connection, const ExpressStart& start)
{
    const std::string body = seal(start.key, start.body);
    storage::Statement* put =
        TRY(connection.cached("INSERT OR REPLACE INTO express(key,body) VALUES(?1,?2)"));
    return put->bind(1, start.key).bind_blob(2, body).run();
}

Result<> Writer::erase_express(storage::Connection& connection, StreamKey key)
{
    storage::Statement* erase = TRY(connection.cached("DELETE FROM express WHERE key=?1"));
    return erase->bind(1, key).run();
}

Result<> Writer::put_mark(storage::Connection& connection, StreamKey mark)
{
    storage::Statement* put =
        TRY(connection.cached("INSERT INTO setting(name,value) VALUES('next_key',?1) "
                              "ON CONFLICT(name) DO UPDATE SET value=max(value,?1)"));
    return put->bind(1, mark).run();
}

}  // namespace weft::journal
