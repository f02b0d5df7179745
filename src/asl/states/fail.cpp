#include "asl/states/states.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

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

}  // namespace

// ASL: https://states-language.net/spec.html#fail-state
void read_fail(const Object& object, State& state)
{
    Fail fail;
    constexpr std::array<std::string_view, 2> error = {"Error", "ErrorPath"};
    constexpr std::array<std::string_view, 2> cause = {"Cause", "CausePath"};
    object.at_most_one(error);
    object.at_most_one(cause);
    if (object.has("Error")) fail.error = std::string(object.text("Error"));
    if (object.has("Cause")) fail.cause = std::string(object.text("Cause"));
    fail.error_path = object.path_or_intrinsic("ErrorPath");
    fail.cause_path = object.path_or_intrinsic("CausePath");
    if (fail.error_path) check_function(object, "ErrorPath");
    if (fail.cause_path) check_function(object, "CausePath");
    fail.error_path_text = std::string(object.text("ErrorPath"));
    fail.cause_path_text = std::string(object.text("CausePath"));
    state.kind = std::move(fail);
}

}  // namespace weft::asl
