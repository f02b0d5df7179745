#include "engine/engine.h"

#include "tests/support/engine_harness.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace weft::engine {
namespace {

using test::Harness;
using test::parse_json;

constexpr std::string_view one_task = R"({"StartAt": "T", "States": {"T": {"Type": "Task",
    "Resource": "arn:aws:states:::bedrock:invokeModel",
    "Parameters": {"ModelId": "m", "Body": {}}, "End": true}}})";

template <class T> std::vector<T> actions_of(Harness& harness)
{
    std::vector<T> found;
    for (const Action& action : harness.actions())
        if (const T* match = std::get_if<T>(&action)) found.push_back(*match);
    return found;
}

std::size_t count(const Harness& harness, history::EventType type)
{
    return static_cast<std::size_t>(
        std::ranges::count(harness.history(), type, &history::Event::type));
}

// An array of `size` numbers.
json::Value numbers(std::int64_t size)
{
    std::vector<json::Value> items;
    for (std::int64_t i = 0; i < size; ++i) items.emplace_back(i);
    return json::Value::array(std::move(items));
}

TEST_CASE("engine: a call is asked a permit for, then sent, then answered")
{
    Harness harness(one_task, {.grant_permits = false});
    harness.start(json::Value::object());
    const auto permits = actions_of<AcquirePermit>(harness);
    REQUIRE(permits.size() == 1);
    CHECK(permits[0].call.scheduled == 3);
    CHECK(permits[0].call.state == "T");
    CHECK(permits[0].call.resource == "arn:aws:states:::bedrock:invokeModel");
    CHECK_FALSE(harness.execution().only_waits());
    CHECK_FALSE(harness.execution().runnable());

    harness.send(PermitGranted{3});
    const auto sent = actions_of<Dispatch>(harness);
    REQUIRE(sent.size() == 1);
    CHECK(sent[0].dispatch == 1);
    CHECK_FALSE(sent[0].resent);
    CHECK(sent[0].call == permits[0].call);
    // Granted twice: the second one means nothing.
    harness.send(PermitGranted{3});
    CHECK(actions_of<Dispatch>(harness).size() == 1);

    harness.send(CallSucceeded{3, 1, 7, json::Value::object({{"tokens", 5}})});
    CHECK(harness.execution().status() == Status::Succeeded);
    CHECK(harness.execution().output() == json::Value(7));
}

