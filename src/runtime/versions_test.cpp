#include "runtime/names.h"
#include "tests/support/runtime_world.h"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <utility>

using namespace weft;
using namespace weft::test;

namespace {

std::string waits_then(const std::string& result)
{
    return R"({"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":100,"Next":"P"},)"
           R"("P":{"Type":"Pass","Result":")" +
           result + R"(","End":true}}})";
}

// A machine with two versions and an alias that leads to both.
struct Published {
    explicit Published(RuntimeWorld& the_world,
                       catalog::MachineType type = catalog::MachineType::Standard)
        : world(the_world), machine(world.create("m", waits_then("one"), type))
    {
        publish();
        runtime::UpdateMachine update;
        update.arn = machine;
        update.definition = waits_then("two");
        REQUIRE(world.ask<runtime::UpdatedMachine>(
            [&](runtime::Callback<runtime::UpdatedMachine> reply) {
                world.runtime->update_machine(world.home(), update, std::move(reply));
            }));
        publish();
        const runtime::PutAlias put{"live", "", {{machine + ":1", 25}, {machine + ":2", 75}}};
        REQUIRE(world.ask<runtime::AliasDescription>(
            [&](runtime::Callback<runtime::AliasDescription> reply) {
                world.runtime->create_alias(world.home(), put, std::move(reply));
            }));
    }

    void publish()
    {
        REQUIRE(world.ask<runtime::VersionItem>([&](runtime::Callback<runtime::VersionItem> reply) {
            world.runtime->publish_version(world.home(), {machine, std::nullopt, ""},
                                           std::move(reply));
        }));
    }

    RuntimeWorld& world;
    std::string machine;
};

}  // namespace

TEST_CASE("a start by an alias draws a version by weight and keeps it over a crash")
{
    RuntimeWorld world;
    const Published published(world);
    const std::string alias = published.machine + ":live";
    std::vector<std::string> executions;
    for (int i = 0; i < 200; ++i) {
        const auto started = world.start(alias);
        REQUIRE(started);
        executions.push_back(started->execution_arn);
    }
    // What is under way goes on with its version, whatever becomes of the alias.
    REQUIRE(world.ask<void>([&](runtime::Callback<void> reply) {
        world.runtime->delete_alias(world.home(), alias, std::move(reply));
    }));
    world.crash();
    std::map<std::string, std::size_t> drawn;
    for (const std::string& execution : executions) {
        const auto end = world.wait(execution);
        REQUIRE(end);
        CHECK(end->machine_arn == published.machine);
        CHECK(end->alias_arn == alias);
        const std::string expected = end->version_arn == published.machine + ":1" ? "one" : "two";
        CHECK(*end->output == json::Value(expected));
        ++drawn[end->version_arn];
    }
    CHECK(drawn.size() == 2);
    // 25 % of 200 with a deviation of 6.1: five of them either way.
    CHECK(drawn[published.machine + ":1"] > 20);
    CHECK(drawn[published.machine + ":1"] < 80);
    const auto first = world.history(executions.front()).front();
    const auto& started = std::get<history::Boxed<history::ExecutionStarted>>(first.details);
    CHECK(started->alias_arn == alias);
    CHECK(drawn.contains(started->version_arn));
}

TEST_CASE("a start by a version runs what it froze; one by the machine shows no version")
{
    RuntimeWorld world;
    const Published published(world);
    const auto by_version = world.start(published.machine + ":1", "{}", "n");
    REQUIRE(by_version);
    const auto plain = world.start(published.machine);
    REQUIRE(plain);
    const auto first = world.wait(by_version->execution_arn);
    CHECK(first->version_arn == published.machine + ":1");
    CHECK(first->alias_arn.empty());
    CHECK(*first->output == json::Value("one"));
    const auto second = world.wait(plain->execution_arn);
    CHECK(second->version_arn.empty());
    CHECK(*second->output == json::Value("two"));
    const auto missing = world.start(published.machine + ":3");
    REQUIRE(!missing);
    CHECK(missing.error().code == ErrorCode::StateMachineDoesNotExist);
    CHECK(world.start(published.machine + ":other").error().code ==
          ErrorCode::StateMachineDoesNotExist);
    CHECK(world.start(published.machine + "/label").error().code == ErrorCode::LabeledArn);
}

TEST_CASE("a version of a machine that is being deleted starts nothing")
{
    RuntimeWorld world;
    const Published published(world);
    REQUIRE(world.start(published.machine + ":1"));
    REQUIRE(world.ask<void>([&](runtime::Callback<void> reply) {
        world.runtime->delete_machine(world.home(), published.machine, std::move(reply));
    }));
    CHECK(world.start(published.machine + ":1").error().code == ErrorCode::StateMachineDeleting);
    CHECK(world.start(published.machine + ":live").error().code == ErrorCode::StateMachineDeleting);
}

TEST_CASE("an Express start by a version is run again with that version")
{
    RuntimeWorld world;
    const Published published(world, catalog::MachineType::Express);
    REQUIRE(world.start(published.machine + ":1"));
    const auto kept = world.journal->express_starts(0, 10);
    REQUIRE(kept);
    REQUIRE(kept->size() == 1);
    CHECK(kept->front().body.find(published.machine + ":1") != std::string::npos);
    world.crash();
    REQUIRE(world.world.run_until(world.home().now() + Seconds(200)));
    CHECK(world.journal->express_starts(0, 10)->empty());
}

TEST_CASE("the parts of a machine's ARN")
{
    const std::string machine = "arn:aws:states:us-east-1:123456789012:stateMachine:m";
    const auto version = runtime::parse_qualified_arn(machine + ":12");
    REQUIRE(version);
    CHECK(version->machine_arn == machine);
    CHECK(version->version() == 12);
    CHECK(runtime::parse_qualified_arn(machine + ":012")->version() == 0);
    CHECK(runtime::parse_qualified_arn(machine + ":live")->qualifier == "live");
    CHECK(runtime::parse_qualified_arn(machine + "/l")->label == "l");
    CHECK(runtime::parse_qualified_arn(machine + "/l")->machine_arn == machine);
    CHECK(!runtime::parse_qualified_arn(machine + ":1:2"));
    CHECK(!runtime::parse_qualified_arn(machine + ":"));
    CHECK(!runtime::parse_qualified_arn("arn:aws:states:us-east-1:123456789012:activity:a"));
}
