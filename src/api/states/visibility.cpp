#include "api/states/visibility.h"

#include "aws/arn.h"

#include <fmt/core.h>

#include <array>
#include <string_view>

namespace weft::api::states {

namespace {

struct Unseen {
    std::string_view resource;  // how the ARN's resource begins
    ErrorCode code;
    std::string_view text;
};
constexpr std::array unseen_rows = {
    Unseen{"stateMachine:", ErrorCode::StateMachineDoesNotExist, "State Machine Does Not Exist"},
    Unseen{"execution:", ErrorCode::ExecutionDoesNotExist, "Execution Does Not Exist"},
    Unseen{"activity:", ErrorCode::ActivityDoesNotExist, "Activity Does Not Exist"},
};

}  // namespace

std::optional<Error> unseen(const json::Value& request, const runtime::Scope& scope)
{
    for (const json::Member& member : request.members()) {
        const std::string_view name = member.key.view();
        if (member.value.is_array())
            for (const json::Value& item : member.value.items())
                if (item.is_object())
                    if (std::optional<Error> hidden = unseen(item, scope)) return hidden;
        if (!name.ends_with("Arn") || name == "roleArn" || !member.value.is_string()) continue;
        const Result<aws::Arn> arn = aws::parse_arn(member.value.as_string());
        // What is no ARN of this service is the operation's to refuse.
        if (!arn || arn->service != "states") continue;
        if (arn->region == scope.region && arn->account == scope.account) continue;
        for (const Unseen& row : unseen_rows)
            if (name != "resourceArn" && arn->resource.starts_with(row.resource))
                return Error{
                    row.code, fmt::format("{}: '{}'", row.text, member.value.as_string()), {}};
        return Error{ErrorCode::NotFound,
                     fmt::format("Resource not found: '{}'", member.value.as_string()),
                     {}};
    }
    return std::nullopt;
}

}  // namespace weft::api::states
