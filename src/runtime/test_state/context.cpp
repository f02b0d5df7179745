#include "runtime/test_state/preparation.h"
#include "json/parse.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace weft::runtime {

namespace {

enum class Wanted : std::uint8_t { Text, Number, Any };

// ASL, context object: https://states-language.net/spec.html#context-object
struct ContextField {
    std::string_view part;
    std::string_view field;
    Wanted wanted = Wanted::Text;
};
constexpr std::array context_fields = {
    ContextField{"Execution", "Id"},
    ContextField{"Execution", "Input", Wanted::Any},
    ContextField{"Execution", "Name"},
    ContextField{"Execution", "RedriveCount", Wanted::Number},
    ContextField{"Execution", "RedriveTime"},
    ContextField{"Execution", "RoleArn"},
    ContextField{"Execution", "StartTime"},
    ContextField{"State", "EnteredTime"},
    ContextField{"State", "Name"},
    ContextField{"State", "RetryCount", Wanted::Number},
    ContextField{"StateMachine", "Id"},
    ContextField{"StateMachine", "Name"},
    ContextField{"Task", "Token"},
};

template <class... Args>
tl::unexpected<Error> refuse(fmt::format_string<Args...> text, Args&&... args)
{
    return fail(ErrorCode::ValidationFailed, "Invalid Context object provided: {}",
                fmt::format(text, std::forward<Args>(args)...));
}

Result<> check_part(std::string_view part, const json::Value& value)
{
    if (std::ranges::find(context_fields, part, &ContextField::part) == context_fields.end())
        return refuse("Field '{}' is not allowed", part);
    if (!value.is_object()) return refuse("{} must be an object", part);
    for (const json::Member& member : value.members()) {
        const auto row = std::ranges::find_if(context_fields, [&](const ContextField& field) {
            return field.part == part && field.field == member.key.view();
        });
        if (row == context_fields.end())
            return refuse("Field '{}' is not allowed", member.key.view());
        if (row->wanted == Wanted::Text && !member.value.is_string())
            return refuse("{}.{} must be a string", part, row->field);
        if (row->wanted == Wanted::Number && !member.value.is_number())
            return refuse("{}.{} must be a number", part, row->field);
    }
    return {};
}

}  // namespace

Result<json::Value> check_test_context(const std::string& text, bool callback)
{
    Result<json::Value> context = json::parse(text);
    if (!context || !context->is_object()) return refuse("it must be a JSON object");
    for (const json::Member& member : context->members()) {
        const std::string_view part = member.key.view();
        if (part == "Map")
            return refuse("'Map' field is not supported when mocking a Context object");
        if (part == "Task" && !callback)
            return refuse("Context object contains 'Task' when state is not a Task state with a "
                          "'.sync' or '.waitForTaskToken' service integration pattern");
        TRY(check_part(part, member.value));
    }
    return context;
}

}  // namespace weft::runtime
