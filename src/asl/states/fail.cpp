#include "asl/states/states.h"

#include "asl/template_compile.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <variant>

namespace weft::asl {
namespace {

// AWS: the functions that yield a text; no others may stand in ErrorPath and CausePath.
constexpr std::array<std::string_view, 7> text_functions = {
    "States.ArrayGetItem", "States.Base64Decode", "States.Base64Encode", "States.Format",
    "States.Hash",         "States.JsonToString", "States.UUID",
};

void check_function(const Object& object, std::string_view field)
{
    const std::string_view text = object.text(field);
    if (!text.starts_with("States.")) return;
    const std::string_view function = text.substr(0, text.find_first_of("( "));
    if (std::ranges::find(text_functions, function) != text_functions.end()) return;
    const Place place = object.place().field(field);
    object.reader().schema_error(
        fmt::format("The value for the field '{}' must be a valid JSONPath or a valid intrinsic "
                    "function call",
                    field),
        place, fmt::format("only functions that give a text: {}", fmt::join(text_functions, ", ")));
}

bool is_query(const Object& object, std::string_view field)
{
    return object.reader().language() == QueryLanguage::Jsonata &&
           query_text(object.text(field)).has_value();
}

std::optional<std::string> literal(const Object& object, std::string_view field)
{
    if (!object.has(field) || is_query(object, field)) return std::nullopt;
    return std::string(object.text(field));
}

// What a path finds or, in a JSONata state, the field itself gives.
std::optional<Template> computed(const Object& object, std::string_view field,
                                 std::string_view path_field)
{
    if (is_query(object, field)) {
        auto out = object.payload(field);
        const Place at = object.place().field(field);
        if (const auto* query = std::get_if<Template::Computed>(&out->node))
            check_constant(query->query, "string", at, object.reader());
        return out;
    }
    return object.path_or_intrinsic(path_field);
}

}  // namespace

// ASL: https://states-language.net/spec.html#fail-state
void read_fail(const Object& object, State& state)
{
    Fail fail;
    constexpr std::array<std::string_view, 2> error = {"Error", "ErrorPath"};
    constexpr std::array<std::string_view, 2> cause = {"Cause", "CausePath"};
    object.at_most_one(error);
    object.at_most_one(cause);
    fail.error = literal(object, "Error");
    fail.cause = literal(object, "Cause");
    for (const std::string_view field : {"Error", "Cause"})
        object.reader().warn_of_path(object.text(field), field, object.place());
    fail.error_path = computed(object, "Error", "ErrorPath");
    fail.cause_path = computed(object, "Cause", "CausePath");
    if (object.has("ErrorPath")) check_function(object, "ErrorPath");
    if (object.has("CausePath")) check_function(object, "CausePath");
    fail.error_path_text = std::string(object.text("ErrorPath"));
    fail.cause_path_text = std::string(object.text("CausePath"));
    state.kind = std::move(fail);
}

}  // namespace weft::asl
