// The cases of tests/cases/elsewhere: tasks that are submitted and end by their token, run by the
// engine alone in simulated time. (`submitted` of an answer is what the call itself gives.)
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
    if (const json::Value* seconds = expect.find("simulated_seconds"))
        CHECK(harness.simulated_seconds() == doctest::Approx(seconds->as_double()));
}

void run(const json::Value& test)
{
    const std::string name(test.find("name")->as_string());
    CAPTURE(name);
    test::Harness harness(json::write(*test.find("definition")), {});
    if (const json::Value* mocks = test.find("mocks")) harness.script(*mocks);
    const json::Value* input = test.find("input");
    harness.run(input != nullptr ? *input : json::Value::object());
    check(test, harness);
}

TEST_CASE("engine: cases of tasks that go on elsewhere")
{
    for (const json::Value& test : test::read_cases("elsewhere")) run(test);
}

}  // namespace
}  // namespace weft::engine
