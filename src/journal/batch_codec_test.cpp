#include "journal/batch_codec.h"

#include "journal/crc32c.h"

#include <doctest/doctest.h>

#include <map>

using namespace weft;
using namespace weft::history;
using namespace weft::journal;

namespace {

struct MapRows final : ValueRows {
    std::map<std::string, std::string, std::less<>> rows;
    int reads = 0;
    Result<std::string> row(const ValueHash& hash) override
    {
        ++reads;
        const auto found = rows.find(hash.view());
        if (found == rows.end()) return fail(ErrorCode::Corrupt, "no such row");
        return found->second;
    }
    void add(const EncodedBatch& encoded)
    {
        for (const ValueRow& row : encoded.rows) rows.emplace(row.hash.view(), row.bytes);
    }
};

Event entered(EventId id, const char* name, json::Value input)
{
    Event event;
    event.id = id;
    event.previous = id - 1;
    event.time = Timestamp(Milliseconds(1'700'000'000'000));
    event.type = EventType::PassStateEntered;
    event.details = StateEntered{name, std::move(input)};
    return event;
}

Batch batch_of(std::vector<Event> events)
{
    Batch batch;
    batch.key = 7;
    batch.number = 3;
    batch.first_public = 1;
    batch.public_count = static_cast<std::uint32_t>(events.size());
    batch.events = std::move(events);
    return batch;
}

json::Value document(std::size_t items)
{
    std::vector<json::Value> lines;
    for (std::size_t i = 0; i < items; ++i) {
        lines.push_back(json::Value::object({{"sku", "article number " + std::to_string(i)},
                                             {"count", static_cast<std::int64_t>(i)}}));
    }
    return json::Value::object({{"lines", json::Value::array(std::move(lines))}, {"total", 3.5}});
}

}  // namespace

TEST_CASE("CRC-32C gives the published check values, with and without the instruction")
{
    CHECK(crc32c("123456789") == 0xe3069283U);
    CHECK(crc32c_by_table("123456789") == 0xe3069283U);
    CHECK(crc32c(std::string(32, '\0')) == 0x8a9136aaU);
    CHECK(crc32c("6789", crc32c("12345")) == crc32c("123456789"));
}

TEST_CASE("a value that many events share is written once and is one again when read")
{
    const json::Value input = document(10);
    std::vector<Event> events;
    for (EventId id = 1; id <= 20; ++id)
        events.push_back(entered(id, "AStateWithALongerName", input));
    const Batch batch = batch_of(events);
    EncodedBatch encoded;
    BatchEncoder encoder;
    REQUIRE(encoder.encode(batch, encoded));
    CHECK(encoded.rows.empty());
    CHECK(encoded.bytes.size() < 800);

    MapRows rows;
    const auto decoded = BatchDecoder(rows).decode(7, 3, encoded.bytes);
    REQUIRE(decoded);
    CHECK(decoded->events == batch.events);
    CHECK(decoded->first_public == 1);
    CHECK(decoded->public_count == 20);
    const auto* first = std::get<StateEntered>(decoded->events[0].details).input.identity();
    CHECK(first == std::get<StateEntered>(decoded->events[19].details).input.identity());
}

TEST_CASE("a large value lies in rows of its own, which later batches share")
{
    const json::Value input = document(1'000);
    const json::Value changed = json::with_member(input, "total", 4);
    BatchEncoder encoder;
    EncodedBatch first;
    EncodedBatch second;
    REQUIRE(encoder.encode(batch_of({entered(1, "A", input)}), first));
    REQUIRE(encoder.encode(batch_of({entered(1, "A", changed), entered(2, "B", input)}), second));
    CHECK(first.rows.size() == 2);  // the array, and the document that names it
    CHECK(first.bytes.size() < 80);
    CHECK(second.rows.size() == 3);
    MapRows rows;
    rows.add(first);
    rows.add(second);
    CHECK(rows.rows.size() == 3);

    BatchDecoder decoder(rows);
    const auto one = decoder.decode(7, 3, first.bytes);
    const auto two = decoder.decode(7, 3, second.bytes);
    REQUIRE(one);
    REQUIRE(two);
    CHECK(rows.reads == 3);
    const json::Value& a = std::get<StateEntered>(one->events[0].details).input;
    const json::Value& b = std::get<StateEntered>(two->events[0].details).input;
    const json::Value& c = std::get<StateEntered>(two->events[1].details).input;
    CHECK(a == input);
    CHECK(b == changed);
    CHECK(a.identity() == c.identity());
    CHECK(a.find("lines")->identity() == b.find("lines")->identity());
}

TEST_CASE("a missing or altered value row is Corrupt and names stream and batch")
{
    BatchEncoder encoder;
    EncodedBatch encoded;
    REQUIRE(encoder.encode(batch_of({entered(1, "A", document(1'000))}), encoded));
    MapRows rows;
    auto missing = BatchDecoder(rows).decode(7, 3, encoded.bytes);
    REQUIRE(!missing);
    CHECK(missing.error().code == ErrorCode::Corrupt);
    CHECK(missing.error().message == "stream 7, batch 3: no such row");
    rows.add(encoded);
    rows.rows.begin()->second[40] ^= 1;
    auto altered = BatchDecoder(rows).decode(7, 3, encoded.bytes);
    REQUIRE(!altered);
    CHECK(altered.error().message.starts_with(
        "stream 7, batch 3: a value row does not have its hash"));
}

TEST_CASE("bytes in the place of another batch are found")
{
    BatchEncoder encoder;
    EncodedBatch encoded;
    REQUIRE(encoder.encode(batch_of({entered(1, "A", 1)}), encoded));
    MapRows rows;
    CHECK(BatchDecoder(rows).decode(7, 3, encoded.bytes));
    CHECK(!BatchDecoder(rows).decode(8, 3, encoded.bytes));
    CHECK(!BatchDecoder(rows).decode(7, 4, encoded.bytes));
}

TEST_CASE("a value nested too deep is refused before it is written")
{
    // Each level is large enough for a row of its own: the deepest recursion there is.
    json::Value deep(std::string(row_bytes_min, 'x'));
    for (std::size_t i = 0; i <= value_depth_max; ++i) deep = json::Value::array({deep});
    BatchEncoder encoder;
    EncodedBatch encoded;
    const auto refused = encoder.encode(batch_of({entered(1, "A", deep)}), encoded);
    REQUIRE(!refused);
    CHECK(refused.error().code == ErrorCode::LimitExceeded);
    REQUIRE(encoder.encode(batch_of({entered(1, "A", *deep.at(0))}), encoded));
    MapRows rows;
    rows.add(encoded);
    CHECK(BatchDecoder(rows).decode(7, 3, encoded.bytes));
}

TEST_CASE("what is sealed opens for the same stream only")
{
    const std::string sealed = seal(5, "state");
    CHECK(unseal(5, sealed, "checkpoint").value() == "state");
    CHECK(unseal(6, sealed, "checkpoint").error().message ==
          "stream 6, checkpoint: the checksum does not match");
    CHECK(!unseal(5, "", "checkpoint"));
}
