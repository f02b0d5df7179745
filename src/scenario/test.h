#pragma once

#include "asl/machine.h"
#include "base/limits.h"
#include "base/time.h"
#include "mocks/mocks.h"
#include "json/value.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace weft::scenario {

// What a test expects, each with the place where it stands in its file ("rfp.test.yaml:12:7"), for
// messages. What is not given is not looked at.

struct Expected {
    json::Value value;  // with matchers (match.h)
    std::string place;
};

struct ExpectedCalls {
    std::string state;
    std::string place;
    std::optional<std::uint64_t> count;
    std::optional<std::vector<Expected>> each;  // the arguments of the calls, in order
    std::optional<Expected> all;                // the arguments of every call
};

struct ExpectedTime {
    double seconds_min = 0;
    double seconds_max = 0;
    std::string place;
};

struct Expectation {
    std::string status = "SUCCEEDED";
    std::string place;  // of the status, or of `expect`
    std::optional<Expected> output;
    std::optional<Expected> error;  // a text or a matcher; null: none
    std::optional<Expected> cause;
    std::optional<Expected> path;  // as Trace::path gives it; see docs/testing.md
    std::vector<ExpectedCalls> calls;
    std::optional<ExpectedTime> time;
    std::optional<Expected> events;    // "TaskScheduled" or "3<2 TaskScheduled" each
    std::optional<Expected> assigned;  // an object of variables for each state that assigns some
};

struct Definition {
    std::string name;      // what messages call it: the file's path
    std::string machine;   // the state machine's name
    std::string written;   // as people wrote it
    std::string json;      // the same as JSON, each value on its line
    bool express = false;  // its file's name says so; a test's `type` comes first
};

// One test: a definition, what it is given, what its calls are answered with, what is expected.
struct Test {
    std::string name;
    std::string place;
    std::shared_ptr<const Definition> definition;  // shared by tests that have the same
    asl::MachineType type = asl::MachineType::Standard;
    LimitsProfile limits = LimitsProfile::Weft;
    json::Value input = json::Value::object();
    std::string execution_name;
    Timestamp start{};
    std::uint64_t seed = 1;
    std::uint64_t events_max = 0;
    mocks::Mocks mocks;
    Expectation expect;
};

}  // namespace weft::scenario
