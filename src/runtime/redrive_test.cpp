// RedriveExecution: an execution that ended wakes up, once for each time it was asked to, with a
// crash at every flush.

#include "history/event_table.h"
#include "tests/support/engine_tasks.h"
#include "tests/support/runtime_world.h"
#include "json/write.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

using namespace weft;
using test::EngineTasks;
using test::RuntimeWorld;

namespace {

constexpr const char* arn_of_n = "arn:aws:states:us-east-1:123456789012:execution:m:n";

std::string task(const std::string& name)
{
    return fmt::format(R"({{"StartAt":"{0}","States":{{"{0}":{{"Type":"Task",
        "Resource":"arn:aws:states:::bedrock:invokeModel","Parameters":{{"ModelId":"m"}},
        "End":true}}}}}})",
                       name);
}

// A branch that succeeds, one that does not, one that sleeps.
std::string branches()
{
    return fmt::format(R"({{"StartAt":"P","States":{{"P":{{"Type":"Parallel","End":true,
        "Branches":[{},{},{{"StartAt":"W","States":{{"W":{{"Type":"Wait","Seconds":30,
        "End":true}}}}}}]}}}}}})",
                       task("A"), task("F"));
}

integrations::Failure broken()
{
    return {"Broken", "for now"};
}

integrations::Success good(const char* text)
{
    return {json::Value(text), {}};
}

// Those sent again after a crash have the key that they had before.
std::size_t calls_of(const RuntimeWorld& world, std::string_view state)
{
    std::set<std::string> keys;
    for (const integrations::Call& call : world.integration.calls())
        if (call.state.view() == state) keys.insert(call.idempotency_key);
    return keys.size();
}

std::size_t count(const std::vector<history::Event>& events, history::EventType type)
{
    return static_cast<std::size_t>(std::ranges::count(events, type, &history::Event::type));
}

Result<runtime::ListPage> list(RuntimeWorld& world, const std::string& machine)
{
    runtime::ListRequest request;
    request.machine_arn = machine;
    return world.ask<runtime::ListPage>([&](runtime::Callback<runtime::ListPage> reply) {
        world.runtime->list(world.home(), request, std::move(reply));
    });
}

}  // namespace

TEST_CASE("a redriven execution runs what it had not finished, and its row says so all along")
{
    RuntimeWorld world;
    world.integration.script("A", {Milliseconds(5), good("a")});
    world.integration.script("F", {Seconds(1), broken()});
    world.integration.script("F", {Seconds(1), good("f")});
    const std::string machine = world.create("m", branches());
    const auto started = world.start(machine, "{}", "n");
    REQUIRE(started);
    const auto failed = world.wait(started->execution_arn);
    REQUIRE(failed);
    CHECK(failed->status == journal::RunStatus::Failed);
    CHECK(failed->error == "Broken");
    CHECK(failed->redrives == journal::Redrives{});
    CHECK(failed->not_redrivable.empty());
    const std::size_t before = world.history(started->execution_arn).size();

    world.world.run_until(world.world.now() + Seconds(100));
    const auto redriven = world.redrive(started->execution_arn);
    REQUIRE(redriven);
    CHECK(*redriven >= failed->start + Seconds(100));
    const auto running = world.describe(started->execution_arn);
    REQUIRE(running);
    CHECK(running->status == journal::RunStatus::Running);
    CHECK_FALSE(running->stop);
    CHECK_FALSE(running->error);
    CHECK(running->redrives == journal::Redrives{1, *redriven});
    CHECK(running->not_redrivable == "Execution is RUNNING and cannot be redriven");
    const auto again = world.redrive(started->execution_arn);
    REQUIRE_FALSE(again);
    CHECK(again.error().code == ErrorCode::ExecutionNotRedrivable);
    CHECK(again.error().message == "Execution is RUNNING and cannot be redriven");

    const auto ended = world.wait(started->execution_arn);
    REQUIRE(ended);
    CHECK(ended->status == journal::RunStatus::Succeeded);
    REQUIRE(ended->output);
    CHECK(json::write(*ended->output) == R"(["a","f",{}])");
    CHECK(*ended->stop == *redriven + Seconds(30));
    CHECK(ended->start == failed->start);
    CHECK(ended->not_redrivable == "Execution is SUCCEEDED and cannot be redriven");
    CHECK(calls_of(world, "A") == 1);
    CHECK(calls_of(world, "F") == 2);
    // What was there stays there, and the numbers go on.
    const auto events = world.history(started->execution_arn);
    REQUIRE(events.size() > before);
    CHECK(events[before].type == history::EventType::ExecutionRedriven);
    CHECK(events[before].time == *redriven);
    const auto page = list(world, machine);
    REQUIRE(page);
    REQUIRE(page->executions.size() == 1);
    CHECK(page->executions[0].redrives == journal::Redrives{1, *redriven});
    CHECK(page->executions[0].status == journal::RunStatus::Succeeded);
    CHECK(world.journal->unsettled(0, 10)->empty());
    CHECK(*world.journal->running_count(machine) == 0);
}

