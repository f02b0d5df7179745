// Appends that the journal refuses, or does not know of; and work without end.

#include "observability/log.h"
#include "tests/support/faulty_journal.h"
#include "tests/support/runtime_world.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace weft;
using test::RuntimeWorld;

namespace {

constexpr const char* task_then_pass = R"({"StartAt":"T","States":{"T":{"Type":"Task",
    "Resource":"arn:aws:states:::bedrock:invokeModel","Next":"P"},"P":{"Type":"Pass","End":true}}})";
constexpr const char* endless = R"({"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},
    "B":{"Type":"Choice","Choices":[{"Variable":"$.never","IsPresent":true,"Next":"E"}],"Default":"A"},
    "E":{"Type":"Succeed"}}})";

struct World {
    explicit World(std::uint64_t seed = 1) : runtime(seed, 2, faults()) {}

    RuntimeWorld::Faults faults()
    {
        RuntimeWorld::Faults wanted;
        wanted.flush = journal::MemoryOptions::Flush::Manual;
        wanted.options.limits = limits_for(LimitsProfile::Aws);
        wanted.options.profile = LimitsProfile::Aws;
        wanted.decorate = [this](journal::Journal& target) {
            auto faulty = std::make_unique<test::FaultyJournal>(target, test::JournalFaults{});
            disk = faulty.get();
            return faulty;
        };
        return wanted;
    }
    // The catalog needs no flush.
    std::string machine(const std::string& name, const char* definition)
    {
        return runtime.create(name, definition);
    }
    void start(const std::string& arn, const std::string& name)
    {
        runtime.home().post([this, arn, name] {
            runtime::StartRequest request{arn, name, json::Value::object({}), {}};
            runtime.runtime->start(runtime.home(), request,
                                   [this](Result<runtime::StartReply> reply) {
                                       if (reply)
                                           ++started;
                                       else
                                           errors.push_back(reply.error());
                                   });
        });
    }
    void stop(const std::string& arn)
    {
        runtime.home().post([this, arn] {
            const runtime::StopRequest request{arn, "Enough", std::nullopt};
            runtime.runtime->stop(runtime.home(), request, [this](Result<Timestamp> reply) {
                if (reply)
                    ++stopped;
                else
                    errors.push_back(reply.error());
            });
        });
    }
    // Flushes whatever is queued whenever `steps` jobs have run; until `condition`, or nothing is
    // left.
    template <class Condition> bool run_until(Condition condition, std::size_t steps = 5)
    {
        std::size_t count = 0;
        for (std::size_t i = 0; i < 2'000'000; ++i) {
            if (condition()) return true;
            const bool worked = runtime.world.step();
            if (!worked || ++count % steps == 0) {
                if (runtime.journal->flush() > 0) continue;
            }
            if (!worked && !runtime.world.advance_to_next()) return condition();
        }
        return false;
    }
    std::optional<journal::IndexRow> row(const std::string& machine, const std::string& name)
    {
        return *runtime.journal->find_by_name(machine, name);
    }
    bool ended(const std::string& machine, const std::string& name)
    {
        const auto found = row(machine, name);
        return found && found->stop.has_value();
    }
    std::size_t count(journal::StreamKey key, history::EventType type)
    {
        std::size_t found = 0;
        const auto batches = runtime.journal->read(key, 0, SIZE_MAX);
        for (const journal::Batch& batch : *batches)
            for (const history::Event& event : batch.events) found += event.type == type ? 1 : 0;
        return found;
    }

    test::FaultyJournal* disk = nullptr;
    RuntimeWorld runtime;
    int started = 0;
    int stopped = 0;
    std::vector<Error> errors;
};

std::string arn_of(const std::string& machine, const std::string& name)
{
    return "arn:aws:states:us-east-1:123456789012:execution:" + machine + ":" + name;
}

}  // namespace

TEST_CASE("a start on a full disk is an error, and works when there is room again")
{
    World world;
    const std::string machine = world.machine("m", task_then_pass);
    world.disk->set_full(true);
    world.start(machine, "n");
    REQUIRE(world.run_until([&] { return !world.errors.empty(); }));
    CHECK(world.errors.front().code == ErrorCode::Io);
    CHECK(world.errors.front().message == "injected: the disk is full");
    CHECK_FALSE(world.row(machine, "n"));
    CHECK(world.runtime.integration.calls().empty());
    world.disk->set_full(false);
    world.start(machine, "n");
    REQUIRE(world.run_until([&] { return world.ended(machine, "n"); }));
    CHECK(world.started == 1);
    CHECK(world.row(machine, "n")->status == journal::RunStatus::Succeeded);
    CHECK(world.runtime.integration.calls().size() == 1);
}

TEST_CASE("a disk that is full under a call: nothing lost, nothing bought twice")
{
    // The disk is full from some moment of the execution's life on, and for a while.
    for (int full_after = 0; full_after < 40; ++full_after) {
        CAPTURE(full_after);
        World world(static_cast<std::uint64_t>(full_after) + 1);
        const std::string machine = world.machine("m", task_then_pass);
        world.runtime.integration.script(
            "T", {Seconds(2), integrations::Success{json::Value("yes"), {}}});
        world.start(machine, "n");
        int steps = 0;
        world.run_until([&] { return ++steps > full_after; }, 3);
        world.disk->set_full(true);
        const Timestamp until = world.runtime.world.now() + Seconds(20);
        world.run_until([&] { return world.runtime.world.now() >= until; });
        world.disk->set_full(false);
        if (world.started == 0) {  // refused: then it never was
            REQUIRE(world.errors.size() == 1);
            CHECK(world.errors.front().code == ErrorCode::Io);
            world.start(machine, "n");
        }
        REQUIRE(world.run_until([&] { return world.ended(machine, "n"); }));
        const auto row = world.row(machine, "n");
        CHECK(row->status == journal::RunStatus::Succeeded);
        CHECK(world.count(row->key, history::EventType::TaskSucceeded) == 1);
        CHECK(world.runtime.integration.calls().size() == 1);
        CHECK(world.runtime.failures.empty());
    }
}

