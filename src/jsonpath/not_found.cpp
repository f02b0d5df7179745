#include "jsonpath/evaluator.h"
#include "jsonpath/java_text.h"

namespace weft::jsonpath {

namespace {

const json::Value* step_into(const Step& step, const json::Value& value)
{
    if (const auto* name = std::get_if<NameStep>(&step)) return value.find(name->name);
    const auto* index = std::get_if<IndexStep>(&step);
    if (index == nullptr || !value.is_array()) return nullptr;
    const std::int64_t place =
        index->index < 0 ? index->index + static_cast<std::int64_t>(value.size()) : index->index;
    return place < 0 ? nullptr : value.at(static_cast<std::size_t>(place));
}

}  // namespace

const json::Value* find_below(const Program& program, const json::Value* root)
{
    for (const Step& step : program.steps) {
        if (root == nullptr) return nullptr;
        root = step_into(step, *root);
    }
    return root;
}

// The four ways in which Jayway says that a step of a definite path found nothing.
// AWS: recorded for a last name ("No results for path: $['a']").
tl::unexpected<Error> not_found(const Program& program, const json::Value& root)
{
    const json::Value* value = &root;
    for (std::size_t i = 0; i < program.steps.size(); ++i) {
        const Step& step = program.steps[i];
        if (const json::Value* next = step_into(step, *value)) {
            value = next;
            continue;
        }
        const std::string before = canonical(program, i);
        const std::string here = canonical(program, i + 1);
        const std::string fragment = here.substr(before.size());
        const bool is_index = std::holds_alternative<IndexStep>(step);
        if (is_index && value->is_null())
            return fail(ErrorCode::PathNotFound, "The path {} is null", before);
        if (is_index && !value->is_array())
            return fail(ErrorCode::PathNotFound,
                        "Filter: {} can only be applied to arrays. Current context is: {}",
                        fragment, java_text(*value));
        if (is_index)
            return fail(ErrorCode::PathNotFound, "Index out of bounds when evaluating path {}",
                        here);
        const bool is_name =
            std::holds_alternative<NameStep>(step) || std::holds_alternative<NamesStep>(step);
        if (is_name && !value->is_object())
            return fail(ErrorCode::PathNotFound,
                        "Expected to find an object with property {} in path {} but found '{}'. "
                        "This is not a json "
                        "object according to the JsonProvider: "
                        "'com.jayway.jsonpath.spi.json.JacksonJsonProvider'.",
                        fragment, before, java_class(*value));
        if (is_name && i + 1 < program.steps.size())
            return fail(ErrorCode::PathNotFound, "Missing property in path {}", here);
        break;
    }
    return fail(ErrorCode::PathNotFound, "No results for path: {}", canonical(program));
}

}  // namespace weft::jsonpath
