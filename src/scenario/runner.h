#pragma once

#include "scenario/judge.h"
#include "scenario/test.h"

#include <memory>
#include <string>
#include <vector>

namespace weft::scenario {

// What became of a test.
struct Outcome {
    // Why it could not be run: the definition is not valid, or the test names what is not in it.
    // Empty when it ran.
    std::string unusable;
    std::vector<Mismatch> mismatches;
    Observed observed;

    bool passed() const { return unusable.empty() && mismatches.empty(); }
};

// Runs tests, one after the other, each in a world of its own: the production runtime over a
// journal in memory, in simulated time, with every call answered by the test's mocks. No call
// leaves the process and no time is waited. One thread.
class Runner {
public:
    Outcome run(const Test& test);

private:
    // That the definition is valid and has the states that the test speaks of.
    std::string check(const Test& test);

    // The definition of the test before, which is mostly that of the next one.
    asl::MachinePtr m_machine;
    std::shared_ptr<const Definition> m_definition;
    asl::MachineType m_type = asl::MachineType::Standard;
    LimitsProfile m_limits = LimitsProfile::Weft;
};

}  // namespace weft::scenario
