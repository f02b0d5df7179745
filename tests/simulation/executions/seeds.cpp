#include "tests/simulation/executions/seeds.h"

#include <fmt/format.h>

#include <cstdlib>
#include <string_view>

namespace weft::test {

namespace {

constexpr std::size_t seeds_enough = 100;

std::string_view text_from(const char* variable)
{
    const char* given = std::getenv(variable);
    return given == nullptr ? std::string_view() : std::string_view(given);
}

std::uint64_t number_from(const char* variable, std::uint64_t otherwise)
{
    const char* given = std::getenv(variable);
    return given == nullptr ? otherwise : std::strtoull(given, nullptr, 10);
}

}  // namespace

Seeds seeds_for(const std::string& world, std::uint64_t count)
{
    Seeds seeds;
    const std::string_view only = text_from("WEFT_SIMULATION_WORLD");
    if (!only.empty() && only != world) {
        seeds.skipped = true;
        return seeds;
    }
    if (const std::uint64_t seed = number_from("WEFT_SIMULATION_SEED", 0); seed != 0) {
        seeds.list = {seed};
        return seeds;
    }
    count = number_from("WEFT_SIMULATION_SEEDS", count);
    std::uint64_t first = 1;
    std::uint64_t step = 1;
    if (const std::string shard(text_from("WEFT_SIMULATION_SHARD")); !shard.empty()) {
        char* slash = nullptr;
        first = std::strtoull(shard.c_str(), &slash, 10);
        if (*slash == '/') step = std::strtoull(slash + 1, nullptr, 10);
    }
    for (std::uint64_t seed = first; seed <= count && step > 0; seed += step)
        seeds.list.push_back(seed);
    seeds.all = seeds.list.size() >= seeds_enough;
    return seeds;
}

std::string command_for(const std::string& world, std::uint64_t seed)
{
    return fmt::format("WEFT_SIMULATION_WORLD={} WEFT_SIMULATION_SEED={} runs it alone", world,
                       seed);
}

}  // namespace weft::test
