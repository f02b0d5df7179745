#include "runtime/evaluation_meter.h"

#include "async/virtual_loop.h"
#include "tests/support/runtime_world.h"
#include "json/write.h"

#include <doctest/doctest.h>

#include <string>

using namespace weft;
using runtime::EvaluationMeter;

TEST_CASE("an evaluation ends with its time, the next one has its own")
{
    async::VirtualWorld world;
    const auto loop = world.make_loop();
    EvaluationMeter meter(*loop, 1'000'000'000, Milliseconds(1'000));
    meter.begin_evaluation();
    CHECK(meter.step(1'000));  // the first look: its time begins
    world.run_until(world.now() + Milliseconds(999));
    CHECK(meter.step(1'000));
    world.run_until(world.now() + Milliseconds(1));
    CHECK(meter.step(999));  // no look yet
    CHECK_FALSE(meter.exhausted());
    CHECK_FALSE(meter.step(1));
    CHECK(meter.exhausted());
    meter.end_evaluation();
    CHECK_FALSE(meter.exhausted());
    CHECK(meter.step(5'000));  // what is no expression has the turn's fuel alone
    meter.begin_evaluation();
    CHECK(meter.step(5'000));
}

TEST_CASE("where time stands still an evaluation ends with its steps")
{
    async::VirtualWorld world;
    const auto loop = world.make_loop();
    EvaluationMeter meter(*loop, 1'000'000'000, Milliseconds(1));
    meter.begin_evaluation();
    CHECK(meter.step(20'000));
    CHECK_FALSE(meter.step(1));
    CHECK(meter.exhausted());
}

TEST_CASE("a turn without fuel is no fault of the evaluation")
{
    async::VirtualWorld world;
    const auto loop = world.make_loop();
    EvaluationMeter meter(*loop, 100, Milliseconds(1));
    meter.begin_evaluation();
    CHECK(meter.step(100));
    CHECK_FALSE(meter.step(1));
    CHECK_FALSE(meter.exhausted());
}

TEST_CASE("a hostile expression fails its own state, and its neighbour does not wait for it")
{
    const std::string hostile[] = {
        "($f := function() { $f() }; $f())",
        "($f := function($n) { $n + $f($n + 1) }; $f(1))",
        "$reduce([1..10000000], function($a, $b) { $a + $b })",
        "[1..1e9]",
        "[1..10000000].[1, 2, 3]",
        "$pad('x', 1e9)",
        "$join([1..10000000].$string($), '-----------------------------------')",
        "$reduce([1..60], function($a, $b) { $a & $a }, 'xxxxxxxx')",
        "$match($pad('', 60, 'a') & 'b', /^(a+)+$/)",
        "$replace($pad('', 1000, 'a') & 'b', /^(a|aa)+$/, '')",
        "$sort([1..2000000], function($l, $r) { $random() > 0.5 })",
        "$reduce([1..100000], function($a, $b) { [[$a]] })",
    };
    test::RuntimeWorld::Faults options;
    options.options.evaluation_time_max = Milliseconds(50);
    test::RuntimeWorld world(1, 2, std::move(options));
    const std::string quick = world.create("quick", R"({"StartAt":"P","States":{"P":{"Type":"Pass",
        "QueryLanguage":"JSONata","Output":"{% 1 + 1 %}","End":true}}})");
    std::size_t count = 0;
    for (const std::string& expression : hostile) {
        CAPTURE(expression);
        const std::string text = "{% " + expression + " %}";
        const std::string machine =
            world.create("m" + std::to_string(++count),
                         R"({"QueryLanguage":"JSONata","StartAt":"P","States":{"P":{"Type":"Pass",
                "Output":{"a":)" +
                             json::write(json::Value(text)) + R"(},"End":true}}})");
        const auto slow = world.start(machine);
        const auto neighbour = world.start(quick);
        REQUIRE((slow && neighbour));
        const auto first = world.wait(neighbour->execution_arn);
        REQUIRE(first);
        CHECK(first->status == journal::RunStatus::Succeeded);
        const auto ended = world.wait(slow->execution_arn);
        REQUIRE(ended);
        CHECK(ended->status == journal::RunStatus::Failed);
        REQUIRE(ended->error);
        CHECK(*ended->error == json::String("States.QueryEvaluationError"));
    }
}
