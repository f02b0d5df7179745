// Layers: runtime
// Shards: 4
// Random machines, endless loops and messages under the real runtime in simulated time, with
// crashes at flush boundaries, refused and unknown writes, full disks and late answers. What
// docs/trust.md promises is checked after every flush; faults planted on purpose must be found.
// seeds.h says which seeds run.

#include "observability/log.h"
#include "tests/simulation/executions/seeds.h"
#include "tests/simulation/executions/world.h"

#include <doctest/doctest.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iostream>
#include <string>

using namespace weft;
using test::Coverage;
using test::Planted;
using test::SimulatedWorld;

namespace {

// What refused writes and broken histories make the runtime say is not of interest here.
class Silence final : public observability::Sink {
public:
    Silence() { observability::set_sink(this); }
    ~Silence() override { observability::set_sink(nullptr); }
    void write(observability::Level, std::string_view) override {}
};

constexpr std::uint64_t seeds_count = 2'000;

void print(const Coverage& coverage)
{
    std::cout << fmt::format("simulation: {} executions, {} calls sent again, {} refusals to "
                             "callers\n",
                             coverage.executions, coverage.resent, coverage.refused);
    for (const auto& [type, count] : coverage.states)
        std::cout << fmt::format("  drawn {:<10} {}\n", type, count);
    for (const auto& [when, count] : coverage.crashes)
        std::cout << fmt::format("  crashes {:<38} {}\n", when, count);
    std::cout << fmt::format("  crashes right after {} types of event: {}\n",
                             coverage.crash_points.size(), fmt::join(coverage.crash_points, " "));
}

}  // namespace

TEST_CASE("random machines keep every promise through crashes and failing disks")
{
    const Silence silence;
    Coverage coverage;
    const test::Seeds seeds = test::seeds_for("machines", seeds_count);
    if (seeds.skipped) return;
    for (const std::uint64_t seed : seeds.list) {
        SimulatedWorld world(seed, Planted::None, coverage);
        const std::string wrong = world.run();
        REQUIRE_MESSAGE(wrong.empty(), fmt::format("seed {} ({}): {}", seed,
                                                   test::command_for("machines", seed), wrong));
    }
    print(coverage);
    if (!seeds.all) return;
    for (const std::string type :
         {"Pass", "Task", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map"})
        CHECK_MESSAGE(coverage.states[type] > 0, type);
    for (const std::string event :
         {"TaskTimedOut", "MapIterationAborted", "ParallelStateFailed", "ExecutionFailed",
          "ExecutionSucceeded", "ExecutionAborted", "ExecutionRedriven"})
        CHECK_MESSAGE(coverage.events[event] > 0, event);
    for (const std::string when :
         {"after a flush", "within a flush", "while the disk is full", "after an unknown outcome",
          "between a child's end and its parent", "between acceptance and confirmation"})
        CHECK_MESSAGE(coverage.crashes[when] > 0, when);
    CHECK(coverage.crash_points.size() > 12);
    CHECK(coverage.resent > 0);
    CHECK(coverage.refused > 0);
}

TEST_CASE("faults planted on purpose are found")
{
    const Silence silence;
    const std::pair<Planted, const char*> planted[] = {
        {Planted::AcknowledgeEarly, "acknowledge, and act, before the flush"},
        {Planted::DropEvent, "drop an event"},
        {Planted::SkipId, "skip an id"},
        {Planted::LoseTimer, "lose a timer"},
        {Planted::RepeatResult, "accept a late reply"},
        {Planted::ClaimRefused, "call a refused write done"},
        {Planted::HideWrite, "call a write that happened refused"},
        {Planted::ForgetWhenFull, "forget a write that a full disk refused"},
        {Planted::LoseMessage, "forget that a message waits"},
        {Planted::ForgetAcceptance, "forget that a message was accepted"},
        {Planted::NoLimit, "let an endless loop go on"}};
    for (const auto& [fault, name] : planted) {
        std::uint64_t found_at = 0;
        std::string found;
        Coverage coverage;
        for (std::uint64_t seed = 1; seed <= 200 && found_at == 0; ++seed) {
            SimulatedWorld world(seed, fault, coverage);
            found = world.run();
            if (!found.empty()) found_at = seed;
        }
        CHECK_MESSAGE(found_at != 0, std::string(name));
        std::cout << fmt::format("planted fault '{}' found by seed {}: {}\n", name, found_at,
                                 found);
    }
}