TEST_CASE("a refused StopExecution is an error to its caller, and the execution goes on")
{
    World world;
    const std::string machine = world.machine(
        "m", R"({"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":600,"End":true}}})");
    world.start(machine, "n");
    REQUIRE(world.run_until([&] { return world.started == 1; }));
    world.disk->refuse_next();
    world.stop(arn_of("m", "n"));
    REQUIRE(world.run_until([&] { return !world.errors.empty(); }));
    CHECK(world.errors.front().code == ErrorCode::Io);
    CHECK(world.stopped == 0);
    REQUIRE(world.run_until([&] { return world.ended(machine, "n"); }));
    const auto row = world.row(machine, "n");
    CHECK(row->status == journal::RunStatus::Succeeded);
    CHECK(*row->stop - row->start == Seconds(600));
}

TEST_CASE("what was permitted for a batch that was refused is given back")
{
    World world;
    world.runtime.integration.permits = 1;
    const std::string machine = world.machine("m", task_then_pass);
    world.disk->refuse_next();
    world.start(machine, "refused");
    REQUIRE(world.run_until([&] { return !world.errors.empty(); }));
    for (const char* name : {"one", "two"}) {
        world.start(machine, name);
        REQUIRE(world.run_until([&] { return world.ended(machine, name); }));
    }
}

TEST_CASE("a write whose outcome is not known ends the process; recovery reads the truth")
{
    for (int lost_after = 0; lost_after < 40; ++lost_after) {
        CAPTURE(lost_after);
        World world(static_cast<std::uint64_t>(lost_after) + 1);
        const std::string machine = world.machine("m", task_then_pass);
        world.runtime.integration.script(
            "T", {Seconds(2), integrations::Success{json::Value("yes"), {}}});
        world.start(machine, "n");
        int steps = 0;
        world.run_until([&] { return ++steps > lost_after; }, 3);
        world.disk->lose_next();
        world.run_until(
            [&] { return !world.runtime.failures.empty() || world.ended(machine, "n"); });
        if (world.runtime.failures.empty()) {
            world.start(machine, "other");
            REQUIRE(world.run_until([&] { return !world.runtime.failures.empty(); }));
        }
        CHECK(world.runtime.failures.front().code == ErrorCode::OutcomeUnknown);
        world.disk->restart();
        world.runtime.crash();
        // The start that was not acknowledged happened all the same, and the caller who asks again
        // finds it.
        if (world.started == 0) {
            world.start(machine, "n");
            REQUIRE(world.run_until([&] { return world.started == 1; }));
        }
        REQUIRE(world.run_until([&] { return world.ended(machine, "n"); }));
        const auto row = world.row(machine, "n");
        CHECK(row->status == journal::RunStatus::Succeeded);
        CHECK(world.count(row->key, history::EventType::ExecutionStarted) == 1);
        CHECK(world.count(row->key, history::EventType::TaskSucceeded) == 1);
        std::set<std::string> keys;
        for (const integrations::Call& call : world.runtime.integration.calls())
            if (call.execution_arn.view().ends_with(":n")) keys.insert(call.idempotency_key);
        CHECK(keys.size() == 1);
    }
}

TEST_CASE("an endless loop yields: neighbours go on, and it can be stopped")
{
    World world;
    world.runtime.runtime_options.limits.history_events_max = 10'000'000;
    world.runtime.crash();
    const std::string loop = world.machine("loop", endless);
    const std::string task = world.machine("task", task_then_pass);
    world.start(loop, "n");
    REQUIRE(world.run_until([&] { return world.started == 1; }));
    world.start(task, "neighbour");
    REQUIRE(world.run_until([&] { return world.ended(task, "neighbour"); }));
    CHECK_FALSE(world.ended(loop, "n"));
    world.stop(arn_of("loop", "n"));
    REQUIRE(world.run_until([&] { return world.stopped == 1; }));
    CHECK(world.row(loop, "n")->status == journal::RunStatus::Aborted);
}

TEST_CASE("an endless loop ends at the history's limit, also over a disk that fills up inside it")
{
    World world;
    const std::string loop = world.machine("loop", endless);
    world.start(loop, "n");
    REQUIRE(world.run_until([&] { return world.started == 1; }));
    // Full in the middle of a slice, three times.
    for (int i = 0; i < 3; ++i) {
        int steps = 0;
        world.run_until([&] { return ++steps > 4; });
        world.disk->set_full(true);
        const Timestamp until = world.runtime.world.now() + Seconds(7);
        world.run_until([&] { return world.runtime.world.now() >= until; });
        CHECK_FALSE(world.ended(loop, "n"));
        world.disk->set_full(false);
    }
    REQUIRE(world.run_until([&] { return world.ended(loop, "n"); }));
    const auto row = world.row(loop, "n");
    CHECK(row->status == journal::RunStatus::Failed);
    const auto last = *world.runtime.journal->last_batch(row->key);
    CHECK(last->events.back().id == 25'000);
    CHECK(last->events.back().type == history::EventType::ExecutionFailed);
}
