#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace weft::test {

// Which seeds of a world this process runs. The environment chooses:
//   WEFT_SIMULATION_WORLD   this world alone
//   WEFT_SIMULATION_SEED    this seed alone
//   WEFT_SIMULATION_SEEDS   so many seeds of each world instead of its own number
//   WEFT_SIMULATION_SHARD   "2/4": every fourth seed, beginning with the second
struct Seeds {
    std::vector<std::uint64_t> list;
    bool skipped = false;  // another world was asked for
    bool all = false;      // enough of them that everything should have been seen
};

Seeds seeds_for(const std::string& world, std::uint64_t count);
// What runs this seed again.
std::string command_for(const std::string& world, std::uint64_t seed);

}  // namespace weft::test
