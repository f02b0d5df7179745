#include "api/members.h"
#include "api/states/operation.h"
#include "api/states/shapes.h"

namespace weft::api::states {

namespace {

void put_redrive(std::vector<json::Member>& out, const runtime::ExecutionDescription& execution)
{
    put_redrives(out, execution.redrives);
    const std::string& reason = execution.not_redrivable;
    out.push_back({"redriveStatus", reason.empty() ? "REDRIVABLE" : "NOT_REDRIVABLE"});
    if (!reason.empty()) out.push_back({"redriveStatusReason", reason});
}

}  // namespace

// AWS API:
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
void describe_execution(const Context& context, const json::Value& request, Answer answer)
{
    Members members(request);
    std::string arn = members.required_text("executionArn", arn_length);
    const Included included = read_included(members);
    if (Result<> checked = members.check(); !checked)
        return answer(tl::unexpected(std::move(checked).error()));
    context.runtime.describe(context.loop, std::move(arn),
                             [answer = std::move(answer),
                              included](Result<runtime::ExecutionDescription> found) mutable {
                                 if (!found)
                                     return answer(tl::unexpected(std::move(found).error()));
                                 std::vector<json::Member> out;
                                 put_execution(out, *found, included);
                                 put_started_by(out, found->version_arn, found->alias_arn);
                                 put_redrive(out, *found);
                                 answer(json::Value::object(std::move(out)));
                             });
}

}  // namespace weft::api::states
