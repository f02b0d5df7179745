#include "intrinsics/arguments.h"
#include "intrinsics/families.h"
#include "json/parse.h"
#include "json/write.h"

#include <utility>
#include <vector>

namespace weft::intrinsics {

using json::Value;

// AWS: an empty or blank text is null, -0 is 0 (recorded).
Result<Value> string_to_json(Arguments arguments, Session& session)
{
    const std::string_view text =
        TRY(string_argument(arguments[0], "The argument of States.StringToJson"));
    TRY(charge(session, text.size() / 64));
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return Value();
    Result<Value> parsed = json::parse(text);
    if (!parsed)
        return fail(ErrorCode::EvaluationFailed,
                    "The argument of States.StringToJson is not valid JSON: {}",
                    parsed.error().message);
    if (text.find_first_of(".eE") == std::string_view::npos && parsed->is_number() &&
        parsed->as_double() == 0)
        return Value(0);
    return *std::move(parsed);
}

Result<Value> json_to_string(Arguments arguments, Session& session)
{
    std::string text = json::write(arguments[0]);
    TRY(charge(session, text.size() / 64));
    return Value(text);
}

// Shallow: a member of the second object replaces that of the first whole.
Result<Value> json_merge(Arguments arguments, Session& session)
{
    const Value& left =
        *TRY(object_argument(arguments[0], "The first argument of States.JsonMerge"));
    const Value& right =
        *TRY(object_argument(arguments[1], "The second argument of States.JsonMerge"));
    if (!arguments[2].is_bool())
        return fail(ErrorCode::EvaluationFailed,
                    "The third argument of States.JsonMerge must be a boolean, but was: {}",
                    shown(arguments[2]));
    // AWS: "currently only supports the shallow merging mode".
    if (arguments[2].as_bool())
        return fail(
            ErrorCode::EvaluationFailed,
            "States.JsonMerge supports shallow merging only: its third argument must be false");
    TRY(charge(session, left.size() + right.size()));
    std::vector<json::Member> members(left.members().begin(), left.members().end());
    members.reserve(left.size() + right.size());
    for (json::Member& member : members)
        if (const Value* replacement = right.find(member.key)) member.value = *replacement;
    for (const json::Member& member : right.members())
        if (left.find(member.key) == nullptr) members.push_back(member);
    return Value::object(std::move(members));
}

}  // namespace weft::intrinsics
