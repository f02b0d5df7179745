// The cases of tests/cases/execution, run by the engine alone in simulated time.
#include "tests/support/case_files.h"
#include "tests/support/engine_harness.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace weft::engine {
namespace {

std::string_view status_name(Status status)
{
    switch (status) {
    case Status::New: return "NEW";
    case Status::Running: return "RUNNING";
    case Status::Succeeded: return "SUCCEEDED";
    case Status::Failed: return "FAILED";
    case Status::TimedOut: return "TIMED_OUT";
    case Status::Aborted: return "ABORTED";
    }
    return "?";
}

std::string text_or(const std::optional<json::String>& text)
{
    return text ? std::string(text->view()) : std::string("(none)");
}

std::string expected_text(const json::Value& expect, std::string_view key)
{
    const json::Value* value = expect.find(key);
    return value != nullptr ? std::string(value->as_string()) : std::string("(none)");
}

void check(const json::Value& test, const test::Harness& harness)
{
    const Execution& execution = harness.execution();
    const json::Value& expect = *test.find("expect");
    CHECK(status_name(execution.status()) == expect.find("status")->as_string());
    if (const json::Value* output = expect.find("output")) {
        CHECK(json::write(execution.output()) == json::write(*output));
    }
    if (execution.ended() && execution.status() != Status::Succeeded) {
        CHECK(text_or(execution.failure().error) == expected_text(expect, "error"));
        CHECK(text_or(execution.failure().cause) == expected_text(expect, "cause"));
    }
    if (const json::Value* events = expect.find("events")) {
        const std::vector<std::string> outline = harness.outline();
        CHECK(outline.size() == events->size());
        for (std::size_t i = 0; i < std::min(outline.size(), events->size()); ++i)
            CHECK(outline[i] == events->items()[i].as_string());
    }
    if (const json::Value* variables = expect.find("assigned")) {
        // The variables that the states gave a value, one object for each state that did.
        std::vector<json::Value> assigned;
        for (const history::Event& event : harness.history())
            if (const auto* exited = std::get_if<history::StateExited>(&event.details);
                exited != nullptr && !exited->assigned.is_null())
                assigned.push_back(exited->assigned);
        CHECK(json::write(json::Value::array(std::move(assigned))) == json::write(*variables));
    }
    if (const json::Value* seconds = expect.find("simulated_seconds"))
        CHECK(harness.simulated_seconds() == doctest::Approx(seconds->as_double()));
}

void run(const json::Value& test)
{
    const std::string name(test.find("name")->as_string());
    CAPTURE(name);
    const json::Value* express = test.find("express");
    test::Harness::Options options;
    if (express != nullptr && express->as_bool()) options.type = asl::MachineType::Express;
    test::Harness harness(json::write(*test.find("definition")), options);
    if (const json::Value* mocks = test.find("mocks")) harness.script(*mocks);
    const json::Value* input = test.find("input");
    harness.run(input != nullptr ? *input : json::Value::object());
    check(test, harness);
}

TEST_CASE("engine: execution cases")
{
    for (const json::Value& test : test::read_cases("execution")) run(test);
}

TEST_CASE("engine: the examples of docs/data-flow.md")
{
    const std::vector<json::Value> examples = test::read_examples("data-flow.md");
    CHECK(examples.size() >= 6);
    for (const json::Value& example : examples) run(example);
}

}  // namespace
}  // namespace weft::engine
