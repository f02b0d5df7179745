#pragma once

#include "asl/machine.h"
#include "base/entropy.h"
#include "engine/engine.h"
#include "json/value.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace weft::test {

// A machine, and the history that one run of it wrote: calls are answered by the dice, and timers
// fire when nothing else is left to do. Stopped now and then; what ends without success is redriven
// some times. Needs no test runner.
struct Recording {
    asl::MachinePtr machine;
    std::vector<history::Event> events;
};

// Stops after `events_max`, ended or not. An empty machine when the definition does not compile.
Recording record(std::string_view definition, const json::Value& input, Entropy& dice,
                 std::size_t events_max = 400);

// Runs an execution on for a while, whatever state it is in: what a runtime would do with it after
// loading it. Returns how many events that gave.
std::size_t run_on(engine::Execution& execution, const asl::Machine& machine, Entropy& dice,
                   std::size_t events_max = 200);

}  // namespace weft::test
