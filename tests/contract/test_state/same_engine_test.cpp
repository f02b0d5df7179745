// What TestState says of a state is what an execution does with it: the first state of every
// execution case, both ways.
#include "engine/test_state.h"
#include "tests/support/case_files.h"
#include "tests/support/engine_harness.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <variant>

using namespace weft;

namespace {

// What became of the first state of an execution: the event that ended its first attempt.
const history::Event* first_end(const std::vector<history::Event>& history)
{
    const auto found = std::ranges::find_if(history, [](const history::Event& event) {
        return std::holds_alternative<history::StateExited>(event.details) ||
               event.type == history::EventType::RetryScheduled ||
               event.type == history::EventType::ExecutionFailed;
    });
    return found == history.end() ? nullptr : &*found;
}

engine::Mock mock_of(const json::Value& test, std::string_view state)
{
    const json::Value* mocks = test.find("mocks");
    const json::Value* answers = mocks != nullptr ? mocks->find(state) : nullptr;
    if (answers == nullptr || answers->size() == 0) return std::monostate();
    const json::Value& first = answers->items()[0];
    // A mock takes no time; what depends on it is not compared.
    if (first.find("delay_seconds") != nullptr) return std::monostate();
    if (const json::Value* output = first.find("output")) return engine::MockedResult{*output};
    engine::MockedError error;
    if (const json::Value* name = first.find("error")) error.error = name->as_shared_string();
    if (const json::Value* cause = first.find("cause")) error.cause = cause->as_shared_string();
    return error;
}

// The test's end; nothing when it waits for a call that no mock answers.
std::optional<engine::TestedState> test_state(const asl::Machine& machine,
                                              engine::StateUnderTest under_test)
{
    engine::StateTest test(machine, std::move(under_test));
    Timestamp now{Seconds(1'000'000'000)};
    Entropy entropy(42);
    const Limits limits = limits_for(LimitsProfile::Aws);
    engine::Command command = engine::Continue{};
    for (;;) {
        StepMeter meter(10'000'000);
        auto progress = test.go_on(std::move(command), {now, entropy, meter, limits});
        REQUIRE(progress.has_value());
        if (auto* done = std::get_if<engine::TestedState>(&*progress)) return std::move(*done);
        const auto* pause = std::get_if<engine::StateTest::Pause>(&*progress);
        if (pause == nullptr) return std::nullopt;
        now = pause->due;
        command = engine::TimersDue{};
    }
}

void compare(const engine::TestedState& tested, const history::Event& event)
{
    using Status = engine::TestedState::Status;
    if (const auto* exited = std::get_if<history::StateExited>(&event.details)) {
        const bool left =
            tested.status == Status::Succeeded || tested.status == Status::CaughtError;
        REQUIRE(left);
        CHECK(tested.next == exited->next);
        CHECK(json::write(*tested.output) == json::write(exited->output));
    } else if (event.type == history::EventType::RetryScheduled) {
        CHECK(tested.status == Status::Retriable);
    } else {
        CHECK(tested.status == Status::Failed);
        CHECK(tested.error == std::get<history::Failure>(event.details).error);
    }
}

}  // namespace

TEST_CASE("TestState and an execution agree on the first state of every execution case")
{
    std::size_t compared = 0;
    for (const json::Value& test : test::read_cases("execution")) {
        const std::string name(test.find("name")->as_string());
        CAPTURE(name);
        const std::string definition = json::write(*test.find("definition"));
        const asl::Compiled compiled = asl::compile(definition);
        if (compiled.machine == nullptr) continue;
        const asl::State& state = compiled.machine->states[compiled.machine->scopes[0].start];
        const bool fork = std::holds_alternative<asl::Map>(state.kind) ||
                          std::holds_alternative<asl::Parallel>(state.kind);
        // What an execution makes up of its own is not to be compared.
        const bool own = definition.find("$$") != std::string::npos ||
                         definition.find("$states.context") != std::string::npos ||
                         definition.find("UUID") != std::string::npos ||
                         definition.find("Random") != std::string::npos ||
                         definition.find("$now") != std::string::npos ||
                         definition.find("$millis") != std::string::npos;
        // An activity is tested with a mock only.
        const auto* task = std::get_if<asl::Task>(&state.kind);
        const bool activity =
            task != nullptr && task->resource.family == asl::EventFamily::Activity;
        if (fork || own || activity || compiled.machine->timeout_seconds) continue;
        const json::Value* given = test.find("input");
        const json::Value input = given != nullptr ? *given : json::Value::object();
        test::Harness harness(definition);
        if (const json::Value* mocks = test.find("mocks")) harness.script(*mocks);
        harness.run(input);
        const history::Event* end = first_end(harness.history());
        engine::StateUnderTest under_test;
        under_test.state = state.name;
        under_test.started.input = input;
        under_test.mock = mock_of(test, state.name);
        const auto tested = test_state(*compiled.machine, std::move(under_test));
        if (!tested || end == nullptr) continue;
        compare(*tested, *end);
        ++compared;
    }
    CHECK(compared > 50);
}
