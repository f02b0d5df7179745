// Layers: engine
// Histories and checkpoints that were damaged: each folds to an execution that can be run on, or is
// refused as corrupt. Nothing else, and never a crash.

#include "engine/checkpoint.h"
#include "engine/refold.h"
#include "history/event_table.h"
#include "tests/support/mutate.h"
#include "tests/support/random_machine.h"
#include "tests/support/recording.h"
#include "json/parse.h"
#include "json/write.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include <map>
#include <string>

using namespace weft;

namespace {

constexpr std::uint64_t machines = 60;
constexpr int changes_each = 120;

test::Recording recording_of(std::uint64_t seed, Entropy& dice)
{
    test::RandomMachine random(seed);
    const std::string input = test::RandomMachine::input(dice);
    return test::record(random.definition(), *json::parse(input), dice);
}

// Folds, and holds every execution on the way to what `check` asks of one that was not folded.
Result<engine::Execution> fold(const std::vector<history::Event>& events,
                               const asl::Machine& machine, bool check_each)
{
    engine::Execution execution;
    for (const history::Event& event : events) {
        TRY(engine::refold(execution, event, machine));
        if (!check_each) continue;
        const Result<> whole = engine::check(execution, machine);
        REQUIRE_MESSAGE(whole, (whole ? "" : whole.error().message));
    }
    return execution;
}

}  // namespace

TEST_CASE("what the interpreter writes folds again and is whole after every event")
{
    for (std::uint64_t seed = 1; seed <= machines; ++seed) {
        Entropy dice(seed);
        const test::Recording recording = recording_of(seed, dice);
        REQUIRE(recording.machine);
        REQUIRE(recording.events.size() > 2);
        const auto folded = fold(recording.events, *recording.machine, true);
        REQUIRE_MESSAGE(folded,
                        fmt::format("seed {}: {}", seed, folded ? "" : folded.error().message));
    }
}

TEST_CASE("a damaged history folds to an execution that runs on, or is corrupt")
{
    std::map<std::string, int> refused;
    int folded = 0;
    for (std::uint64_t seed = 1; seed <= machines; ++seed) {
        Entropy dice(seed);
        const test::Recording recording = recording_of(seed, dice);
        test::Mutator mutator([&dice] { return dice.next(); });
        for (int i = 0; i < changes_each; ++i) {
            std::vector<history::Event> events = recording.events;
            // A part of the history: executions under way have more to lose than ended ones.
            events.resize(1 + dice.next() % events.size());
            for (std::uint64_t changes = 1 + dice.next() % 3; changes > 0; --changes)
                mutator.change(events);
            CAPTURE(seed);
            CAPTURE(i);
            Result<engine::Execution> execution = fold(events, *recording.machine, i % 8 == 0);
            if (!execution) {
                REQUIRE(execution.error().code == ErrorCode::Corrupt);
                const std::string& text = execution.error().message;
                ++refused[text.substr(text.rfind(": ") + 2)];
                continue;
            }
            ++folded;
            test::run_on(*execution, *recording.machine, dice);
        }
    }
    CHECK(folded > 100);
    CHECK(refused.size() > 15);
}

TEST_CASE("a damaged checkpoint is refused, or stands for an execution that runs on")
{
    int refused = 0;
    int accepted = 0;
    for (std::uint64_t seed = 1; seed <= machines; ++seed) {
        Entropy dice(seed * 3);
        const test::Recording recording = recording_of(seed, dice);
        test::Mutator mutator([&dice] { return dice.next(); });
        for (int i = 0; i < changes_each; ++i) {
            std::vector<history::Event> events = recording.events;
            events.resize(1 + dice.next() % events.size());
            const Result<engine::Execution> whole = fold(events, *recording.machine, false);
            REQUIRE(whole);
            const Result<json::Value> saved =
                json::parse(engine::save(*whole), {.depth_max = 1'100});
            REQUIRE(saved);
            CAPTURE(seed);
            CAPTURE(i);
            Result<engine::Execution> loaded = engine::load(json::write(mutator.change(*saved)));
            if (!loaded || !engine::check(*loaded, *recording.machine)) {
                ++refused;
                continue;
            }
            ++accepted;
            test::run_on(*loaded, *recording.machine, dice);
        }
    }
    CHECK(refused > 1'000);
    CHECK(accepted > 100);
}

TEST_CASE("a contradiction is named with its event")
{
    Entropy dice(1);
    const auto input = json::parse(R"({})");
    const test::Recording recording = test::record(
        R"({"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Pass","End":true}}})",
        *input, dice);
    REQUIRE(recording.events.size() == 6);
    const auto error_of = [&](auto change) {
        std::vector<history::Event> events = recording.events;
        change(events);
        const auto folded = fold(events, *recording.machine, false);
        return folded ? std::string() : folded.error().message;
    };
    CHECK(error_of([](auto&) {}).empty());
    CHECK(error_of([](auto& events) { events.erase(events.begin() + 2); }) ==
          "the history contradicts itself at event 4 (PassStateEntered): it has the id 4, 3 comes "
          "next");
    CHECK(error_of([](auto& events) {
              events[3].details = history::StateEntered{json::String("C"), {}};
          }) ==
          "the history contradicts itself at event 4 (PassStateEntered): the definition has no "
          "state 'C'");
    CHECK(error_of([](auto& events) { events[1].type = history::EventType::WaitStateEntered; }) ==
          "the history contradicts itself at event 2 (WaitStateEntered): 'A' is a state of another "
          "type");
    CHECK(error_of([](auto& events) { events[2].frame = 9; }) ==
          "the history contradicts itself at event 3 (PassStateExited): its thread of control, 9, "
          "is not open");
}
