#pragma once

#include "base/entropy.h"
#include "base/meter.h"
#include "base/result.h"
#include "json/value.h"

#include <cstddef>
#include <span>
#include <string_view>

namespace weft::intrinsics {

constexpr std::size_t any_number = 1'000;  // of arguments; the service documents no bound

// What a function may use beside its arguments.
struct Session {
    Entropy& entropy;
    Meter& meter;
    // The first argument of States.Format is a literal of the expression and still has its escapes.
    bool escaped_template = false;
};

// One row for each States.* function: all that parser, evaluator, documentation and console need.
// The example is evaluated by a test; an empty result stands for "some value" (random ones).
struct Intrinsic {
    std::string_view name;
    std::size_t arguments_min;
    std::size_t arguments_max;
    Result<json::Value> (*call)(std::span<const json::Value> arguments, Session& session);
    std::string_view doc;
    std::string_view example;
    std::string_view example_result;
};

std::span<const Intrinsic> intrinsics();                 // sorted by name
const Intrinsic* find_intrinsic(std::string_view name);  // null when there is none

}  // namespace weft::intrinsics
