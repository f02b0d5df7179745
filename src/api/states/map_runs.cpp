#include "api/members.h"
#include "api/states/operation.h"
#include "api/states/shapes.h"
#include "json/write.h"

#include <cstdint>

// The operations on Map Runs, as they answer while there is none: no state of a machine that Weft
// accepts starts one yet.
namespace weft::api::states {

namespace {

void no_map_run(Members& members, Answer& answer)
{
    const std::string arn = members.required_text("mapRunArn", long_arn_length);
    if (Result<> checked = members.check(); !checked)
        return answer(tl::unexpected(std::move(checked).error()));
    answer(fail(ErrorCode::NotFound, "Resource not found: '{}'", arn));
}

}  // namespace

// AWS API: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListMapRuns.html
void list_map_runs(const Context& context, const json::Value& request, Answer answer)
{
    Members members(request);
    std::string arn = members.required_text("executionArn", arn_length);
    members.integer("maxResults", page_range);
    const std::optional<std::string> token = members.text("nextToken", page_token_length);
    Result<> checked = members.check();
    // No listing of these has a second page.
    if (checked && token) checked = fail(ErrorCode::InvalidToken, "Invalid Token: 'Invalid token'");
    if (!checked) return answer(tl::unexpected(std::move(checked).error()));
    context.runtime.describe(
        context.loop, std::move(arn),
        [answer = std::move(answer)](Result<runtime::ExecutionDescription> found) mutable {
            if (!found) return answer(tl::unexpected(std::move(found).error()));
            answer(json::Value::object({{"mapRuns", json::Value::array()}}));
        });
}

// AWS API: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeMapRun.html
void describe_map_run(const Context&, const json::Value& request, Answer answer)
{
    Members members(request);
    no_map_run(members, answer);
}

// AWS API: https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateMapRun.html
void update_map_run(const Context&, const json::Value& request, Answer answer)
{
    Members members(request);
    members.integer("maxConcurrency", {0, INT64_MAX});
    members.integer("toleratedFailureCount", {0, INT64_MAX});
    // A float in the service's model.
    if (const json::Value* percentage = request.find("toleratedFailurePercentage");
        percentage != nullptr && percentage->is_number()) {
        const double given = percentage->as_double();
        if (given < 0 || given > 100)
            members.violated("toleratedFailurePercentage", json::write(*percentage),
                             given < 0 ? "Member must have value greater than or equal to 0"
                                       : "Member must have value less than or equal to 100");
    }
    no_map_run(members, answer);
}

}  // namespace weft::api::states
