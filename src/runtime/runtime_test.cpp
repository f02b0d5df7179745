#include "runtime/runtime.h"

#include "tests/support/runtime_world.h"
#include "json/write.h"

#include <doctest/doctest.h>

using namespace weft;
using test::RuntimeWorld;

namespace {

std::string ten_passes()
{
    std::string states;
    for (int i = 1; i <= 10; ++i)
        states += fmt::format(R"({}"P{}":{{"Type":"Pass",{}}})", i == 1 ? "" : ",", i,
                              i == 10 ? std::string(R"("End":true)")
                                      : fmt::format(R"("Next":"P{}")", i + 1));
    return R"({"StartAt":"P1","States":{)" + states + "}}";
}

constexpr const char* one_task = R"({"StartAt":"T","States":{"T":{"Type":"Task",
    "Resource":"arn:aws:states:::bedrock:invokeModel","Parameters":{"ModelId":"m"},
    "Retry":[{"ErrorEquals":["Busy"],"IntervalSeconds":2,"MaxAttempts":3}],
    "Catch":[{"ErrorEquals":["States.ALL"],"Next":"C"}],"End":true},"C":{"Type":"Pass","End":true}}})";

std::string waits(std::int64_t seconds)
{
    return fmt::format(
        R"({{"StartAt":"W","States":{{"W":{{"Type":"Wait","Seconds":{},"End":true}}}}}})", seconds);
}

std::string output_of(const runtime::ExecutionDescription& description)
{
    return description.output ? json::write(*description.output) : std::string();
}

}  // namespace

TEST_CASE("a chain of Pass states ends in one batch, and its history is complete")
{
    RuntimeWorld world;
    const std::string machine = world.create("m", ten_passes());
    const auto started = world.start(machine, R"({"a":1})", "first");
    REQUIRE(started);
    CHECK(started->execution_arn == "arn:aws:states:us-east-1:123456789012:execution:m:first");
    const auto ended = world.wait(started->execution_arn);
    REQUIRE(ended);
    CHECK(ended->status == journal::RunStatus::Succeeded);
    CHECK(output_of(*ended) == R"({"a":1})");
    CHECK(world.history(started->execution_arn).size() == 22);
    CHECK((*world.journal->find_by_name(machine, "first"))->stop.has_value());
    CHECK(world.journal->last_batch((*world.journal->find_by_name(machine, "first"))->key)
              ->value()
              .number == 0);
}

TEST_CASE("a named start is answered again while it runs on the same input, and refused otherwise")
{
    RuntimeWorld world;
    const std::string machine = world.create("m", waits(100));
    const auto first = world.start(machine, "{}", "n");
    REQUIRE(first);
    const auto again = world.start(machine, "{}", "n");
    REQUIRE(again);
    CHECK(again->start == first->start);
    const auto other = world.start(machine, "[]", "n");
    REQUIRE_FALSE(other);
    CHECK(other.error().code == ErrorCode::ExecutionAlreadyExists);
    REQUIRE(world.wait(first->execution_arn));
    CHECK_FALSE(world.start(machine, "{}", "n"));
}

