#include "observability/export/http_records.h"

#include "observability/log.h"
#include "tests/support/scripted_transport.h"

#include <doctest/doctest.h>

using namespace weft;
using namespace weft::observability;
using test::ScriptedTransport;

namespace {

class Lines final : public Sink {
public:
    Lines() { set_sink(this); }
    ~Lines() override { set_sink(nullptr); }
    void write(Level, std::string_view line) override { text += std::string(line) + "\n"; }
    std::string text;
};

struct World {
    explicit World(HttpRecordsOptions wanted = {}) : options(std::move(wanted))
    {
        options.url = "https://user:secret@example.org/events?key=secret";
        options.headers = {{"Authorization", "Bearer secret"}};
    }
    HttpRecords& records()
    {
        if (!made) made = std::make_unique<HttpRecords>(*loop, transport, options);
        return *made;
    }
    void run_for(Milliseconds time) { REQUIRE(world.run_until(world.now() + time, 1'000'000)); }
    // Whether it was done within the time.
    bool close(Milliseconds time)
    {
        bool done = false;
        loop->post([&] { records().close(time, [&done] { done = true; }); });
        run_for(time + Milliseconds(1));
        return done;
    }

    HttpRecordsOptions options;
    ScriptedTransport transport;
    async::VirtualWorld world;
    std::unique_ptr<async::VirtualLoop> loop = world.make_loop();
    std::unique_ptr<HttpRecords> made;
    Lines lines;
};

}  // namespace

TEST_CASE("records go out in order, those that gathered meanwhile as one array")
{
    World world;
    for (int i = 0; i < 2; ++i) world.transport.answer(200, "");
    world.transport.replies[0].delay = Milliseconds(50);
    world.records().put(R"({"a":1})");
    world.run_for(Milliseconds(1));
    world.records().put("2");
    world.records().put("[3]");
    world.run_for(Milliseconds(100));
    REQUIRE(world.transport.sent.size() == 2);
    CHECK(world.transport.sent[0].method == "POST");
    CHECK(world.transport.sent[0].url == "https://user:secret@example.org/events?key=secret");
    CHECK(world.transport.header(0, "Authorization") == "Bearer secret");
    CHECK(world.transport.header(0, "Content-Type") == "application/json");
    CHECK(world.transport.sent[0].body == R"([{"a":1}])");
    CHECK(world.transport.sent[1].body == "[2,[3]]");
    CHECK(world.records().dropped() == 0);
    CHECK(world.records().waiting() == 0);
    CHECK(world.lines.text.empty());
}

TEST_CASE("a batch is bounded by records and by bytes, and holds one record at least")
{
    HttpRecordsOptions options;
    options.batch_records_max = 3;
    options.batch_bytes_max = 10;
    World world(options);
    for (int i = 0; i < 4; ++i) world.transport.answer(204, "");
    for (const char* record : {"1", "2", "3", "4", "\"as long as this\"", "6"})
        world.records().put(record);
    world.run_for(Milliseconds(10));
    REQUIRE(world.transport.sent.size() == 4);
    CHECK(world.transport.sent[0].body == "[1,2,3]");
    CHECK(world.transport.sent[1].body == "[4]");
    CHECK(world.transport.sent[2].body == R"(["as long as this"])");
    CHECK(world.transport.sent[3].body == "[6]");
}

