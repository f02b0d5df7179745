#include "journal/memory/tables.h"

#include <algorithm>
#include <limits>

namespace weft::journal {

namespace {

// Roughly what an event takes in a read's budget; values are shared and cost nothing.
constexpr std::size_t event_bytes = 100;

bool is_unsettled(const IndexRow& row)
{
    return row.outbox || (row.status == RunStatus::Running && !row.wake_at);
}

bool has_wake(const IndexRow& row)
{
    return row.wake_at && *row.wake_at != timestamp_max;
}

}  // namespace

MemoryTables::MemoryTables(bool encode, std::size_t finished_max)
    : m_encode(encode), m_finished_max(finished_max)
{
}

Result<> MemoryTables::append(Append&& append)
{
    if (append.create) return create(std::move(append));
    const auto found = m_streams.find(append.batch.key);
    if (found == m_streams.end() || found->second.batches.size() != append.batch.number) {
        return fail(ErrorCode::Io, "batch {} of stream {}: the batch before it was not written",
                    append.batch.number, append.batch.key);
    }
    TRY(encode(append.batch));
    change_offers(append);
    Stream& stream = found->second;
    IndexRow& row = stream.row;
    const bool was_running = row.status == RunStatus::Running;
    if (append.row_changes) {
        leave(stream);
        row.status = append.update.status;
        row.stop = append.update.stop;
        row.wake_at = append.update.wake_at;
        row.outbox = append.update.outbox;
        row.redrives = append.update.redrives;
        enter(stream);
    }
    add_batch(stream, std::move(append.batch));
    const bool is_running = row.status == RunStatus::Running;
    if (was_running && !is_running) {
        --stream.machine->running;
        --m_open;
        ended(stream);
    }
    if (!was_running && is_running) {
        ++stream.machine->running;
        ++m_open;
    }
    return {};
}

Result<> MemoryTables::create(Append&& append)
{
    TRY(encode(append.batch));
    Machine& machine = machine_of(append.create->machine_arn);
    const StreamKey key = append.create->key;
    const auto [place, inserted] = m_streams.try_emplace(key);
    if (!inserted) return fail(ErrorCode::Internal, "stream {} exists already", key);
    Stream& stream = place->second;
    stream.row = std::move(*append.create);
    const bool free = machine.names.try_emplace(stream.row.name, key).second;
    if (!free) {
        auto refusal = fail(ErrorCode::ExecutionAlreadyExists, "'{}' has a stream named '{}'",
                            stream.row.machine_arn, stream.row.name);
        m_streams.erase(place);
        return refusal;
    }
    stream.machine = &machine;
    change_offers(append);
    add_batch(stream, std::move(append.batch));
    // Keys come nearly in order: look from the end.
    auto after = machine.keys.end();
    while (after != machine.keys.begin() && *std::prev(after) > key) --after;
    machine.keys.insert(after, key);
    m_largest_key = std::max(m_largest_key, key);
    enter(stream);
    if (stream.row.status == RunStatus::Running) {
        ++machine.running;
        ++m_open;
    } else {
        ended(stream);
    }
    return {};
}

void MemoryTables::change_offers(Append& append)
{
    for (const history::EventId scheduled : append.withdrawn) withdraw(append.batch.key, scheduled);
    for (Offer& offer : append.offers) {
        withdraw(offer.key, offer.scheduled);
        offer.order = ++m_last_offer;
        m_offer_orders[{offer.key, offer.scheduled}] = offer.order;
        m_offers.emplace(offer.order, std::move(offer));
    }
}

void MemoryTables::withdraw(StreamKey key, history::EventId scheduled)
{
    const auto found = m_offer_orders.find({key, scheduled});
    if (found == m_offer_orders.end()) return;
    m_offers.erase(found->second);
    m_offer_orders.erase(found);
}

Result<> MemoryTables::encode(const Batch& batch)
{
    return m_encode ? m_encoder.encode(batch, m_encoded) : Result<>{};
}

// After encode() of the same batch.
void MemoryTables::add_batch(Stream& stream, Batch&& batch)
{
    if (m_encode) {
        batch.events.clear();
        stream.bytes.push_back(m_encoded.bytes);
        for (ValueRow& row : m_encoded.rows) stream.rows.emplace(row.hash, std::move(row.bytes));
    }
    stream.batches.push_back(std::move(batch));
}

namespace {

// Value rows found by a function.
template <class Find> class RowsBy final : public ValueRows {
public:
    explicit RowsBy(Find find) : m_find(std::move(find)) {}
    Result<std::string> row(const ValueHash& hash) override { return m_find(hash); }

private:
    Find m_find;
};

}  // namespace

Result<std::string> MemoryTables::row_of(const Stream& stream, const ValueHash& hash)
{
    const auto found = stream.rows.find(hash);
    if (found == stream.rows.end()) return fail(ErrorCode::Corrupt, "a value row is missing");
    return found->second;
}

Result<Batch> MemoryTables::batch_at(const Stream& stream, std::size_t index,
                                     BatchDecoder& decoder) const
{
    const Batch& batch = stream.batches[index];
    if (!m_encode) return batch;
    return decoder.decode(batch.key, batch.number, stream.bytes[index]);
}

MemoryTables::Machine& MemoryTables::machine_of(const std::string& arn)
{
    if (m_last_arn == nullptr || *m_last_arn != arn) {
        const auto place = m_machines.try_emplace(arn).first;
        m_last_arn = &place->first;
        m_last_machine = &place->second;
    }
    return *m_last_machine;
}

const MemoryTables::Machine* MemoryTables::find_machine(const std::string& arn) const
{
    const auto found = m_machines.find(arn);
    return found == m_machines.end() ? nullptr : &found->second;
}

void MemoryTables::enter(const Stream& stream)
{
    if (is_unsettled(stream.row)) m_unsettled.insert(stream.row.key);
    if (has_wake(stream.row)) m_wakes.emplace(*stream.row.wake_at, stream.row.key);
}

void MemoryTables::leave(const Stream& stream)
{
    if (is_unsettled(stream.row)) m_unsettled.erase(stream.row.key);
    if (has_wake(stream.row)) m_wakes.erase({*stream.row.wake_at, stream.row.key});
}

void MemoryTables::ended(Stream& ending)
{
    if (m_finished_max == SIZE_MAX) return;
    m_finished.emplace_back(ending.row.key, ++ending.endings);
    // A stream with messages under way, or one that runs again, stays and is counted anew.
    for (std::size_t tries = m_finished.size(); tries > 0 && m_finished.size() > m_finished_max;
         --tries) {
        const auto oldest = m_finished.front();
        m_finished.pop_front();
        const auto found = m_streams.find(oldest.first);
        if (found == m_streams.end() || found->second.endings != oldest.second ||
            found->second.row.status == RunStatus::Running)
            continue;
        if (found->second.row.outbox)
            m_finished.push_back(oldest);
        else
            erase(found);
    }
}

void MemoryTables::erase(std::unordered_map<StreamKey, Stream>::iterator place)
{
    Stream& stream = place->second;
    const StreamKey key = place->first;
    leave(stream);
    for (auto offer = m_offer_orders.lower_bound({key, 0});
         offer != m_offer_orders.end() && offer->first.first == key;
         offer = m_offer_orders.lower_bound({key, 0}))
        withdraw(key, offer->first.second);
    Machine& machine = *stream.machine;
    machine.names.erase(stream.row.name);
    ++machine.erased;
    m_streams.erase(place);
    if (machine.erased > 64 && machine.erased > machine.keys.size() / 2) {
        std::erase_if(machine.keys, [this](StreamKey k) { return !m_streams.contains(k); });
        machine.erased = 0;
    }
}

namespace {

bool may_go(const IndexRow& row, Timestamp before)
{
    return row.status != RunStatus::Running && !row.outbox && row.stop && *row.stop < before;
}

}  // namespace

std::uint64_t MemoryTables::retire(const std::vector<StreamKey>& keys, Timestamp before)
{
    std::uint64_t gone = 0;
    for (const StreamKey key : keys) {
        const auto found = m_streams.find(key);
        if (found == m_streams.end() || !may_go(found->second.row, before)) continue;
        erase(found);
        ++gone;
    }
    return gone;
}

EndedPage MemoryTables::ended(Timestamp before, StreamKey after, std::size_t rows) const
{
    std::vector<StreamKey> keys;
    for (const auto& [key, stream] : m_streams)
        if (key > after) keys.push_back(key);
    std::ranges::sort(keys);
    const bool more = keys.size() > rows;
    if (more) keys.resize(rows);
    EndedPage page;
    bool old = false;
    for (const StreamKey key : keys) {
        const IndexRow& row = m_streams.at(key).row;
        old = old || row.start < before;
        if (may_go(row, before)) page.keys.push_back(key);
    }
    if (more && old) page.next = keys.back();
    return page;
}

Result<> MemoryTables::put_checkpoint(Checkpoint checkpoint)
{
    const auto found = m_streams.find(checkpoint.key);
    if (found == m_streams.end())
        return fail(ErrorCode::Io, "checkpoint of stream {}, which does not exist", checkpoint.key);
    found->second.checkpoint = std::move(checkpoint);
    return {};
}

void MemoryTables::put_express(ExpressStart start)
{
    m_largest_key = std::max(m_largest_key, start.key);
    m_express.insert_or_assign(start.key, std::move(start.body));
}

void MemoryTables::erase_express(StreamKey key)
{
    m_express.erase(key);
}

Result<std::vector<Batch>> MemoryTables::read(StreamKey key, std::uint64_t from,
                                              std::size_t bytes_max) const
{
    std::vector<Batch> batches;
    const auto found = m_streams.find(key);
    if (found == m_streams.end()) return batches;
    const Stream& stream = found->second;
    RowsBy rows([&stream](const ValueHash& hash) { return row_of(stream, hash); });
    BatchDecoder decoder(rows);
    std::size_t bytes = 0;
    for (std::size_t i = from; i < stream.batches.size(); ++i) {
        bytes += m_encode ? stream.bytes[i].size() : stream.batches[i].events.size() * event_bytes;
        if (!batches.empty() && bytes > bytes_max) break;
        batches.push_back(TRY(batch_at(stream, i, decoder)));
    }
    return batches;
}

std::optional<std::uint64_t> MemoryTables::batch_of(StreamKey key, history::EventId id) const
{
    const auto found = m_streams.find(key);
    if (found == m_streams.end()) return std::nullopt;
    const auto& all = found->second.batches;
    const auto place = std::ranges::partition_point(
        all, [id](const Batch& batch) { return batch.first_public + batch.public_count <= id; });
    if (place == all.end()) return std::nullopt;
    return place->number;
}

Result<std::optional<Batch>> MemoryTables::last_batch(StreamKey key) const
{
    const auto found = m_streams.find(key);
    if (found == m_streams.end()) return std::nullopt;
    const Stream& stream = found->second;
    RowsBy rows([&stream](const ValueHash& hash) { return row_of(stream, hash); });
    BatchDecoder decoder(rows);
    return TRY(batch_at(stream, stream.batches.size() - 1, decoder));
}

std::optional<IndexRow> MemoryTables::find(StreamKey key) const
{
    const auto found = m_streams.find(key);
    if (found == m_streams.end()) return std::nullopt;
    return found->second.row;
}

std::optional<IndexRow> MemoryTables::find_by_name(const std::string& machine_arn,
                                                   const std::string& name) const
{
    const Machine* machine = find_machine(machine_arn);
    if (machine == nullptr) return std::nullopt;
    const auto found = machine->names.find(name);
    if (found == machine->names.end()) return std::nullopt;
    return find(found->second);
}

std::vector<IndexRow> MemoryTables::list(const ListQuery& query) const
{
    std::vector<IndexRow> rows;
    const Machine* machine = find_machine(query.machine_arn);
    if (machine == nullptr) return rows;
    const auto& keys = machine->keys;
    auto place = query.before ? std::ranges::lower_bound(keys, *query.before) : keys.end();
    while (place != keys.begin() && rows.size() < query.limit) {
        const auto found = m_streams.find(*--place);
        if (found == m_streams.end()) continue;
        if (query.status && found->second.row.status != *query.status) continue;
        if (!query.version_arn.empty() && found->second.row.version_arn != query.version_arn)
            continue;
        if (!query.alias_arn.empty() && found->second.row.alias_arn != query.alias_arn) continue;
        rows.push_back(found->second.row);
    }
    return rows;
}

std::optional<Checkpoint> MemoryTables::checkpoint(StreamKey key) const
{
    const auto found = m_streams.find(key);
    return found == m_streams.end() ? std::nullopt : found->second.checkpoint;
}

std::vector<IndexRow> MemoryTables::unsettled(StreamKey after, std::size_t limit) const
{
    std::vector<IndexRow> rows;
    for (auto place = m_unsettled.upper_bound(after);
         place != m_unsettled.end() && rows.size() < limit; ++place)
        rows.push_back(m_streams.at(*place).row);
    return rows;
}

std::vector<IndexRow> MemoryTables::due(Timestamp until, std::size_t limit) const
{
    std::vector<IndexRow> rows;
    for (auto place = m_wakes.begin();
         place != m_wakes.end() && place->first <= until && rows.size() < limit; ++place)
        rows.push_back(m_streams.at(place->second).row);
    return rows;
}

std::optional<Timestamp> MemoryTables::next_wake(Timestamp after) const
{
    const auto next = m_wakes.upper_bound({after, std::numeric_limits<StreamKey>::max()});
    if (next == m_wakes.end()) return std::nullopt;
    return next->first;
}

std::vector<ExpressStart> MemoryTables::express_starts(StreamKey after, std::size_t limit) const
{
    std::vector<ExpressStart> starts;
    for (auto place = m_express.upper_bound(after);
         place != m_express.end() && starts.size() < limit; ++place)
        starts.push_back({place->first, place->second});
    return starts;
}

std::vector<Offer> MemoryTables::offers(std::int64_t after, std::size_t limit) const
{
    std::vector<Offer> found;
    for (auto place = m_offers.upper_bound(after); place != m_offers.end() && found.size() < limit;
         ++place)
        found.push_back(place->second);
    return found;
}

std::uint64_t MemoryTables::running_count(const std::string& machine_arn) const
{
    const Machine* machine = find_machine(machine_arn);
    return machine == nullptr ? 0 : machine->running;
}

}  // namespace weft::journal
