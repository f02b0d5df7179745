#pragma once

#include "asl/machine.h"
#include "engine/dataflow/evaluation.h"
#include "engine/fault.h"
#include "json/value.h"

namespace weft::engine {

// What a state makes of its raw input before its work; each stage as TestState shows it. Values are
// shared, not copied.
// ASL: https://states-language.net/spec.html#filters
struct InputStages {
    json::Value after_input_path;
    json::Value after_parameters;
};

// What a state makes of its result after its work.
struct OutputStages {
    json::Value after_result_selector;
    json::Value after_result_path;
    json::Value output;
};

// InputPath: absent means the whole raw input, null means {}.
Flow<json::Value> apply_input_path(const asl::State& state, const json::Value& raw,
                                   Evaluation& evaluation);
// InputPath, then Parameters.
Flow<InputStages> take_input(const asl::State& state, const json::Value& raw,
                             Evaluation& evaluation);
// ResultSelector, ResultPath (into the raw input), OutputPath.
Flow<OutputStages> give_output(const asl::State& state, const json::Value& raw, json::Value result,
                               Evaluation& evaluation);
// OutputPath: absent means the whole, null means {}.
Flow<json::Value> apply_output_path(const asl::State& state, json::Value value,
                                    Evaluation& evaluation);
// Where a result goes: absent means it replaces the input, null means it is discarded.
// States.ResultPathMatchFailure when the input has no such place.
Flow<json::Value> apply_result_path(const asl::ResultPath& path, const json::Value& raw,
                                    json::Value result);

// Whether nothing of the sort is written: the input passes as it is.
bool is_plain(const asl::State& state);

}  // namespace weft::engine