TEST_CASE("a client token redrives once, whatever became of it since")
{
    RuntimeWorld world;
    world.integration.script("F", {Seconds(1), broken()});
    const std::string machine = world.create("m", task("F"));
    REQUIRE(world.start(machine, "{}", "n"));
    REQUIRE(world.wait(arn_of_n));
    const auto first = world.redrive(arn_of_n, "token");
    REQUIRE(first);
    const auto at_once = world.redrive(arn_of_n, "token");
    REQUIRE(at_once);
    CHECK(*at_once == *first);
    REQUIRE(world.wait(arn_of_n));
    world.crash();
    const auto later = world.redrive(arn_of_n, "token");
    REQUIRE(later);
    CHECK(*later == *first);
    CHECK(calls_of(world, "F") == 2);
    REQUIRE(world.redrive(arn_of_n, "another"));
    CHECK(world.describe(arn_of_n)->redrives.count == 2);
}

TEST_CASE("an execution runs the definition that it began with, also when it is redriven")
{
    RuntimeWorld world;
    world.integration.script("F", {Seconds(1), broken()});
    world.integration.script("F", {Seconds(1), good("f")});
    const std::string machine = world.create("m", task("F"));
    REQUIRE(world.start(machine, "{}", "n"));
    REQUIRE(world.wait(arn_of_n));
    runtime::UpdateMachine update;
    update.arn = machine;
    update.definition = R"({"StartAt":"S","States":{"S":{"Type":"Succeed"}}})";
    REQUIRE(
        world.ask<runtime::UpdatedMachine>([&](runtime::Callback<runtime::UpdatedMachine> reply) {
            world.runtime->update_machine(world.home(), update, std::move(reply));
        }));
    world.crash();
    REQUIRE(world.redrive(arn_of_n));
    const auto ended = world.wait(arn_of_n);
    REQUIRE(ended);
    REQUIRE(ended->output);
    CHECK(json::write(*ended->output) == R"("f")");
}

TEST_CASE("an execution whose machine is deleted cannot be redriven")
{
    RuntimeWorld world;
    const std::string machine =
        world.create("m", R"({"StartAt":"F","States":{"F":{"Type":"Fail"}}})");
    REQUIRE(world.start(machine, "{}", "n"));
    REQUIRE(world.wait(arn_of_n));
    CHECK(world.describe(arn_of_n)->not_redrivable.empty());
    REQUIRE(world.ask<void>([&](runtime::Callback<void> reply) {
        world.runtime->delete_machine(world.home(), machine, std::move(reply));
    }));
    CHECK(world.describe(arn_of_n)->not_redrivable == "State machine is in DELETING status");
    const auto refused = world.redrive(arn_of_n);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::ExecutionNotRedrivable);
    CHECK(refused.error().message == "State machine is in DELETING status");
    const auto missing = world.redrive("arn:aws:states:us-east-1:123456789012:execution:m:nobody");
    REQUIRE_FALSE(missing);
    CHECK(missing.error().code == ErrorCode::ExecutionDoesNotExist);
}

