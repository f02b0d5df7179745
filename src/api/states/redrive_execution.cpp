#include "api/members.h"
#include "api/states/operation.h"
#include "api/states/shapes.h"
#include "history/wire.h"

#include <algorithm>
#include <string>
#include <utility>

namespace weft::api::states {

namespace {

constexpr Length client_token_length{1, 64};

}  // namespace

// AWS API:
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html
void redrive_execution(const Context& context, const json::Value& request, Answer answer)
{
    Members members(request);
    runtime::RedriveRequest redrive;
    redrive.execution_arn = members.required_text("executionArn", arn_length);
    redrive.client_token = members.text("clientToken", client_token_length).value_or(std::string());
    if (!std::ranges::all_of(redrive.client_token, [](char c) { return c >= '!' && c <= '~'; }))
        members.violated("clientToken", redrive.client_token,
                         "Member must satisfy regular expression pattern: [!-~]+");
    if (Result<> checked = members.check(); !checked)
        return answer(tl::unexpected(std::move(checked).error()));
    context.runtime.redrive(
        context.loop, std::move(redrive),
        [answer = std::move(answer)](Result<Timestamp> redriven) mutable {
            if (!redriven) return answer(tl::unexpected(std::move(redriven).error()));
            answer(json::Value::object({{"redriveDate", history::wire_time(*redriven)}}));
        });
}

}  // namespace weft::api::states
