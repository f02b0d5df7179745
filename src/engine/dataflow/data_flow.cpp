#include "engine/dataflow/data_flow.h"

#include "base/limits.h"
#include "json/depth.h"

#include <fmt/format.h>

#include <utility>

namespace weft::engine {

namespace {

Flow<json::Value> apply(const asl::DataPath& path, const json::Value& value, Evaluation& evaluation)
{
    switch (path.kind) {
    case asl::DataPath::Kind::Whole: return value;
    case asl::DataPath::Kind::Discard: return json::Value::object();
    case asl::DataPath::Kind::Path: break;
    }
    return evaluation.path(path.path, path.text, value);
}

// Assign and Output of a JSONata state; `plain` goes on where there is no Output.
Flow<OutputStages> compute_output(const WayOut& way, const json::Value& raw,
                                  const json::Value& plain, Evaluation& evaluation)
{
    OutputStages stages;
    Flow<json::Value> assigned = assign_variables(way.assign, raw, evaluation);
    if (!assigned) return tl::unexpected(std::move(assigned).error());
    stages.assigned = *std::move(assigned);
    if (!way.output) {
        stages.output = plain;
        return stages;
    }
    Flow<json::Value> output = evaluation.payload(*way.output, raw, "Output");
    if (!output) return tl::unexpected(std::move(output).error());
    stages.output = *std::move(output);
    return stages;
}

}  // namespace

Flow<json::Value> apply_input_path(const asl::State& state, const json::Value& raw,
                                   Evaluation& evaluation)
{
    Flow<json::Value> effective = apply(state.input_path, raw, evaluation);
    if (effective) evaluation.show(&Inspection::after_input_path, *effective);
    return effective;
}

Flow<InputStages> take_input(const asl::State& state, const json::Value& raw,
                             Evaluation& evaluation)
{
    InputStages stages;
    if (state.language == asl::QueryLanguage::Jsonata) {
        stages.after_input_path = raw;
        stages.after_parameters = raw;
        if (state.arguments) {
            Flow<json::Value> arguments = evaluation.payload(*state.arguments, raw, "Arguments");
            if (!arguments) return tl::unexpected(std::move(arguments).error());
            stages.after_parameters = *std::move(arguments);
        }
        evaluation.show(&Inspection::after_arguments, stages.after_parameters);
        return stages;
    }
    Flow<json::Value> effective = apply_input_path(state, raw, evaluation);
    if (!effective) return tl::unexpected(std::move(effective).error());
    stages.after_input_path = *std::move(effective);
    if (!state.parameters) {
        stages.after_parameters = stages.after_input_path;
    } else {
        Flow<json::Value> payload = evaluation.payload(*state.parameters, stages.after_input_path);
        if (!payload) return tl::unexpected(std::move(payload).error());
        stages.after_parameters = *std::move(payload);
    }
    evaluation.show(&Inspection::after_parameters, stages.after_parameters);
    return stages;
}

Flow<OutputStages> give_output(const asl::State& state, const json::Value& raw, json::Value result,
                               Evaluation& evaluation)
{
    evaluation.show(&Inspection::result, result);
    if (state.language == asl::QueryLanguage::Jsonata) {
        evaluation.set_result(result);
        return compute_output({state.assign, state.output}, raw, result, evaluation);
    }
    OutputStages stages;
    Flow<json::Value> assigned = assign_variables(state.assign, result, evaluation);
    if (!assigned) return tl::unexpected(std::move(assigned).error());
    stages.assigned = *std::move(assigned);
    if (state.result_selector) {
        Flow<json::Value> selected = evaluation.payload(*state.result_selector, result);
        if (!selected) return tl::unexpected(std::move(selected).error());
        result = *std::move(selected);
    }
    stages.after_result_selector = result;
    evaluation.show(&Inspection::after_result_selector, result);
    Flow<json::Value> merged = apply_result_path(state.result_path, raw, std::move(result));
    if (!merged) return tl::unexpected(std::move(merged).error());
    stages.after_result_path = *std::move(merged);
    evaluation.show(&Inspection::after_result_path, stages.after_result_path);
    Flow<json::Value> output = apply_output_path(state, stages.after_result_path, evaluation);
    if (!output) return tl::unexpected(std::move(output).error());
    stages.output = *std::move(output);
    return stages;
}

Flow<OutputStages> pass_on(const asl::State& state, const WayOut& way, json::Value input,
                           Evaluation& evaluation)
{
    if (state.language == asl::QueryLanguage::Jsonata)
        return compute_output(way, input, input, evaluation);
    OutputStages stages;
    Flow<json::Value> assigned = assign_variables(way.assign, input, evaluation);
    if (!assigned) return tl::unexpected(std::move(assigned).error());
    stages.assigned = *std::move(assigned);
    Flow<json::Value> output = apply_output_path(state, std::move(input), evaluation);
    if (!output) return tl::unexpected(std::move(output).error());
    stages.output = *std::move(output);
    return stages;
}

bool too_deep(const json::Value& document, std::size_t written)
{
    return written / 2 > document_depth_max && json::nests_deeper(document, document_depth_max);
}

Flow<json::Value> assign_variables(const std::optional<asl::Template>& assign,
                                   const json::Value& input, Evaluation& evaluation)
{
    if (!assign) return json::Value();
    Flow<json::Value> assigned = evaluation.payload(*assign, input);
    if (!assigned) return assigned;
    // AWS: an Assign without members shows nothing.
    if (assigned->size() == 0) return json::Value();
    const std::size_t bytes = assigned->written_size(assign_bytes_max);
    if (bytes > assign_bytes_max)
        return fault(
            errors::data_limit_exceeded,
            fmt::format("The variables assigned have more than {} bytes.", assign_bytes_max));
    if (too_deep(*assigned, bytes))
        return fault(
            errors::data_limit_exceeded,
            fmt::format("The variables assigned nest deeper than {} levels.", document_depth_max));
    const FrameTable& frames = evaluation.execution().frames();
    if (frames.variables_bytes() + bytes > variables_bytes_max)
        return fault(errors::data_limit_exceeded,
                     fmt::format("The variables of the execution have more than {} bytes.",
                                 variables_bytes_max));
    return assigned;
}

Flow<OutputStages> catch_error(const asl::State& state, const asl::Catcher& catcher,
                               const json::Value& raw, json::Value error_output,
                               Evaluation& evaluation)
{
    if (state.language == asl::QueryLanguage::Jsonata) {
        evaluation.set_error_output(error_output);
        return compute_output({catcher.assign, catcher.output}, raw, error_output, evaluation);
    }
    OutputStages stages;
    Flow<json::Value> assigned = assign_variables(catcher.assign, error_output, evaluation);
    if (!assigned) return tl::unexpected(std::move(assigned).error());
    stages.assigned = *std::move(assigned);
    Flow<json::Value> output = apply_result_path(catcher.result_path, raw, std::move(error_output));
    if (!output) return tl::unexpected(std::move(output).error());
    stages.output = *std::move(output);
    return stages;
}

Flow<json::Value> apply_output_path(const asl::State& state, json::Value value,
                                    Evaluation& evaluation)
{
    return apply(state.output_path, value, evaluation);
}

Flow<json::Value> apply_result_path(const asl::ResultPath& path, const json::Value& raw,
                                    json::Value result)
{
    switch (path.kind) {
    case asl::ResultPath::Kind::Whole: return result;
    case asl::ResultPath::Kind::Discard: return raw;
    case asl::ResultPath::Kind::Path: break;
    }
    Result<json::Value> merged = jsonpath::put(path.path, raw, std::move(result));
    if (merged) return *std::move(merged);
    return fault(errors::result_path_match_failure, std::move(merged).error().message);
}

bool is_plain(const asl::State& state)
{
    return state.input_path.kind == asl::DataPath::Kind::Whole &&
           state.output_path.kind == asl::DataPath::Kind::Whole &&
           state.result_path.kind == asl::ResultPath::Kind::Whole && !state.parameters &&
           !state.result_selector && !state.assign && !state.output;
}

}  // namespace weft::engine
