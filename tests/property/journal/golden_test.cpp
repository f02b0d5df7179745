#include "encoding/hex.h"
#include "history/event_table.h"
#include "journal/batch_codec.h"
#include "journal/event_fields.h"
#include "tests/support/random_events.h"
#include "json/write.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

// A journal as each released format wrote it, beside what it says: later versions must read the
// same. To add the file of a new format: WEFT_WRITE_GOLDEN=tests/data/golden/journal_vN.txt, run
// this test, commit. Never change an old one.

using namespace weft;
using namespace weft::journal;

namespace {

struct Dump {
    std::string& out;

    void operator()(unsigned number, const json::Value& value)
    {
        if (!value.is_null()) add(number, json::write(value));
    }
    void operator()(unsigned number, const json::String& text)
    {
        if (!text.empty()) add(number, json::write(json::Value(text)));
    }
    void operator()(unsigned number, const std::string& text)
    {
        if (!text.empty()) add(number, json::write(json::Value(text)));
    }
    void operator()(unsigned number, const Timestamp& time)
    {
        if (time != timestamp_max) add(number, std::to_string(time.time_since_epoch().count()));
    }
    void operator()(unsigned number, const double& value)
    {
        if (value != 0) add(number, std::to_string(value));
    }
    template <class T> void operator()(unsigned number, const std::optional<T>& value)
    {
        if (!value) return;
        if constexpr (std::is_same_v<T, json::String>)
            add(number, json::write(json::Value(*value)));
        else
            add(number, std::to_string(*value));
    }
    template <class T>
        requires std::is_integral_v<T> || std::is_enum_v<T>
    void operator()(unsigned number, const T& value)
    {
        if (value == T{}) return;
        if constexpr (std::is_unsigned_v<T>)
            add(number, std::to_string(static_cast<std::uint64_t>(value)));
        else
            add(number, std::to_string(static_cast<std::int64_t>(value)));
    }
    void add(unsigned number, const std::string& text)
    {
        out += ' ' + std::to_string(number) + '=' + text;
    }
};

std::string dump(const history::Event& event)
{
    std::string line = "event " + std::to_string(event.id) + ' ' + std::to_string(event.previous) +
                       ' ' + std::to_string(event.time.time_since_epoch().count()) + ' ' +
                       std::to_string(event.frame) + ' ' +
                       std::string(history::event_row(event.type).name);
    Dump fields{line};
    std::visit(
        [&]<class T>(const T& details) {
            if constexpr (requires { *details; })
                visit_fields(*details, fields);
            else
                visit_fields(details, fields);
        },
        event.details);
    return line;
}

// One event of each type, and shapes with everything in them.
void write_golden(const std::string& path)
{
    std::ofstream out(path);
    test::RandomEvents random(20'26);
    BatchEncoder encoder;
    for (std::uint64_t number = 0; number < 6; ++number) {
        Batch batch = random.batch(12, number, 40);
        if (number == 0) {
            batch.events.clear();
            for (const history::EventRow& row : history::event_rows())
                batch.events.push_back(random.event_of(row));
        }
        EncodedBatch encoded;
        REQUIRE(encoder.encode(batch, encoded));
        for (const ValueRow& row : encoded.rows)
            out << "row " << encoding::to_hex(row.hash.view()) << ' ' << encoding::to_hex(row.bytes)
                << '\n';
        out << "batch 12 " << number << ' ' << encoding::to_hex(encoded.bytes) << '\n';
        out << "public " << batch.first_public << ' ' << batch.public_count << '\n';
        for (const history::Event& event : batch.events) out << dump(event) << '\n';
    }
}

struct GoldenRows final : ValueRows {
    std::map<std::string, std::string, std::less<>> rows;
    Result<std::string> row(const ValueHash& hash) override
    {
        const auto found = rows.find(hash.view());
        if (found == rows.end()) return fail(ErrorCode::Corrupt, "a value row is missing");
        return found->second;
    }
};

}  // namespace

TEST_CASE("journals of every released format read as they did")
{
    if (const char* path = std::getenv("WEFT_WRITE_GOLDEN")) write_golden(path);
    for (const char* path : {"tests/data/golden/journal_v1.txt"}) {
        std::ifstream file(path);
        REQUIRE(file.is_open());
        GoldenRows rows;
        BatchDecoder decoder(rows);
        std::vector<std::string> expected;  // lines that the batch just read must give
        std::size_t events = 0;
        std::string line;
        while (std::getline(file, line)) {
            std::istringstream words(line);
            std::string kind;
            words >> kind;
            if (kind == "row") {
                std::string hash;
                std::string bytes;
                words >> hash >> bytes;
                rows.rows[*encoding::from_hex(hash)] = *encoding::from_hex(bytes);
            } else if (kind == "batch") {
                CHECK(expected.empty());
                StreamKey key = 0;
                std::uint64_t number = 0;
                std::string bytes;
                words >> key >> number >> bytes;
                const auto batch = decoder.decode(key, number, *encoding::from_hex(bytes));
                REQUIRE_MESSAGE(batch, batch.error().message);
                expected.push_back("public " + std::to_string(batch->first_public) + ' ' +
                                   std::to_string(batch->public_count));
                for (const history::Event& event : batch->events) expected.push_back(dump(event));
            } else {
                REQUIRE(!expected.empty());
                CHECK(line == expected.front());
                expected.erase(expected.begin());
                ++events;
            }
        }
        CHECK(expected.empty());
        CHECK(events > 100);
    }
}
