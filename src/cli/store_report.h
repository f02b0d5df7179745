#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace weft::cli {

// What `weft check` found in a data folder.
struct StoreReport {
    struct Finding {
        std::string where;    // "stream 12 (arn:…)", "machine arn:…", "weft.db"
        std::string message;  // what contradicts what
    };
    static constexpr std::size_t findings_max = 1'000;  // shown; all are counted

    std::uint64_t machines = 0;
    std::uint64_t executions = 0;
    std::uint64_t running = 0;
    std::uint64_t batches = 0;
    std::uint64_t events = 0;
    std::uint64_t checkpoints = 0;
    std::uint64_t express_starts = 0;
    std::uint64_t findings_total = 0;
    std::vector<Finding> findings;

    void add(std::string where, std::string message)
    {
        ++findings_total;
        if (findings.size() < findings_max)
            findings.push_back({std::move(where), std::move(message)});
    }
};

}  // namespace weft::cli
