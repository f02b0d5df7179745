// Layers: journal
#include "journal/batch_codec.h"
#include "tests/support/random_events.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <map>

using namespace weft;
using namespace weft::journal;

namespace {

struct StoredRows final : ValueRows {
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

}  // namespace

TEST_CASE("decode(encode(batch)) is the batch, whatever it holds and whatever came before")
{
    BatchEncoder encoder;
    CHECK(rc::check([&](std::uint64_t seed) {
        test::RandomEvents random(seed);
        StoredRows rows;
        BatchDecoder decoder(rows);
        const auto key = static_cast<StreamKey>(random.below(1'000'000));
        for (std::uint64_t number = 0; number < 4; ++number) {
            const Batch batch = random.batch(key, number);
            EncodedBatch encoded;
            RC_ASSERT(encoder.encode(batch, encoded).has_value());
            rows.add(encoded);
            const auto decoded = decoder.decode(key, number, encoded.bytes);
            RC_ASSERT(decoded.has_value());
            RC_ASSERT(decoded->events == batch.events);
            RC_ASSERT(decoded->first_public == batch.first_public);
            RC_ASSERT(decoded->public_count == batch.public_count);
            // And the same bytes again: what sharing there was survived.
            EncodedBatch again;
            RC_ASSERT(encoder.encode(*decoded, again).has_value());
            RC_ASSERT(again.bytes.size() <= encoded.bytes.size());
        }
    }));
}

TEST_CASE("any changed byte, cut or lengthening is found")
{
    BatchEncoder encoder;
    CHECK(rc::check([&](std::uint64_t seed) {
        test::RandomEvents random(seed);
        StoredRows rows;
        const Batch batch = random.batch(1, 0, 12);
        EncodedBatch encoded;
        RC_ASSERT(encoder.encode(batch, encoded).has_value());
        rows.add(encoded);
        const auto refused = [&](std::string_view bytes) {
            const auto decoded = BatchDecoder(rows).decode(1, 0, bytes);
            return !decoded && decoded.error().code == ErrorCode::Corrupt &&
                   decoded.error().message.starts_with("stream 1, batch 0: ");
        };
        std::string bytes = encoded.bytes;
        for (std::size_t i = 0; i < bytes.size(); i += 1 + random.below(5)) {
            const char before = bytes[i];
            bytes[i] = static_cast<char>(before ^ static_cast<char>(1 + random.below(255)));
            RC_ASSERT(refused(bytes));
            bytes[i] = before;
        }
        RC_ASSERT(refused(std::string_view(bytes).substr(0, random.below(bytes.size()))));
        RC_ASSERT(refused(bytes + std::string(1 + random.below(4), '\0')));
        for (auto& [hash, row] : rows.rows) {
            const std::size_t place = random.below(row.size());
            row[place] = static_cast<char>(row[place] ^ 1);
        }
        RC_ASSERT(rows.rows.empty() || refused(bytes));
    }));
}
