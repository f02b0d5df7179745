// Activities, task tokens and nested executions under the real runtime in simulated time, with
// crashes at flush boundaries and refused writes.

#include "observability/log.h"
#include "tests/simulation/executions/task_world.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include <cstdlib>
#include <iostream>
#include <string>

using namespace weft;

namespace {

class Quiet final : public observability::Sink {
public:
    Quiet() { observability::set_sink(this); }
    ~Quiet() override { observability::set_sink(nullptr); }
    void write(observability::Level, std::string_view) override {}
};

}  // namespace

TEST_CASE("tasks that go on elsewhere keep every promise through crashes")
{
    const Quiet quiet;
    test::TaskCoverage coverage;
    const char* only = std::getenv("WEFT_SIMULATION_SEED");
    const char* seeds = std::getenv("WEFT_SIMULATION_SEEDS");
    const std::uint64_t first = only == nullptr ? 1 : std::strtoull(only, nullptr, 10);
    const std::uint64_t last = only != nullptr    ? first
                               : seeds != nullptr ? std::strtoull(seeds, nullptr, 10)
                                                  : 100;
    for (std::uint64_t seed = first; seed <= last; ++seed) {
        test::TaskWorld world(seed, coverage);
        const std::string wrong = world.run();
        REQUIRE_MESSAGE(wrong.empty(), fmt::format("seed {} (WEFT_SIMULATION_SEED={} runs it "
                                                   "alone): {}",
                                                   seed, seed, wrong));
    }
    std::cout << fmt::format("tasks: {} crashes, {} tokens answered twice, {} tasks lost, {} polls "
                             "left, {} children stopped\n",
                             coverage.crashes, coverage.tokens_twice, coverage.tasks_lost,
                             coverage.polls_left, coverage.children_stopped);
    if (only != nullptr || last < 50) return;
    for (const std::string event :
         {"ActivityStarted", "ActivitySucceeded", "ActivityFailed", "ActivityTimedOut",
          "TaskSubmitted", "TaskSucceeded", "TaskFailed", "ExecutionAborted"})
        CHECK_MESSAGE(coverage.events[event] > 0, event);
    CHECK(coverage.crashes > 0);
    CHECK(coverage.tokens_twice > 0);
    CHECK(coverage.tasks_lost > 0);
    CHECK(coverage.polls_left > 0);
    CHECK(coverage.children_stopped > 0);
}
