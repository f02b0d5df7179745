#pragma once

#include "journal/batch_codec.h"
#include "journal/journal.h"
#include "journal/sqlite/names.h"
#include "storage/sqlite.h"

#include <atomic>
#include <string>
#include <unordered_map>
#include <utility>

namespace weft::journal {

// The journal's writes as SQL. Lives on the committer's thread; each function runs inside a
// transaction and, when it refuses, has changed nothing that matters (a text may have got its id).
class Writer {
public:
    explicit Writer(NameIndex& names) : m_names(names) {}

    Result<> append(storage::Connection& connection, const Append& append);
    Result<> put_checkpoint(storage::Connection& connection, const Checkpoint& checkpoint);
    Result<> put_express(storage::Connection& connection, const ExpressStart& start);
    Result<> erase_express(storage::Connection& connection, StreamKey key);
    Result<> put_mark(storage::Connection& connection, StreamKey mark);
    // By how much the write that was applied last changed the number of running streams.
    int take_open_delta() { return std::exchange(m_open_delta, 0); }

    // A transaction was rolled back: ids that it gave are gone. Any thread: a store that takes
    // nothing more refuses a write on the thread that brings it.
    void forget() { m_texts_are_gone.store(true, std::memory_order_release); }

private:
    Result<> create(storage::Connection& connection, const IndexRow& row);
    Result<> update(storage::Connection& connection, const Append& append);
    Result<> change_offers(storage::Connection& connection, const Append& append);
    Result<> insert_batch(storage::Connection& connection, const Batch& batch);
    Result<std::int64_t> text_id(storage::Connection& connection, const std::string& text);

    NameIndex& m_names;
    BatchEncoder m_encoder;
    EncodedBatch m_encoded;
    int m_open_delta = 0;
    std::unordered_map<std::string, std::int64_t> m_texts;
    std::atomic<bool> m_texts_are_gone{false};
};

}  // namespace weft::journal