TEST_CASE("what was not delivered is sent again, after pauses that grow")
{
    World world;
    world.transport.answer(ErrorCode::Io, "cannot connect to example.org");
    world.transport.answer(503, "later");
    world.transport.answer(429, "later");
    world.transport.answer(200, "");
    world.records().put("1");
    world.run_for(Milliseconds(5));
    CHECK(world.transport.sent.size() == 1);
    world.run_for(Milliseconds(200));
    CHECK(world.transport.sent.size() == 2);
    world.run_for(Milliseconds(100));
    CHECK(world.transport.sent.size() == 2);
    world.run_for(Milliseconds(1'500));
    CHECK(world.transport.sent.size() == 4);
    for (const net::HttpRequest& request : world.transport.sent) CHECK(request.body == "[1]");
    CHECK(world.records().failures() == 3);
    CHECK(world.records().dropped() == 0);
    CHECK(world.lines.text.find("trying again\" url=https://example.org/events error=\"cannot "
                                "connect to example.org\"") != std::string::npos);
    CHECK(world.lines.text.find("records are taken again") != std::string::npos);
    CHECK(world.lines.text.find("secret") == std::string::npos);
}

TEST_CASE("what the endpoint refuses, or never takes, is dropped, and the next is sent")
{
    HttpRecordsOptions options;
    options.attempts_max = 3;
    World world(options);
    world.transport.answer(400, "bad");
    for (int i = 0; i < 3; ++i) world.transport.answer(500, "broken");
    world.transport.answer(200, "");
    options.batch_records_max = 1;
    world.records().put("1");
    world.run_for(Milliseconds(10));
    CHECK(world.records().dropped() == 1);
    CHECK(world.lines.text.find("records were dropped\" count=1 url=https://example.org/events "
                                "error=\"the endpoint answered 400\"") != std::string::npos);
    world.records().put("2");
    world.run_for(Milliseconds(10));
    world.records().put("3");
    world.run_for(Seconds(5));
    CHECK(world.records().dropped() == 2);
    REQUIRE(world.transport.sent.size() == 5);
    CHECK(world.transport.sent[3].body == "[2]");
    CHECK(world.transport.sent[4].body == "[3]");
}

TEST_CASE("what waits is bounded by records and by bytes; what comes then is dropped")
{
    HttpRecordsOptions options;
    options.records_max = 3;
    options.bytes_max = 10;
    World world(options);
    world.transport.answer(200, "");
    for (const char* record : {"1", "2", "3", "4"}) world.records().put(record);
    CHECK(world.records().waiting() == 3);
    CHECK(world.records().dropped() == 1);
    world.run_for(Milliseconds(10));
    CHECK(world.records().waiting() == 0);
    CHECK(world.lines.text.find("too many wait") != std::string::npos);
    world.transport.answer(200, "");
    world.records().put("12345678");
    world.records().put("123");
    CHECK(world.records().dropped() == 2);
}

TEST_CASE("a close sends what waits, and ends in time whatever the endpoint does")
{
    SUBCASE("it takes everything")
    {
        World world;
        for (int i = 0; i < 2; ++i) world.transport.answer(200, "");
        world.options.batch_records_max = 1;
        world.records().put("1");
        world.records().put("2");
        CHECK(world.close(Seconds(2)));
        CHECK(world.transport.sent.size() == 2);
        world.records().put("3");
        CHECK(world.records().dropped() == 1);
    }
    SUBCASE("nothing waits")
    {
        World world;
        CHECK(world.close(Milliseconds(0)));
    }
    SUBCASE("it does not answer")
    {
        World world;
        world.transport.answer(200, "");
        world.transport.replies[0].delay = Seconds(100);
        world.records().put("1");
        world.run_for(Milliseconds(1));
        world.records().put("2");
        CHECK(world.close(Seconds(2)));
        CHECK(world.records().dropped() == 2);
        CHECK(world.lines.text.find("the server ends") != std::string::npos);
    }
    SUBCASE("it is away")
    {
        World world;
        for (int i = 0; i < 100; ++i) world.transport.answer(ErrorCode::Io, "away");
        world.records().put("1");
        world.run_for(Seconds(60));
        const std::size_t before = world.transport.sent.size();
        CHECK(world.close(Seconds(2)));
        CHECK(world.transport.sent.size() > before);
        CHECK(world.records().dropped() == 1);
    }
}

TEST_CASE("a URL is shown without what may be secret")
{
    CHECK(shown_url("http://h:1/p") == "http://h:1/p");
    CHECK(shown_url("https://u:p@h/a@b?q=@#f") == "https://h/a@b");
    CHECK(shown_url("https://h?q") == "https://h");
}
