// Layers: journal
// The journal's decoder on arbitrary bytes, past the checksum: it must refuse or give a batch that
// encodes to one that reads the same. The first byte chooses between a batch and the content of a
// value row.

#include "base/assert.h"
#include "journal/batch_codec.h"
#include "journal/crc32c.h"

#include <array>
#include <cstring>
#include <map>
#include <string>

using namespace weft;
using namespace weft::journal;

namespace {

struct Rows final : ValueRows {
    std::map<std::string, std::string, std::less<>> rows;
    Result<std::string> row(const ValueHash& hash) override
    {
        const auto found = rows.find(hash.view());
        if (found == rows.end()) return fail(ErrorCode::Corrupt, "a value row is missing");
        return found->second;
    }
    void add(const EncodedBatch& encoded)
    {
        for (const ValueRow& row : encoded.rows) rows.emplace(row.hash.view(), row.bytes);
    }
};

// Version and checksum as a writer of these bytes would have set them.
std::string with_head(StreamKey key, std::uint64_t number, std::string_view payload)
{
    std::array<char, 16> place{};
    std::memcpy(place.data(), &key, 8);
    std::memcpy(place.data() + 8, &number, 8);
    const std::uint32_t sum = crc32c(payload, crc32c({place.data(), place.size()}));
    std::string bytes(5, '\0');
    bytes[0] = 1;
    std::memcpy(bytes.data() + 1, &sum, 4);
    return bytes.append(payload);
}

// What was read must be writable, and read the same again.
void round_trip(const Batch& batch)
{
    BatchEncoder encoder;
    EncodedBatch encoded;
    WEFT_ASSERT(encoder.encode(batch, encoded).has_value());
    Rows rows;
    rows.add(encoded);
    const auto again = BatchDecoder(rows).decode(batch.key, batch.number, encoded.bytes);
    WEFT_ASSERT(again.has_value());
    WEFT_ASSERT(again->events == batch.events);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) return 0;
    const std::string_view payload(reinterpret_cast<const char*>(data) + 1, size - 1);
    Rows rows;
    if (data[0] % 2 == 0) {
        const auto batch = BatchDecoder(rows).decode(3, 4, with_head(3, 4, payload));
        if (batch)
            round_trip(*batch);
        else
            WEFT_ASSERT(batch.error().code == ErrorCode::Corrupt);
    } else {
        ValueDecoder decoder(rows);
        wire::Reader in(payload);
        json::Value value = decoder.read(in);
        if (in.failed()) return 0;
        Batch batch;
        batch.events.resize(1);
        batch.events[0].type = history::EventType::ExecutionSucceeded;
        batch.events[0].details = history::ExecutionSucceeded{std::move(value)};
        round_trip(batch);
    }
    return 0;
}
