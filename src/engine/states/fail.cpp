#include "engine/retry/failure.h"
#include "engine/states/states.h"

#include "json/write.h"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <variant>

namespace weft::engine {

namespace {

// Error and Cause as written, or what ErrorPath and CausePath find, which must be a text.
Flow<std::optional<json::String>> text_of(const std::optional<std::string>& literal,
                                          const std::optional<asl::Template>& path,
                                          std::string_view field, const json::Value& input,
                                          Evaluation& evaluation)
{
    if (literal) return json::String(*literal);
    if (!path) return std::optional<json::String>();
    Flow<json::Value> found = evaluation.payload(*path, input, field);
    if (!found) return tl::unexpected(std::move(found).error());
    if (const auto* computed = std::get_if<asl::Template::Computed>(&path->node);
        computed != nullptr && !found->is_string())
        return unexpected_type(computed->query, computed->field, "string", *found);
    if (!found->is_string())
        return runtime_fault(fmt::format("The field '{}' must give a string, but gave: {}", field,
                                         json::write(*found)));
    return found->as_shared_string();
}

}  // namespace

// ASL: https://states-language.net/spec.html#fail-state
Outcome work(Decider& decider, Slot slot, const asl::State& state, const asl::Fail& fail)
{
    const json::Value& input = decider.frame(slot).input;
    Evaluation evaluation = decider.evaluation(state, slot);
    if (state.language == asl::QueryLanguage::JsonPath)
        evaluation.show(&Inspection::after_input_path, input);
    auto error = text_of(fail.error, fail.error_path, "ErrorPath", input, evaluation);
    if (!error) return fail_state(decider, slot, state, error.error());
    auto cause = text_of(fail.cause, fail.cause_path, "CausePath", input, evaluation);
    if (!cause) return fail_state(decider, slot, state, cause.error());
    return fail_state(decider, slot, state, Trouble{*std::move(error), *std::move(cause), false});
}

}  // namespace weft::engine
