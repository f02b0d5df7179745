#pragma once

#include "asl/machine.h"
#include "engine/dataflow/evaluation.h"
#include "engine/fault.h"
#include "json/value.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace weft::engine {

// A number that a field gives as such, by a path or by an expression. In faults the field is called
// `field`, with "Path" behind it for a path.

// TimeoutSeconds, HeartbeatSeconds: a whole number above 0.
Flow<std::int64_t> positive_seconds(const asl::NumberField& number, std::string_view field,
                                    const json::Value& input, Evaluation& evaluation);
// MaxConcurrency, ToleratedFailureCount: a whole number, not negative.
Flow<std::int64_t> count(const asl::NumberField& number, std::string_view field,
                         const json::Value& input, Evaluation& evaluation);
// ToleratedFailurePercentage: 0 to 100.
Flow<double> percentage(const asl::NumberField& number, std::string_view field,
                        const json::Value& input, Evaluation& evaluation);

// The number that a path found. AWS: a text that reads as a number counts as one (recorded for
// ToleratedFailureCountPath); anything else stays what it is.
json::Value number_in(const json::Value& value);

// How causes quote a value: a text without its quotes, anything else as JSON.
std::string plain_text(const json::Value& value);

}  // namespace weft::engine
