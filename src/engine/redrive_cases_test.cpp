// The cases of tests/cases/redrive, run by the engine alone in simulated time. After the start, and
// after each of `steps`, the execution runs until nothing is left to do: {redrive: its client
// token}, {stop: {error, cause}} after `seconds` (of running, and then of waiting), {crash: true}.
#include "engine/redrive.h"
#include "tests/support/case_files.h"
#include "tests/support/engine_harness.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft::engine {
namespace {

constexpr std::array status_names = {"NEW",    "RUNNING",   "SUCCEEDED",
                                     "FAILED", "TIMED_OUT", "ABORTED"};

std::string shown(const std::optional<json::String>& text)
{
    return text ? std::string(text->view()) : std::string("(none)");
}

std::string member(const json::Value& object, std::string_view key)
{
    const json::Value* value = object.find(key);
    return value != nullptr ? std::string(value->as_string()) : std::string("(none)");
}

std::optional<json::String> given(const json::Value& object, std::string_view key)
{
    const json::Value* value = object.find(key);
    if (value == nullptr) return std::nullopt;
    return value->as_shared_string();
}

void take(const json::Value& step, test::Harness& harness)
{
    const json::Value* seconds = step.find("seconds");
    if (seconds != nullptr) harness.run_until(harness.now() + Seconds(seconds->as_int()));
    if (const json::Value* stop = step.find("stop"))
        harness.send(Stop{given(*stop, "error"), given(*stop, "cause")});
    if (step.find("crash") != nullptr) harness.recover();
    if (const json::Value* token = step.find("redrive")) {
        harness.run();
        harness.redrive(token->as_string());
        CHECK(harness.not_redrivable().empty());
        CHECK(harness.redriven() == harness.now());
    }
}

std::int64_t calls_of(test::Harness& harness, std::string_view state)
{
    return std::ranges::count_if(harness.actions(), [&](const Action& action) {
        const auto* dispatch = std::get_if<Dispatch>(&action);
        return dispatch != nullptr && dispatch->call.state == state;
    });
}

void check(const json::Value& expect, test::Harness& harness)
{
    const Execution& execution = harness.execution();
    CHECK(std::string(status_names.at(static_cast<std::size_t>(execution.status()))) ==
          member(expect, "status"));
    if (const json::Value* output = expect.find("output"))
        CHECK(json::write(execution.output()) == json::write(*output));
    CHECK(shown(execution.failure().error) == member(expect, "error"));
    if (expect.find("cause") != nullptr)
        CHECK(shown(execution.failure().cause) == member(expect, "cause"));
    if (const json::Value* count = expect.find("redrives"))
        CHECK(execution.redrive_count() == count->as_int());
    if (const json::Value* seconds = expect.find("simulated_seconds"))
        CHECK(harness.simulated_seconds() == doctest::Approx(seconds->as_double()));
    if (const json::Value* calls = expect.find("calls"))
        for (const json::Member& call : calls->members()) {
            CAPTURE(call.key.view());
            CHECK(calls_of(harness, call.key.view()) == call.value.as_int());
        }
    if (const json::Value* events = expect.find("events")) {
        const std::vector<std::string> outline = harness.outline();
        std::string lines;
        for (const std::string& line : outline) lines += line + "\n";
        CAPTURE(lines);
        CHECK(outline.size() == events->size());
        for (std::size_t i = 0; i < std::min(outline.size(), events->size()); ++i)
            CHECK(outline[i] == events->items()[i].as_string());
    }
}

void run(const json::Value& test, bool crash_often)
{
    const std::string name(test.find("name")->as_string());
    CAPTURE(name);
    CAPTURE(crash_often);
    test::Harness::Options options;
    if (const json::Value* payload = test.find("payload_bytes_max"))
        options.limits.payload_bytes_max = static_cast<std::uint64_t>(payload->as_int());
    test::Harness harness(json::write(*test.find("definition")), options);
    if (const json::Value* mocks = test.find("mocks")) harness.script(*mocks);
    const json::Value* input = test.find("input");
    harness.start(input != nullptr ? *input : json::Value::object());
    for (const json::Value& step : test.find("steps")->items()) {
        take(step, harness);
        // Everything but the history is gone: nobody notices after an end.
        if (crash_often && harness.execution().ended()) harness.recover();
    }
    harness.run();
    if (crash_often) harness.recover();
    check(*test.find("expect"), harness);
}

TEST_CASE("redrive: cases")
{
    for (const json::Value& test : test::read_cases("redrive")) run(test, false);
}

TEST_CASE("redrive: cases, with the execution forgotten at every end")
{
    for (const json::Value& test : test::read_cases("redrive")) run(test, true);
}

constexpr std::string_view failing = R"({"StartAt": "F", "States": {"F": {"Type": "Fail",
    "Error": "E"}}})";
