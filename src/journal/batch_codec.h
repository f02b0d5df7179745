#pragma once

#include "journal/event_codec.h"
#include "journal/journal.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft::journal {

// A batch as it is stored: format version, CRC-32C over stream key, batch number and the rest, then
// first public id, count of public events, events. What is large lies beside it in value rows.
struct EncodedBatch {
    std::string bytes;
    std::vector<ValueRow> rows;  // equal values that are not one may give a row twice
};

// Bytes of a batch, before which it is refused when read.
constexpr std::size_t batch_bytes_max = std::size_t{1} << 30;

// Reusable, not thread-safe; keeps its buffers.
class BatchEncoder {
public:
    // Error: LimitExceeded for a value nested too deep (value_depth_max).
    Result<> encode(const Batch& batch, EncodedBatch& out);

private:
    ValueEncoder m_values;
    EventEncoder m_events{m_values};
    wire::Writer m_out;
};

// Reads the batches of one stream. Values that were one when written are one again, those in rows
// also across batches.
class BatchDecoder {
public:
    explicit BatchDecoder(ValueRows& rows) : m_values(rows) {}

    // Trusts nothing in `bytes`. Error: Corrupt, naming stream and batch; or what `rows` failed
    // with.
    Result<Batch> decode(StreamKey key, std::uint64_t number, std::string_view bytes);

private:
    ValueDecoder m_values;
    EventDecoder m_events{m_values};
};

// Wraps any other bytes that the store keeps for others (checkpoints): version, CRC-32C, bytes.
std::string seal(StreamKey key, std::string_view bytes);
// Error: Corrupt, naming `what` and the stream.
Result<std::string_view> unseal(StreamKey key, std::string_view sealed, std::string_view what);

}  // namespace weft::journal
