// Stored executions that do not check out: each is an error of its own, and nobody else's.

#include "observability/log.h"
#include "tests/support/runtime_world.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace weft;
using test::RuntimeWorld;

namespace {

constexpr const char* waits_a_day =
    R"({"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":86400,"End":true}}})";

// Keeps the log, which is told of every execution that is left out.
class Log final : public observability::Sink {
public:
    Log() { observability::set_sink(this); }
    ~Log() override { observability::set_sink(nullptr); }
    void write(observability::Level, std::string_view line) override { lines.emplace_back(line); }
    bool names(std::string_view text) const
    {
        for (const std::string& line : lines)
            if (line.find(text) != std::string::npos) return true;
        return false;
    }
    std::vector<std::string> lines;
};

std::string machine_of(RuntimeWorld& world)
{
    return world.create("m", waits_a_day);
}

// Starts an execution and lets it leave memory.
journal::IndexRow waiting(RuntimeWorld& world, const std::string& machine, const std::string& name)
{
    REQUIRE(world.start(machine, "{}", name));
    world.world.run_until(world.world.now() + Seconds(10));
    const auto row = *world.journal->find_by_name(machine, name);
    REQUIRE(row);
    REQUIRE(row->wake_at);
    return *row;
}

// Adds an event that cannot be there: the result of a call that was never made.
void damage(RuntimeWorld& world, const journal::IndexRow& row)
{
    const auto last = *world.journal->last_batch(row.key);
    REQUIRE(last);
    history::Event event;
    event.id = last->first_public + last->public_count;
    event.previous = event.id - 1;
    event.time = world.world.now();
    event.type = history::EventType::TaskSucceeded;
    history::TaskResult result;
    result.scheduled = 2;
    event.details = history::Boxed<history::TaskResult>(
        std::make_shared<const history::TaskResult>(std::move(result)));
    journal::Append append;
    append.batch = {row.key, last->number + 1, event.id, 1, {event}};
    append.update.wake_at = row.wake_at;
    bool done = false;
    world.journal->append(std::move(append), [&](Result<> written) {
        REQUIRE(written);
        done = true;
    });
    REQUIRE(world.world.run_until_idle(1'000));
    REQUIRE(done);
}

std::string arn_of(const std::string& name)
{
    return "arn:aws:states:us-east-1:123456789012:execution:m:" + name;
}

Result<Timestamp> stop(RuntimeWorld& world, const std::string& arn)
{
    const runtime::StopRequest request{arn, std::nullopt, std::nullopt};
    return world.ask<Timestamp>([&](runtime::Callback<Timestamp> reply) {
        world.runtime->stop(world.home(), request, std::move(reply));
    });
}

}  // namespace

TEST_CASE("a history that contradicts itself is an error of its execution, named, and no other's")
{
    Log log;
    RuntimeWorld world;
    const std::string machine = machine_of(world);
    const journal::IndexRow bad = waiting(world, machine, "bad");
    waiting(world, machine, "good");
    damage(world, bad);

    // Who waits for its end is told when it comes to be loaded.
    const auto ended = world.wait(arn_of("bad"));
    REQUIRE_FALSE(ended);
    CHECK(ended.error().code == ErrorCode::Corrupt);
    const std::string wanted =
        arn_of("bad") + ": the history contradicts itself at event 3 (TaskSucceeded): it does not "
                        "follow from where 'W' stands";
    CHECK(ended.error().message == wanted);
    CHECK(log.names("the history contradicts itself at event 3"));

    const auto described = world.describe(arn_of("bad"));
    REQUIRE_FALSE(described);
    CHECK(described.error().message == wanted);
    const auto history =
        world.ask<runtime::HistoryPage>([&](runtime::Callback<runtime::HistoryPage> reply) {
            runtime::HistoryRequest request;
            request.execution_arn = arn_of("bad");
            world.runtime->history(world.home(), request, std::move(reply));
        });
    REQUIRE_FALSE(history);
    CHECK(history.error().code == ErrorCode::Corrupt);
    const auto stopped = stop(world, arn_of("bad"));
    REQUIRE_FALSE(stopped);
    CHECK(stopped.error().code == ErrorCode::Corrupt);

    const auto good = world.wait(arn_of("good"));
    REQUIRE(good);
    CHECK(good->status == journal::RunStatus::Succeeded);
    CHECK(*good->stop - good->start == Seconds(86'400));
}

TEST_CASE("more corrupt executions than are woken at one time hold up nobody")
{
    const Log log;
    RuntimeWorld::Faults faults;
    faults.options.wakes_at_once_max = 2;
    RuntimeWorld world(1, 2, std::move(faults));
    const std::string machine = machine_of(world);
    for (int i = 0; i < 5; ++i) damage(world, waiting(world, machine, fmt::format("bad-{}", i)));
    waiting(world, machine, "good-1");
    waiting(world, machine, "good-2");
    for (const char* name : {"good-1", "good-2"}) {
        const auto good = world.wait(arn_of(name));
        REQUIRE(good);
        CHECK(*good->stop - good->start == Seconds(86'400));
    }
    // Also after a restart, when they are due from the beginning.
    world.crash();
    REQUIRE(world.start(machine, "{}", "good-3"));
    const auto good = world.wait(arn_of("good-3"));
    REQUIRE(good);
    CHECK(*good->stop - good->start == Seconds(86'400));
    CHECK(world.world.run_to_end(100'000));
}

TEST_CASE("a checkpoint that does not check out is passed over")
{
    Log log;
    for (const char* state :
         {"{}", "not JSON", "[1,1,0,0,0,0,0,null,null,null,[0,0,[],[],[],[],[]],[]]"}) {
        CAPTURE(state);
        RuntimeWorld world;
        const std::string machine = machine_of(world);
        const journal::IndexRow row = waiting(world, machine, "n");
        world.journal->put_checkpoint({row.key, 1, 4, state}, [](Result<>) {});
        REQUIRE(world.world.run_until_idle(1'000));
        const auto ended = world.wait(arn_of("n"));
        REQUIRE(ended);
        CHECK(ended->status == journal::RunStatus::Succeeded);
        CHECK(world.history(arn_of("n")).size() == 4);
    }
    CHECK(log.names("a checkpoint, which the history replaces"));
}

TEST_CASE("a checkpoint of batches that are not there is passed over")
{
    const Log log;
    RuntimeWorld world;
    const std::string machine = machine_of(world);
    const journal::IndexRow row = waiting(world, machine, "n");
    world.journal->put_checkpoint({row.key, 9, 4, "[]"}, [](Result<>) {});
    REQUIRE(world.world.run_until_idle(1'000));
    const auto stopped = stop(world, arn_of("n"));
    REQUIRE(stopped);
    const auto ended = world.describe(arn_of("n"));
    REQUIRE(ended);
    CHECK(ended->status == journal::RunStatus::Aborted);
}
