#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace weft::test {

// A world as its file describes it (worlds/*.yaml): what runs, who asks for it, what goes wrong.
// The same text and seed give the same run.
struct WorldText {
    struct Load {
        std::string machine;  // its name
        std::int64_t starts = 1;
        bool stop = false;          // some client stops it once it runs
        std::int64_t redrives = 0;  // asked for at most, each once it has ended without success
    };
    // `…_one_in`: one of so many, 0: none. The others: at most so many in a world.
    struct Faults {
        std::int64_t crashes = 0;         // at flush boundaries
        std::int64_t refused_writes = 0;  // a quarter of them happen, and the disk does not know
        std::int64_t clock_forward = 0;   // the wall clock is set ahead, by a second to two days
        std::int64_t clock_back = 0;      // and set back, while the process is down
        // Of clients, workers and those who hold tokens.
        std::int64_t requests_lost_one_in = 0;
        std::int64_t requests_late_one_in = 0;
        std::int64_t requests_twice_one_in = 0;
        std::int64_t replies_lost_one_in = 0;
        std::int64_t workers_leave_one_in = 0;   // the connection ends while they wait
        std::int64_t workers_forget_one_in = 0;  // the task that they have
        std::int64_t answers_twice_one_in = 0;   // another one for a token that was answered
        // Of what a Task calls.
        std::int64_t calls_late_one_in = 0;
        std::int64_t calls_lost_one_in = 0;  // no answer ever
    };

    std::string name;
    std::int64_t seeds = 0;  // its part of a full run
    std::vector<std::string> activities;
    std::vector<std::pair<std::string, std::string>> machines;  // name, definition
    std::int64_t random_machines = 0;
    std::vector<Load> load;
    Faults faults;
    std::vector<std::string> must_see;  // events and disturbances, over all seeds
};

// Error: InvalidInput with the file and the member that is wrong.
Result<WorldText> read_world(const std::string& file);
// Of every file of worlds/, by name.
Result<std::vector<WorldText>> read_worlds();

}  // namespace weft::test
