#include "asl/states/states.h"

#include "asl/template_compile.h"

#include <fmt/format.h>

namespace weft::asl {
namespace {

// AWS, PASS_RESULT_IS_STATIC: what looks like a path in a Result is not evaluated.
void warn_of_expressions(const json::Value& value, const Place& place, Reader& reader)
{
    if (value.is_string() && looks_like_expression(value.as_string())) {
        reader.findings().warning(
            code::static_result,
            fmt::format("The value '{}' is not evaluated: the Result of a Pass state is static",
                        value.as_string()),
            place, "use 'Parameters' to build the output from the input");
        return;
    }
    if (value.is_array()) {
        std::size_t index = 0;
        for (const json::Value& item : value.items()) {
            const Place inner = place.item(index++);
            warn_of_expressions(item, inner, reader);
        }
        return;
    }
    if (!value.is_object()) return;
    for (const json::Member& member : value.members()) {
        const Place inner = place.field(member.key);
        if (is_expression_key(member.key)) {
            reader.findings().warning(
                code::static_result,
                fmt::format("The field '{}' is not evaluated: the Result of a Pass state is static",
                            member.key.view()),
                inner, "use 'Parameters' to build the output from the input");
            continue;
        }
        warn_of_expressions(member.value, inner, reader);
    }
}

}  // namespace

// ASL: https://states-language.net/spec.html#pass-state
void read_pass(const Object& object, State& state)
{
    Pass pass;
    if (const json::Value* result = object.find("Result")) {
        pass.result = *result;
        const Place place = object.place().field("Result");
        warn_of_expressions(*result, place, object.reader());
    }
    state.kind = std::move(pass);
}

}  // namespace weft::asl