TEST_CASE("a redriven execution leaves memory, is woken on time, and can be stopped and redriven")
{
    RuntimeWorld world;
    const std::string machine = world.create(
        "m", R"({"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":86400,"End":true}}})");
    REQUIRE(world.start(machine, "{}", "n"));
    REQUIRE(world.stop(arn_of_n));
    const auto first = world.redrive(arn_of_n);
    REQUIRE(first);
    world.world.run_until(world.world.now() + Seconds(60));
    CHECK(world.journal->unsettled(0, 10)->empty());
    CHECK(world.runtime->statistics().streams == 0);
    const auto stopped = world.stop(arn_of_n);
    REQUIRE(stopped);
    CHECK(*stopped >= *first + Seconds(60));
    CHECK(world.describe(arn_of_n)->status == journal::RunStatus::Aborted);

    const auto second = world.redrive(arn_of_n);
    REQUIRE(second);
    world.world.run_until(world.world.now() + Seconds(60));
    world.crash();
    const auto ended = world.wait(arn_of_n);
    REQUIRE(ended);
    CHECK(ended->status == journal::RunStatus::Succeeded);
    CHECK(*ended->stop == *second + Seconds(86'400));
    CHECK(ended->redrives == journal::Redrives{2, *second});
}

namespace {

// A world whose journal is flushed write by write.
struct SteppedWorld {
    explicit SteppedWorld(std::uint64_t seed, integrations::Integration* integration = nullptr)
        : world(seed, 2, faults(integration))
    {
    }

    static RuntimeWorld::Faults faults(integrations::Integration* integration)
    {
        RuntimeWorld::Faults wanted;
        wanted.flush = journal::MemoryOptions::Flush::Manual;
        wanted.integration = integration;
        return wanted;
    }
    // Everything that can happen with so many writes, and no more.
    std::size_t run(std::size_t flushes_max = SIZE_MAX)
    {
        std::size_t flushes = 0;
        while (flushes < flushes_max) {
            REQUIRE(world.world.run_until_idle(1'000'000));
            if (world.journal->pending() > 0) {
                world.journal->flush(1);
                ++flushes;
            } else if (!world.world.advance_to_next()) {
                break;
            }
        }
        return flushes;
    }
    void start(const std::string& machine, const std::string& name)
    {
        world.home().post([this, machine, name] {
            world.runtime->start(world.home(), {machine, name, json::Value::object(), {}},
                                 [](Result<runtime::StartReply>) {});
        });
    }
    void redrive(const std::string& arn, const std::string& client_token = {})
    {
        world.home().post([this, arn, client_token] {
            world.runtime->redrive(world.home(), {arn, client_token},
                                   [this](Result<Timestamp> reply) {
                                       if (reply)
                                           redriven.push_back(*reply);
                                       else
                                           errors.push_back(reply.error());
                                   });
        });
    }
    journal::IndexRow row(const std::string& machine, const std::string& name)
    {
        return **world.journal->find_by_name(machine, name);
    }

    RuntimeWorld world;
    std::vector<Timestamp> redriven;
    std::vector<Error> errors;
};

}  // namespace

TEST_CASE("a redrive happens once, with a crash at every flush")
{
    std::size_t crash_after = 0;
    for (bool crashed = true; crashed; ++crash_after) {
        CAPTURE(crash_after);
        SteppedWorld stepped(crash_after + 1);
        RuntimeWorld& world = stepped.world;
        world.integration.script("A", {Milliseconds(5), good("a")});
        world.integration.script("F", {Seconds(1), broken()});
        world.integration.script("F", {Seconds(1), good("f")});
        const std::string machine = world.create("m", branches());
        stepped.start(machine, "n");
        stepped.run();
        REQUIRE(stepped.row(machine, "n").status == journal::RunStatus::Failed);

        stepped.redrive(arn_of_n, "token");
        crashed = stepped.run(crash_after) == crash_after;
        const std::vector<Timestamp> acknowledged = stepped.redriven;
        world.crash();
        // Whoever heard no answer asks again.
        if (acknowledged.empty()) stepped.redrive(arn_of_n, "token");
        stepped.run();
        CHECK(stepped.errors.empty());
        REQUIRE(stepped.redriven.size() == 1);

        const journal::IndexRow row = stepped.row(machine, "n");
        CHECK(row.status == journal::RunStatus::Succeeded);
        CHECK(row.redrives == journal::Redrives{1, stepped.redriven.front()});
        CHECK(calls_of(world, "A") == 1);
        CHECK(calls_of(world, "F") == 2);
        CHECK(world.journal->unsettled(0, 10)->empty());
        REQUIRE(crash_after < 40);
    }
    CHECK(crash_after > 3);
}

TEST_CASE("of two redrives at once one is refused")
{
    SteppedWorld stepped(1);
    RuntimeWorld& world = stepped.world;
    world.integration.script("F", {Seconds(1), broken()});
    const std::string machine = world.create("m", task("F"));
    stepped.start(machine, "n");
    stepped.run();
    stepped.redrive(arn_of_n);
    stepped.redrive(arn_of_n);
    stepped.run();
    CHECK(stepped.redriven.size() == 1);
    REQUIRE(stepped.errors.size() == 1);
    CHECK(stepped.errors[0].code == ErrorCode::ExecutionNotRedrivable);
    CHECK(stepped.row(machine, "n").redrives.count == 1);
}

TEST_CASE("a child that is redriven does not tell its parent again, whose own redrive starts anew")
{
    EngineTasks engine;
    SteppedWorld stepped(1, &engine);
    RuntimeWorld& world = stepped.world;
    engine.world = &world;
    // Fails unless it is redriven.
    const std::string child = world.create("child", R"({"StartAt":"C","States":{
        "C":{"Type":"Choice","Choices":[{"Variable":"$$.Execution.RedriveCount","NumericEquals":1,
        "Next":"S"}]},"S":{"Type":"Succeed"}}})");
    const std::string parent = world.create("m", fmt::format(R"({{"StartAt":"T","States":{{"T":{{
        "Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync:2",
        "Parameters":{{"StateMachineArn":"{}","Input":{{}}}},"End":true}}}}}})",
                                                             child));
    stepped.start(parent, "n");
    stepped.run();
    CHECK(stepped.row(parent, "n").status == journal::RunStatus::Failed);
    journal::ListQuery query;
    query.machine_arn = child;
    std::vector<journal::IndexRow> children = *world.journal->list(query);
    REQUIRE(children.size() == 1);
    CHECK(children[0].status == journal::RunStatus::Failed);

    stepped.redrive("arn:aws:states:us-east-1:123456789012:execution:child:" + children[0].name);
    stepped.run();
    children = *world.journal->list(query);
    CHECK(children[0].status == journal::RunStatus::Succeeded);
    CHECK(stepped.row(parent, "n").status == journal::RunStatus::Failed);
    CHECK(world.journal->unsettled(0, 10)->empty());

    stepped.redrive(arn_of_n);
    stepped.run();
    CHECK(stepped.errors.empty());
    children = *world.journal->list(query);
    CHECK(children.size() == 2);
    CHECK(stepped.row(parent, "n").status == journal::RunStatus::Failed);
    CHECK(count(world.history(arn_of_n), history::EventType::TaskSubmitted) == 2);
    CHECK(world.journal->unsettled(0, 10)->empty());
}
