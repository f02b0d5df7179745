// The worlds of worlds/*.yaml: activities, task tokens, nested executions, random machines and
// clocks under the real runtime in simulated time, with crashes at flush boundaries, a disk that
// refuses and a network that loses, delays and repeats.

#include "observability/log.h"
#include "tests/simulation/executions/seeds.h"
#include "tests/simulation/executions/text_world.h"
#include "tests/support/temp_folder.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <utility>
#include <vector>

using namespace weft;
using namespace weft::test;

namespace {

class Quiet final : public observability::Sink {
public:
    Quiet() { observability::set_sink(this); }
    ~Quiet() override { observability::set_sink(nullptr); }
    void write(observability::Level, std::string_view) override {}
};

std::vector<WorldText> worlds()
{
    auto read = read_worlds();
    REQUIRE_MESSAGE(read, (read ? "" : read.error().message));
    REQUIRE(!read->empty());
    return *std::move(read);
}

const WorldText& world_named(const std::vector<WorldText>& all, const std::string& name)
{
    for (const WorldText& world : all)
        if (world.name == name) return world;
    FAIL("no world " << name);
    return all.front();
}

}  // namespace

TEST_CASE("the worlds of worlds/ keep every promise")
{
    const Quiet quiet;
    for (const WorldText& text : worlds()) {
        const Seeds seeds = seeds_for(text.name, static_cast<std::uint64_t>(text.seeds));
        if (seeds.skipped) continue;
        std::map<std::string, int> seen;
        for (const std::uint64_t seed : seeds.list) {
            TextWorld world(text, seed, Planted::None, seen);
            const std::string wrong = world.run();
            REQUIRE_MESSAGE(wrong.empty(), fmt::format("{}, seed {} ({}): {}", text.name, seed,
                                                       command_for(text.name, seed), wrong));
        }
        std::cout << fmt::format("world {}: {} seeds\n", text.name, seeds.list.size());
        for (const auto& [what, count] : seen)
            std::cout << fmt::format("  {:<28} {}\n", what, count);
        if (!seeds.all) continue;
        for (const std::string& what : text.must_see)
            CHECK_MESSAGE(seen[what] > 0, fmt::format("{} never saw: {}", text.name, what));
    }
}

TEST_CASE("faults planted on purpose are found by the worlds of worlds/")
{
    const Quiet quiet;
    const std::vector<WorldText> all = worlds();
    struct Row {
        Planted fault;
        const char* what;
        const char* world;
    };
    const std::vector<Row> rows = {
        {Planted::KeepOffer, "keep a task on offer that a worker has", "activities"},
        {Planted::LoseResult, "tell a worker of a result that is not there", "activities"},
        {Planted::ClaimRefused, "call a refused write done", "tokens"},
        {Planted::AcknowledgeEarly, "acknowledge, and act, before the flush", "nested"},
        {Planted::LoseMessage, "forget that a message waits", "nested"},
        {Planted::ForgetAcceptance, "forget that a message was accepted", "nested"},
        {Planted::LoseTimer, "lose a timer", "clocks"},
    };
    for (const Row& row : rows) {
        const WorldText& text = world_named(all, row.world);
        std::string found;
        std::uint64_t seed = 0;
        while (found.empty() && seed < 200) {
            std::map<std::string, int> seen;
            TextWorld world(text, ++seed, row.fault, seen);
            found = world.run();
        }
        CHECK_MESSAGE(!found.empty(), std::string(row.what));
        std::cout << fmt::format("planted fault '{}' found by seed {} of {}: {}\n", row.what, seed,
                                 row.world, found.substr(0, found.find('\n')));
    }
}

TEST_CASE("a world's file that says what is not known is refused by name")
{
    const auto refused = [](const std::string& yaml) {
        const TempFolder folder;
        const std::string file = folder.path() + "/w.yaml";
        std::ofstream(file) << yaml;
        const auto read = read_world(file);
        REQUIRE(!read);
        return read.error().message.substr(file.size());
    };
    CHECK(refused("faults: { crashs: 1 }") == ": 'faults' does not have 'crashs'");
    CHECK(refused("seeds: -1") == ": 'seeds' must be a number of 0 or more");
    CHECK(refused("load: [ { machines: a } ]") == ": 'load' does not have 'machines'");
    CHECK(refused("machinery: 1") == ": a world does not have 'machinery'");
}