constexpr std::string_view waiting = R"({"StartAt": "W", "States": {"W": {"Type": "Wait",
    "Seconds": 10, "End": true}}})";

TEST_CASE("redrive: only what ended without success, lately, with room left")
{
    test::Harness running(waiting);
    running.start(json::Value::object());
    running.redrive();
    CHECK(running.not_redrivable() == "Execution is RUNNING and cannot be redriven");
    running.run();
    running.redrive();
    CHECK(running.not_redrivable() == "Execution is SUCCEEDED and cannot be redriven");
    CHECK(running.execution().redrive_count() == 0);

    test::Harness failed(failing);
    failed.run(json::Value::object());
    failed.pass(redrivable_period);
    failed.redrive();
    CHECK(failed.redriven());
    failed.pass(redrivable_period + Milliseconds(1));
    failed.redrive();
    CHECK(failed.not_redrivable() == "Execution redrivable period exceeded");

    Limits limits = limits_for(LimitsProfile::Aws);
    limits.execution_seconds_max = 7 * 24 * 3'600;
    test::Harness old(failing, {.limits = limits});
    old.run(json::Value::object());
    old.pass(Seconds(7 * 24 * 3'600));
    old.redrive();
    CHECK(old.not_redrivable() == "Execution has exceeded the max execution time");
}

TEST_CASE("redrive: the history has room for ExecutionRedriven and one more")
{
    Limits limits = limits_for(LimitsProfile::Aws);
    // Started, FailStateEntered, ExecutionFailed; then three more for each redrive.
    limits.history_events_max = 7;
    test::Harness harness(failing, {.limits = limits});
    harness.run(json::Value::object());
    harness.redrive();
    CHECK(harness.execution().last_id() == 6);
    harness.redrive();
    CHECK(harness.not_redrivable() == "Execution history event limit exceeded");

    limits.history_events_max = 5;
    test::Harness full(failing, {.limits = limits});
    full.run(json::Value::object());
    full.redrive();
    CHECK(full.execution().last_id() == 5);
    CHECK(full.outline().back() == "5<4 ExecutionFailed");
    CHECK(full.execution().failure().error == json::String("States.Runtime"));
}

TEST_CASE("redrive: a client token used before gets its answer again, for a while")
{
    test::Harness harness(failing);
    harness.run(json::Value::object());
    harness.redrive("a");
    const std::optional<Timestamp> first = harness.redriven();
    REQUIRE(first);
    harness.pass(Seconds(60));
    harness.redrive("a");
    CHECK(harness.redriven() == first);
    CHECK(harness.execution().redrive_count() == 1);
    harness.redrive("b");
    CHECK(harness.redriven() != first);
    CHECK(harness.execution().redrive_count() == 2);
    harness.recover();
    harness.redrive("a");
    CHECK(harness.redriven() == first);
    harness.pass(client_token_age);
    harness.redrive("a");
    CHECK(harness.redriven() == harness.now());
    CHECK(harness.execution().redrive_count() == 3);

    // The last ten.
    for (int i = 0; i < 10; ++i) harness.redrive(fmt::format("t{}", i));
    CHECK(harness.execution().redrive_count() == 13);
    harness.redrive("t0");
    CHECK(harness.execution().redrive_count() == 13);
    harness.redrive("a");
    CHECK(harness.execution().redrive_count() == 14);
}

TEST_CASE("redrive: the longest time open counts from the start, TimeoutSeconds anew")
{
    Limits limits = limits_for(LimitsProfile::Aws);
    const asl::Compiled plain = asl::compile(failing, {});
    const Timestamp start{Milliseconds(1'000)};
    CHECK(redrive_deadline(start, start + Seconds(500), *plain.machine, limits) ==
          start + Seconds(31'536'000));
    const asl::Compiled timed = asl::compile(
        R"({"StartAt": "F", "TimeoutSeconds": 60, "States": {"F": {"Type": "Fail"}}})", {});
    CHECK(redrive_deadline(start, start + Seconds(500), *timed.machine, limits) ==
          start + Seconds(560));
    limits.execution_seconds_max = 510;
    CHECK(redrive_deadline(start, start + Seconds(500), *timed.machine, limits) ==
          start + Seconds(510));
}

}  // namespace
}  // namespace weft::engine
