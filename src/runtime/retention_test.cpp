// Executions that ended long ago are deleted, and no others.

#include "runtime/runtime.h"
#include "tests/support/faulty_journal.h"
#include "tests/support/runtime_world.h"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>

using namespace weft;
using test::FaultyJournal;
using test::RuntimeWorld;

namespace {

constexpr const char* pass_machine = R"({"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}})";
constexpr const char* wait_machine =
    R"({"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":20000000,"End":true}}})";
constexpr std::chrono::hours day{24};

RuntimeWorld::Faults keep_for(Milliseconds retention, FaultyJournal** faulty = nullptr)
{
    RuntimeWorld::Faults faults;
    faults.options.retention = retention;
    if (faulty != nullptr)
        faults.decorate = [faulty](journal::Journal& target) {
            auto made = std::make_unique<FaultyJournal>(target, test::JournalFaults{});
            *faulty = made.get();
            return made;
        };
    return faults;
}

bool is_gone(RuntimeWorld& world, const std::string& arn)
{
    const auto described = world.describe(arn);
    return !described && described.error().code == ErrorCode::ExecutionDoesNotExist;
}

void pass_time(RuntimeWorld& world, std::chrono::hours time)
{
    REQUIRE(world.world.run_until(world.world.now() + time, 50'000'000));
}

}  // namespace

TEST_CASE("an execution goes when it ended as long ago as retention says, and its name is free")
{
    RuntimeWorld world(1, 2, keep_for(90 * day));
    const std::string machine = world.create("m", pass_machine);
    const std::string waiting = world.create("w", wait_machine);
    const std::string first = world.start(machine, "{}", "first")->execution_arn;
    REQUIRE(world.wait(first));
    const std::string running = world.start(waiting, "{}", "running")->execution_arn;
    pass_time(world, 89 * day);
    CHECK_FALSE(is_gone(world, first));
    CHECK_FALSE(world.start(machine, R"({"other":1})", "first"));
    pass_time(world, 2 * day);
    CHECK(is_gone(world, first));
    runtime::HistoryRequest history;
    history.execution_arn = first;
    const auto page =
        world.ask<runtime::HistoryPage>([&](runtime::Callback<runtime::HistoryPage> r) {
            world.runtime->history(world.home(), history, std::move(r));
        });
    REQUIRE_FALSE(page);
    CHECK(page.error().code == ErrorCode::ExecutionDoesNotExist);
    CHECK(page.error().message == "Execution Does Not Exist: '" + first + "'");
    // One that runs stays, however long it does, and for as long after its end.
    CHECK(world.describe(running)->status == journal::RunStatus::Running);
    CHECK(world.runtime->statistics().open == 1);
    CHECK(world.runtime->statistics().deleted == 1);
    const auto again = world.start(machine, R"({"other":1})", "first");
    REQUIRE(again);
    CHECK(world.wait(again->execution_arn)->status == journal::RunStatus::Succeeded);
    pass_time(world, 200 * day);
    CHECK(world.describe(running)->status == journal::RunStatus::Succeeded);
    pass_time(world, 60 * day);
    CHECK(is_gone(world, running));
    CHECK(world.runtime->statistics().open == 0);
}

TEST_CASE("without a retention nothing is deleted")
{
    RuntimeWorld world(1, 2, keep_for(runtime::keep_forever));
    const std::string arn = world.start(world.create("m", pass_machine))->execution_arn;
    REQUIRE(world.wait(arn));
    pass_time(world, 10'000 * day);
    CHECK_FALSE(is_gone(world, arn));
}

TEST_CASE("more than a step's worth goes in one pass; a refusal and a crash put it off")
{
    FaultyJournal* faulty = nullptr;
    RuntimeWorld world(3, 2, keep_for(day, &faulty));
    const std::string machine = world.create("m", pass_machine);
    constexpr int count = 1'300;
    for (int i = 0; i < count; ++i) REQUIRE(world.start(machine, "{}", "n" + std::to_string(i)));
    pass_time(world, std::chrono::hours(1));
    faulty->set_full(true);
    pass_time(world, day);
    CHECK(world.runtime->statistics().deleted == 0);
    faulty->set_full(false);
    // Until the first step is through.
    REQUIRE(world.world.run_while_not([&] { return world.runtime->statistics().deleted > 0; },
                                      50'000'000));
    CHECK(world.runtime->statistics().deleted < count);
    world.crash();
    pass_time(world, std::chrono::hours(1));
    journal::ListQuery query;
    query.machine_arn = machine;
    CHECK(world.journal->list(query)->empty());
}
