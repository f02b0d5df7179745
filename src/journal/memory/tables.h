#pragma once

#include "journal/batch_codec.h"
#include "journal/journal.h"

#include <deque>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

namespace weft::journal {

// What a journal holds, in memory: streams, the index with its orders, checkpoints and Express
// starts. Not thread-safe. Writes check what a database's constraints would: unique names, batches
// without a gap.
class MemoryTables {
public:
    MemoryTables(bool encode, std::size_t finished_max);

    Result<> append(Append&& append);
    Result<> put_checkpoint(Checkpoint checkpoint);
    void put_express(ExpressStart start);
    void erase_express(StreamKey key);
    // How many of them went.
    std::uint64_t retire(const std::vector<StreamKey>& keys, Timestamp before);

    Result<std::vector<Batch>> read(StreamKey key, std::uint64_t from, std::size_t bytes_max) const;
    std::optional<std::uint64_t> batch_of(StreamKey key, history::EventId id) const;
    Result<std::optional<Batch>> last_batch(StreamKey key) const;
    std::optional<IndexRow> find(StreamKey key) const;
    std::optional<IndexRow> find_by_name(const std::string& machine_arn,
                                         const std::string& name) const;
    std::vector<IndexRow> list(const ListQuery& query) const;
    std::optional<Checkpoint> checkpoint(StreamKey key) const;
    std::vector<IndexRow> unsettled(StreamKey after, std::size_t limit) const;
    std::vector<IndexRow> due(Timestamp until, std::size_t limit) const;
    std::optional<Timestamp> next_wake(Timestamp after) const;
    std::vector<ExpressStart> express_starts(StreamKey after, std::size_t limit) const;
    std::vector<Offer> offers(std::int64_t after, std::size_t limit) const;
    std::uint64_t running_count(const std::string& machine_arn) const;
    std::uint64_t open_count() const { return m_open; }
    EndedPage ended(Timestamp before, StreamKey after, std::size_t rows) const;
    // The largest key in any table, or 0.
    StreamKey largest_key() const { return m_largest_key; }

private:
    // The streams of one machine.
    struct Machine {
        std::unordered_map<std::string_view, StreamKey> names;  // views into the rows
        std::vector<StreamKey> keys;  // ascending; may name erased streams
        std::size_t erased = 0;       // how many of them
        std::uint64_t running = 0;
    };
    using Rows = std::unordered_map<ValueHash, std::string, ValueHashOf>;
    // With `encode` a batch's events are in `bytes` and `rows`.
    struct Stream {
        IndexRow row;
        Machine* machine = nullptr;
        std::vector<Batch> batches;
        std::vector<std::string> bytes;
        Rows rows;
        std::optional<Checkpoint> checkpoint;
        std::uint32_t endings = 0;  // how often it has ended
    };

    Result<> create(Append&& append);
    Result<> encode(const Batch& batch);
    void add_batch(Stream& stream, Batch&& batch);
    static Result<std::string> row_of(const Stream& stream, const ValueHash& hash);
    Result<Batch> batch_at(const Stream& stream, std::size_t index, BatchDecoder& decoder) const;
    Machine& machine_of(const std::string& arn);
    const Machine* find_machine(const std::string& arn) const;
    void enter(const Stream& stream);  // into the orders that its row belongs to
    void leave(const Stream& stream);
    void ended(Stream& stream);
    void erase(std::unordered_map<StreamKey, Stream>::iterator place);
    void change_offers(Append& append);
    void withdraw(StreamKey key, history::EventId scheduled);

    bool m_encode;
    BatchEncoder m_encoder;
    EncodedBatch m_encoded;
    std::size_t m_finished_max;
    std::unordered_map<StreamKey, Stream> m_streams;
    std::unordered_map<std::string, Machine> m_machines;
    const std::string* m_last_arn = nullptr;  // the machine asked for last
    Machine* m_last_machine = nullptr;
    std::set<StreamKey> m_unsettled;
    std::set<std::pair<Timestamp, StreamKey>> m_wakes;
    std::deque<std::pair<StreamKey, std::uint32_t>> m_finished;  // with the number of the ending
    std::map<StreamKey, std::string> m_express;
    std::map<std::int64_t, Offer> m_offers;  // by order
    std::map<std::pair<StreamKey, history::EventId>, std::int64_t> m_offer_orders;
    std::int64_t m_last_offer = 0;
    StreamKey m_largest_key = 0;
    std::uint64_t m_open = 0;
};

}  // namespace weft::journal