TEST_CASE("a task is called after its intent is durable, retried, and its error caught")
{
    RuntimeWorld world;
    const std::string machine = world.create("m", one_task);
    world.integration.script("T", {Milliseconds(5), integrations::Failure{"Busy", "later"}});
    world.integration.script("T", {Milliseconds(5), integrations::Success{json::Value("yes"), {}}});
    const auto started = world.start(machine);
    REQUIRE(started);
    const auto ended = world.wait(started->execution_arn);
    REQUIRE(ended);
    CHECK(output_of(*ended) == R"("yes")");
    REQUIRE(world.integration.calls().size() == 2);
    CHECK(world.integration.calls()[0].idempotency_key !=
          world.integration.calls()[1].idempotency_key);
    CHECK(world.integration.calls()[1].attempt == 1);
    CHECK(*ended->stop - ended->start == Milliseconds(2'010));
}

TEST_CASE("a resource that cannot run fails its task with an error that says so")
{
    RuntimeWorld world;
    const std::string machine = world.create(
        "m",
        R"({"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:unsupported","End":true}}})");
    const auto started = world.start(machine);
    REQUIRE(started);
    const auto ended = world.wait(started->execution_arn);
    REQUIRE(ended);
    CHECK(ended->status == journal::RunStatus::Failed);
    CHECK(ended->error == "Weft.UnsupportedResource");
}

TEST_CASE("an execution that waits long leaves memory and comes back on time, also after a crash")
{
    RuntimeWorld world;
    const std::string machine = world.create("m", waits(86'400));
    const auto started = world.start(machine);
    REQUIRE(started);
    world.world.run_until(world.world.now() + Seconds(60));
    CHECK(world.journal->unsettled(0, 10)->empty());
    world.crash();
    const auto ended = world.wait(started->execution_arn);
    REQUIRE(ended);
    CHECK(ended->status == journal::RunStatus::Succeeded);
    CHECK(*ended->stop - ended->start == Seconds(86'400));
}

TEST_CASE(
    "executions that fall due one after another are no later than the pause between two looks")
{
    RuntimeWorld world;
    const std::string machine = world.create(
        "m",
        R"({"StartAt":"W","States":{"W":{"Type":"Wait","SecondsPath":"$","Next":"X"},"X":{"Type":"Succeed"}}})");
    std::vector<std::string> started;
    for (int i = 0; i < 100; ++i) {
        const auto one = world.start(machine, "1000");
        REQUIRE(one);
        started.push_back(one->execution_arn);
        world.world.run_until(world.world.now() + Milliseconds(3));
    }
    world.world.run_until(world.world.now() + Seconds(60));
    CHECK(world.journal->unsettled(0, 10)->empty());
    CHECK(*world.journal->next_wake(world.world.now()) != std::nullopt);
    for (const std::string& arn : started) {
        const auto ended = world.wait(arn);
        REQUIRE(ended);
        CHECK(*ended->stop - ended->start >= Seconds(1'000));
        CHECK(*ended->stop - ended->start <= Seconds(1'000) + Milliseconds(10));
    }
}

TEST_CASE(
    "after a crash a call under way is sent again with the same key, and its result counts once")
{
    RuntimeWorld world;
    const std::string machine = world.create("m", one_task);
    world.integration.script("T", {Seconds(30), integrations::Success{json::Value("yes"), {}}});
    const auto started = world.start(machine);
    REQUIRE(started);
    world.world.run_until(world.world.now() + Seconds(10));
    REQUIRE(world.integration.calls().size() == 1);
    world.crash();
    const auto ended = world.wait(started->execution_arn);
    REQUIRE(ended);
    CHECK(ended->status == journal::RunStatus::Succeeded);
    REQUIRE(world.integration.calls().size() == 2);
    CHECK(world.integration.calls()[0].idempotency_key ==
          world.integration.calls()[1].idempotency_key);
    CHECK(world.integration.calls()[1].resent);
    CHECK(world.history(started->execution_arn).size() == 7);
}

TEST_CASE("permits bound how many calls are under way, and every one gets its turn")
{
    RuntimeWorld world;
    world.integration.permits = 2;
    world.integration.script("T", {Seconds(1), integrations::Success{json::Value(1), {}}});
    const std::string machine = world.create(
        "m",
        R"({"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$","End":true,"ItemProcessor":{"StartAt":"T",
            "States":{"T":{"Type":"Task","Resource":"arn:aws:states:::bedrock:invokeModel","End":true}}}}}})");
    const auto started = world.start(machine, "[1,2,3,4,5]");
    REQUIRE(started);
    const auto ended = world.wait(started->execution_arn);
    REQUIRE(ended);
    CHECK(output_of(*ended) == "[1,1,1,1,1]");
    CHECK(*ended->stop - ended->start == Seconds(3));
}

TEST_CASE("StopExecution ends an execution that left memory, and one whose call is under way")
{
    RuntimeWorld world;
    const std::string waiting = world.create("w", waits(1'000));
    const std::string calling = world.create("c", one_task);
    world.integration.script("T", {Seconds(100), integrations::Success{json::Value(1), {}}});
    for (const std::string& machine : {waiting, calling}) {
        const auto started = world.start(machine);
        REQUIRE(started);
        world.world.run_until(world.world.now() + Seconds(10));
        runtime::StopRequest stop{started->execution_arn, "Enough", "said so"};
        const auto stopped = world.ask<Timestamp>([&](runtime::Callback<Timestamp> reply) {
            world.runtime->stop(world.home(), stop, std::move(reply));
        });
        REQUIRE_MESSAGE(stopped, (stopped ? "" : stopped.error().message));
        const auto ended = world.describe(started->execution_arn);
        REQUIRE(ended);
        CHECK(ended->status == journal::RunStatus::Aborted);
        CHECK(ended->error == "Enough");
        CHECK(ended->stop == *stopped);
    }
}

TEST_CASE("a synchronous Express execution answers at its end and leaves nothing behind")
{
    RuntimeWorld world;
    const std::string machine = world.create("e", ten_passes(), catalog::MachineType::Express);
    runtime::StartRequest request{machine, {}, json::Value(7), {}};
    const auto ended =
        world.ask<runtime::SyncReply>([&](runtime::Callback<runtime::SyncReply> reply) {
            world.runtime->start_sync(world.home(), request, std::move(reply));
        });
    REQUIRE(ended);
    CHECK(output_of(ended->execution) == "7");
    CHECK(world.journal->unsettled(0, 10)->empty());
    CHECK(world.journal->express_starts(0, 10)->empty());
}

TEST_CASE("an asynchronous Express execution runs again from its start after a crash")
{
    RuntimeWorld world;
    const std::string machine = world.create("e", one_task, catalog::MachineType::Express);
    world.integration.script("T", {Seconds(30), integrations::Success{json::Value(1), {}}});
    REQUIRE(world.start(machine));
    world.world.run_until(world.world.now() + Seconds(10));
    REQUIRE(world.integration.calls().size() == 1);
    world.crash();
    world.world.run_until(world.world.now() + Seconds(40));
    CHECK(world.integration.calls().size() == 2);
    CHECK(world.journal->express_starts(0, 10)->empty());
}

TEST_CASE(
    "a machine that is being deleted takes no start and goes when its last execution has ended")
{
    RuntimeWorld world;
    const std::string machine = world.create("m", waits(100));
    const auto started = world.start(machine);
    REQUIRE(started);
    REQUIRE(world.ask<void>([&](runtime::Callback<void> reply) {
        world.runtime->delete_machine(world.home(), machine, std::move(reply));
    }));
    const auto refused = world.start(machine);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::StateMachineDeleting);
    REQUIRE(world.wait(started->execution_arn));
    const auto gone = world.ask<runtime::MachineDescription>(
        [&](runtime::Callback<runtime::MachineDescription> reply) {
            world.runtime->describe_machine(world.home(), machine, std::move(reply));
        });
    REQUIRE_FALSE(gone);
    CHECK(gone.error().code == ErrorCode::StateMachineDoesNotExist);
}

TEST_CASE("requests are throttled while too many wait for the disk, and what was begun goes on")
{
    RuntimeWorld world;
    const std::string machine = world.create("m", waits(100));
    const auto started = world.start(machine, "{}", "n");
    REQUIRE(started);
    world.pool.pretended = world.runtime_options.reads_queued_max;
    const auto described = world.describe(started->execution_arn);
    REQUIRE_FALSE(described);
    CHECK(described.error().code == ErrorCode::Throttled);
    CHECK(described.error().message == "10000 requests wait for the disk; try again later");
    // The machine is in memory: a start needs no read, and the end of the execution none either.
    CHECK(world.start(machine));
    world.world.run_until(world.world.now() + Seconds(200));
    world.pool.pretended = 0;
    const auto ended = world.describe(started->execution_arn);
    REQUIRE(ended);
    CHECK(ended->status == journal::RunStatus::Succeeded);
}
