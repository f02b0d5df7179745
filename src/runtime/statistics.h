#pragma once

#include "observability/metrics.h"

#include <cstddef>
#include <cstdint>

namespace weft::runtime {

// What one worker counts, on its loop; read by any thread.
struct WorkerCounts {
    observability::LoopCounter slices;
    observability::LoopCounter evaluations_moved;  // to the compute pool
    observability::LoopCounter loads;              // streams read from the journal
    observability::LoopCounter wakes;              // of them, because something was due
    observability::LoopCounter refused_batches;    // by the journal
    observability::LoopCounter streams;            // in memory now
    observability::LoopCounter calls;              // under way now
};

// How the runtime is doing, over all loops; a moment's picture, put together without stopping it.
struct Statistics {
    std::uint64_t slices = 0;
    std::uint64_t evaluations_moved = 0;
    std::uint64_t loads = 0;
    std::uint64_t wakes = 0;
    std::uint64_t refused_batches = 0;
    std::uint64_t throttled = 0;  // requests from outside that were refused for a full queue
    std::uint64_t streams = 0;    // in memory
    std::uint64_t calls = 0;      // under way
    std::size_t starts_queued = 0;
    std::size_t reads_queued = 0;
    std::size_t evaluations_queued = 0;
    std::size_t express_open = 0;
    std::uint64_t open = 0;     // Standard executions that have not ended, in memory or not
    std::uint64_t deleted = 0;  // by retention
};

}  // namespace weft::runtime
