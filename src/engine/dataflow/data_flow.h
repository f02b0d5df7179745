#pragma once

#include "asl/machine.h"
#include "engine/dataflow/evaluation.h"
#include "engine/fault.h"
#include "json/value.h"

#include <cstddef>

namespace weft::engine {

// Documents that nest deeper fail the state that makes them, as those do that are too large. The
// journal keeps 1,500 levels of what an event holds around them.
constexpr std::size_t document_depth_max = 1'400;
// `written`: the bytes of its JSON text. Each level takes two: most documents are too short to be
// too deep, and are not looked at.
bool too_deep(const json::Value& document, std::size_t written);

// What a state makes of its raw input before its work; each stage as TestState shows it. Values are
// shared, not copied. A JSONata state has no filters: there `after_input_path` is the raw input and
// `after_parameters` what Arguments give.
// ASL: https://states-language.net/spec.html#filters
struct InputStages {
    json::Value after_input_path;
    json::Value after_parameters;
};

// What a state makes of its result after its work. In a JSONata state the two in between stay null.
struct OutputStages {
    json::Value after_result_selector = {};
    json::Value after_result_path = {};
    json::Value output = {};
    json::Value assigned = {};  // an object of variables; null when the state assigns none
};

// InputPath: absent means the whole raw input, null means {}. A JSONata state has none.
Flow<json::Value> apply_input_path(const asl::State& state, const json::Value& raw,
                                   Evaluation& evaluation);
// InputPath, then Parameters; or Arguments, without which a state works on its input.
Flow<InputStages> take_input(const asl::State& state, const json::Value& raw,
                             Evaluation& evaluation);
// Assign, ResultSelector, ResultPath (into the raw input), OutputPath; or Assign and Output,
// without which the result is the output. All of them read the variables as they were when the
// state was entered. In Assign `$` is the result.
Flow<OutputStages> give_output(const asl::State& state, const json::Value& raw, json::Value result,
                               Evaluation& evaluation);
// OutputPath: absent means the whole, null means {}.
Flow<json::Value> apply_output_path(const asl::State& state, json::Value value,
                                    Evaluation& evaluation);
// Where Assign and Output stand that count now: of the state, or of a Choice's rule.
struct WayOut {
    const std::optional<asl::Template>& assign;
    const std::optional<asl::Template>& output;  // in a JSONata state
};
// The way out of a state without a result of its own (Wait, Choice, Succeed): Assign, of whose `$`
// is the effective input, then OutputPath or Output.
Flow<OutputStages> pass_on(const asl::State& state, const WayOut& way, json::Value input,
                           Evaluation& evaluation);
// The variables that an Assign gives a value, which is not too large: an object, or null for none.
// AWS: 256 KiB for each and for all of one Assign, 10 MiB for all of an execution.
Flow<json::Value> assign_variables(const std::optional<asl::Template>& assign,
                                   const json::Value& input, Evaluation& evaluation);
// What becomes of an error that a catcher takes: Assign, of whose `$` is the error output, and
// ResultPath, or Assign and Output.
Flow<OutputStages> catch_error(const asl::State& state, const asl::Catcher& catcher,
                               const json::Value& raw, json::Value error_output,
                               Evaluation& evaluation);
// Where a result goes: absent means it replaces the input, null means it is discarded.
// States.ResultPathMatchFailure when the input has no such place.
Flow<json::Value> apply_result_path(const asl::ResultPath& path, const json::Value& raw,
                                    json::Value result);

// Whether nothing of the sort is written: the result, or the input, passes as it is.
bool is_plain(const asl::State& state);

}  // namespace weft::engine
