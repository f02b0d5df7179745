#pragma once

#include "scenario/match.h"
#include "scenario/test.h"
#include "scenario/trace.h"
#include "json/value.h"

#include <optional>
#include <string>
#include <vector>

namespace weft::scenario {

// How an execution ended and what it did on the way.
struct Observed {
    std::string status;  // RUNNING when it was stopped
    std::optional<json::Value> output;
    std::optional<std::string> error;
    std::optional<std::string> cause;
    double simulated_seconds = 0;
    Trace trace;
};

// One expectation that does not hold.
struct Mismatch {
    std::string what;   // "output", "calls of 'Ask'"
    std::string place;  // where the expectation stands
    std::vector<Line> lines;
};

std::vector<Mismatch> judge(const Expectation& expect, const Observed& observed);

}  // namespace weft::scenario