TEST_CASE("engine: an evaluation without fuel leaves no trace")
{
    constexpr std::string_view endless = R"({"QueryLanguage": "JSONata", "StartAt": "T", "States": {
        "T": {"Type": "Parallel", "Branches": [{"StartAt": "P", "States": {"P": {"Type": "Pass",
        "Output": "{% ($f := function($n){$f($n + 1)}; $f(0)) %}", "End": true}}}], "End": true}}})";
    Harness harness(endless, {.fuel = 1'000, .slices_max = 3});
    harness.run(json::Value::object());
    CHECK(harness.last_end() == SliceEnd::OutOfFuel);
    CHECK(harness.outline().back() == "4<3 PassStateEntered");
}

TEST_CASE("engine: a catcher without fuel leaves no trace of the failure")
{
    constexpr std::string_view caught = R"({"QueryLanguage": "JSONata", "StartAt": "M", "States": {
        "M": {"Type": "Map", "Items": [1], "ItemProcessor": {"StartAt": "F", "States": {"F": {
        "Type": "Fail", "Error": "E"}}}, "Catch": [{"ErrorEquals": ["E"],
        "Output": "{% $sum([1..5000].($ * 2)) %}", "Next": "Z"}], "End": true},
        "Z": {"Type": "Succeed"}}})";
    Harness harness(caught, {.fuel = 2'000, .slices_max = 3});
    harness.run(json::Value::object());
    CHECK(harness.last_end() == SliceEnd::OutOfFuel);
    CHECK(harness.outline().back() == "5<4 FailStateEntered");
    harness.set_fuel(1'000'000);
    harness.send(Continue{});
    CHECK(harness.execution().output() == json::Value(25'005'000));
}

TEST_CASE("engine: late, early and repeated replies are dropped")
{
    Harness harness(one_task, {.grant_permits = false});
    harness.start(json::Value::object());
    harness.send(CallSucceeded{3, 1, 1, {}});  // was never sent
    harness.send(CallSucceeded{9, 0, 1, {}});  // no such call
    harness.send(PermitGranted{3});
    harness.send(CallSucceeded{3, 2, 1, {}});  // of a dispatch that was not
    CHECK(harness.execution().last_id() == 4);
    harness.send(CallFailed{3, 1, "E", "C"});
    CHECK(harness.execution().status() == Status::Failed);
    const history::EventId end = harness.execution().last_id();
    harness.send(CallSucceeded{3, 1, 1, {}});
    harness.send(Stop{});
    harness.send(TimersDue{});
    CHECK(harness.execution().last_id() == end);
}

TEST_CASE("engine: a call that cannot be sent may fail before its start")
{
    Harness harness(one_task, {.grant_permits = false});
    harness.start(json::Value::object());
    harness.send(CallFailed{3, 0, "States.Runtime", "no such resource here"});
    CHECK(harness.outline().at(3) == "4<3 TaskFailed");
    CHECK(harness.execution().status() == Status::Failed);
}

TEST_CASE("engine: a stop cancels open calls and names no previous event")
{
    Harness harness(one_task);
    harness.run(json::Value::object());
    harness.send(Stop{json::String("E"), json::String("C")});
    CHECK(harness.execution().status() == Status::Aborted);
    CHECK(harness.outline().back() == "5<0 ExecutionAborted");
    CHECK(harness.execution().failure().error == json::String("E"));
    CHECK(actions_of<CancelCall>(harness).size() == 1);
    CHECK(harness.execution().next_due() == timestamp_max);
}

TEST_CASE("engine: recovery asks again for permits and sends again what was under way")
{
    Harness waiting(one_task, {.grant_permits = false});
    waiting.start(json::Value::object());
    waiting.recover();
    CHECK(actions_of<AcquirePermit>(waiting).size() == 2);

    Harness started(one_task);
    started.run(json::Value::object());
    started.recover();
    const auto sent = actions_of<Dispatch>(started);
    REQUIRE(sent.size() == 2);
    CHECK(sent[1].resent);
    CHECK(sent[1].dispatch == 2);
    CHECK(sent[1].call == sent[0].call);
    CHECK(started.outline(true).back() == "-<4 CallReissued");
    started.send(CallSucceeded{3, 1, 1, {}});  // the one from before the crash
    CHECK_FALSE(started.execution().ended());
    started.recover();
    CHECK(actions_of<Dispatch>(started).back().dispatch == 3);
    started.send(CallSucceeded{3, 3, 2, {}});
    CHECK(started.execution().output() == json::Value(2));
}

TEST_CASE("engine: a call that must not be repeated fails with Weft.InDoubt, which can be caught")
{
    Harness harness(R"({"StartAt": "T", "States": {
        "T": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage",
              "Parameters": {"QueueUrl": "q", "MessageBody": "b"}, "End": true,
              "Catch": [{"ErrorEquals": ["Weft.InDoubt"], "Next": "S"}]},
        "S": {"Type": "Succeed"}}})");
    harness.run(json::Value::object());
    harness.recover();
    CHECK(harness.execution().status() == Status::Succeeded);
    CHECK(harness.execution().output().find("Error")->as_string() == "Weft.InDoubt");
    CHECK(count(harness, history::EventType::CallInDoubt) == 1);
    CHECK(count(harness, history::EventType::TaskFailed) == 1);
}

TEST_CASE("engine: heartbeats put the timeout off; after recovery there is a full one again")
{
    Harness harness(R"({"StartAt": "T", "States": {"T": {"Type": "Task", "HeartbeatSeconds": 10,
        "Resource": "arn:aws:states:::bedrock:invokeModel",
        "Parameters": {"ModelId": "m", "Body": {}}, "End": true}}})");
    harness.start(json::Value::object());
    CHECK(harness.execution().next_due() == timestamp_max);
    harness.send(PermitGranted{3});
    const Timestamp begin = harness.now();
    CHECK(harness.execution().next_due() == begin + Seconds(10));
    harness.pass(Seconds(7));
    harness.send(Heartbeat{3});
    CHECK(harness.execution().next_due() == begin + Seconds(17));
    harness.pass(Seconds(9));
    harness.send(TimersDue{});
    CHECK_FALSE(harness.execution().ended());
    harness.recover();
    CHECK(harness.execution().next_due() == begin + Seconds(26));
    harness.pass(Seconds(10));
    harness.send(TimersDue{});
    CHECK(harness.execution().status() == Status::Failed);
    CHECK(count(harness, history::EventType::TaskTimedOut) == 1);
}

TEST_CASE("engine: only timers can wake what only waits")
{
    Harness harness(
        R"({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 5, "End": true}}})");
    harness.start(json::Value::object());
    CHECK(harness.execution().only_waits());
    CHECK(harness.execution().next_due() == harness.now() + Seconds(5));
    harness.send(TimersDue{});  // too early
    CHECK_FALSE(harness.execution().ended());
    harness.recover();
    harness.run();
    CHECK(harness.execution().status() == Status::Succeeded);
}

TEST_CASE("engine: a slice ends with its budget and goes on with Continue")
{
    Harness harness(
        R"({"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor":
        {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}}}})",
        {.limits = limits_for(LimitsProfile::Weft), .check_prefixes = false});
    const json::Value input = numbers(10'000);
    harness.run(input);
    CHECK(harness.execution().status() == Status::Succeeded);
    CHECK(harness.execution().output() == input);
    CHECK(harness.slices() >= 40);
    CHECK(harness.execution().last_id() == 40'006);
    CHECK(harness.execution().frames().live() == 0);
}

TEST_CASE("engine: the bytes of what a slice makes count too")
{
    Harness harness(R"asl({"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Parameters": {"t.$": "States.Format('{}{}', $.t, $.t)"}, "Next": "B"},
        "B": {"Type": "Pass", "Parameters": {"t.$": "States.Format('{}{}', $.t, $.t)"}, "End": true}
        }})asl",
                    {.budget = {.events_max = 1'000, .bytes_max = 4'000}});
    harness.run(json::Value::object({{"t", std::string(3'000, 'x')}}));
    CHECK(harness.execution().status() == Status::Succeeded);
    CHECK(harness.slices() > 1);
}

TEST_CASE("engine: a branch in an endless loop does not starve its siblings")
{
    Harness harness(
        R"({"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [
        {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Choice",
            "Choices": [{"Variable": "$", "IsPresent": true, "Next": "A"}], "Default": "C"},
            "C": {"Type": "Succeed"}}},
        {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E"}}}]}}})",
        {.slices_max = 3});
    harness.start(json::Value::object());
    CHECK(harness.execution().status() == Status::Failed);
    CHECK(harness.execution().failure().error == json::String("E"));
}

TEST_CASE("engine: an endless loop ends at its deadline, and when it is stopped")
{
    constexpr std::string_view loop = R"({"TimeoutSeconds": 5, "StartAt": "A", "States": {
        "A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Choice", "Default": "C",
        "Choices": [{"Variable": "$", "IsPresent": true, "Next": "A"}]}, "C": {"Type": "Succeed"}}})";
    Harness stopped(loop, {.slices_max = 3});
    stopped.start(json::Value::object());
    CHECK(stopped.last_end() == SliceEnd::Budget);
    stopped.send(Stop{});
    CHECK(stopped.execution().status() == Status::Aborted);

    Harness late(loop, {.slices_max = 3});
    late.start(json::Value::object());
    late.pass(Seconds(5));
    late.send(Continue{});
    CHECK(late.execution().status() == Status::TimedOut);
}

TEST_CASE("engine: a step that runs out of fuel leaves the execution as it was")
{
    Harness harness(R"({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type":
        "Pass", "Parameters": {"v.$": "$.list[*]"}, "End": true}}})",
                    {.fuel = 20, .slices_max = 1});
    const json::Value input = json::Value::object({{"list", numbers(1'000)}});
    harness.start(input);
    CHECK(harness.last_end() == SliceEnd::OutOfFuel);
    CHECK(harness.outline().back() == "4<3 PassStateEntered");
    const Execution before = harness.execution();
    harness.send(Continue{});
    CHECK(harness.last_end() == SliceEnd::OutOfFuel);
    CHECK(harness.execution() == before);
    harness.set_fuel(100'000);
    harness.send(Continue{});
    CHECK(harness.execution().status() == Status::Succeeded);
    CHECK(*harness.execution().output().find("v") == numbers(1'000));
}

TEST_CASE("engine: AWS's history ends an execution at its last event")
{
    Limits limits = limits_for(LimitsProfile::Aws);
    limits.history_events_max = 20;
    Harness harness(R"({"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Choice", "Default": "C",
        "Choices": [{"Variable": "$", "IsPresent": true, "Next": "A"}]}, "C": {"Type": "Succeed"}}})",
                    {.limits = limits});
    harness.start(json::Value::object());
    CHECK(harness.execution().status() == Status::Failed);
    CHECK(harness.execution().last_id() == 20);
    CHECK(harness.execution().failure().error == json::String("States.Runtime"));
    CHECK(harness.execution().failure().cause ==
          json::String("The execution reached the maximum number of history events (20)."));

    // The last event may be ExecutionSucceeded.
    limits.history_events_max = 4;
    Harness fits(R"({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}})",
                 {.limits = limits});
    fits.start(json::Value::object());
    CHECK(fits.execution().status() == Status::Succeeded);
}

TEST_CASE("engine: a result too large fails the task")
{
    Harness harness(one_task);
    harness.script(json::Value::object({{"T", json::Value::array({json::Value::object(
                                                  {{"output", std::string(262'143, 'x')}})})}}));
    harness.run(json::Value::object());
    CHECK(harness.execution().failure().error == json::String("States.DataLimitExceeded"));
    CHECK(
        harness.execution().failure().cause ==
        json::String("The state/task 'bedrock' returned a result with a size exceeding the maximum "
                     "number of bytes service limit."));
    CHECK(harness.outline().at(4) == "5<4 TaskFailed");
}

TEST_CASE("engine: a cause has a bound")
{
    Harness harness(R"({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true,
        "Parameters": {"v.$": "$.no"}}}})");
    std::string text;
    for (int i = 0; i < 20'000; ++i) text += "é";
    harness.run(json::Value::object({{"t", text}}));
    const std::string_view cause = harness.execution().failure().cause->view();
    CHECK(cause.size() <= cause_characters_max);
    CHECK(cause.ends_with("é"));
}

TEST_CASE("engine: no event is older than the one before, whatever the clock says")
{
    Harness harness(one_task, {.grant_permits = false});
    harness.start(json::Value::object());
    harness.pass(Seconds(-60));
    harness.send(PermitGranted{3});
    CHECK(harness.history().back().time == harness.history().front().time);
}

TEST_CASE("engine: jitter draws from the entropy given, so that the same seed waits the same")
{
    const auto waited = [](std::uint64_t seed) {
        Harness harness(R"({"StartAt": "T", "States": {"T": {"Type": "Task", "End": true,
            "Resource": "arn:aws:states:::bedrock:invokeModel", "Parameters": {"ModelId": "m", "Body": {}},
            "Retry": [{"ErrorEquals": ["E"], "IntervalSeconds": 100, "JitterStrategy": "FULL"}]}}})",
                        {.seed = seed});
        harness.script(parse_json(R"({"T": [{"error": "E"}, {"output": 1}]})"));
        harness.run(json::Value::object());
        return harness.simulated_seconds();
    };
    CHECK(waited(1) == waited(1));
    CHECK(waited(1) != waited(2));
    CHECK(waited(1) >= 0);
    CHECK(waited(1) < 100);
}

TEST_CASE("engine: a thousand waiting iterations wake in the order they are due")
{
    Harness harness(
        R"({"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor":
        {"StartAt": "W", "States": {"W": {"Type": "Wait", "SecondsPath": "$", "End": true}}}}}})",
        {.limits = limits_for(LimitsProfile::Weft), .check_prefixes = false});
    std::vector<json::Value> seconds;
    for (std::int64_t i = 0; i < 1'000; ++i) seconds.emplace_back(1 + i * 7'919 % 1'009);
    harness.run(json::Value::array(seconds));
    CHECK(harness.execution().output() == json::Value::array(seconds));
    CHECK(harness.simulated_seconds() == doctest::Approx(1'008).epsilon(0.01));
}

TEST_CASE("engine: a checkpoint that is damaged is refused")
{
    Harness harness(one_task);
    harness.run(json::Value::object({{"a", 1}}));
    const std::string saved = save(harness.execution());
    REQUIRE(load(saved));
    CHECK(*load(saved) == harness.execution());
    for (std::size_t i = 0; i < saved.size(); ++i) {
        CHECK_FALSE(load(saved.substr(0, i)));
        std::string changed = saved;
        changed[i] = changed[i] == '9' ? '{' : '9';
        (void)load(changed);  // refused or another execution; never worse
    }
    CHECK_FALSE(load("[2]"));
    CHECK_FALSE(load("{}"));
}

}  // namespace
}  // namespace weft::engine
