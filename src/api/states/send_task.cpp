#include "api/members.h"
#include "api/states/operation.h"
#include "api/states/shapes.h"
#include "asl/json_fault.h"
#include "json/parse.h"

#include <utility>

namespace weft::api::states {

namespace {

Result<json::Value> parse_output(const std::string& text, const Limits& limits)
{
    if (text.size() > limits.payload_bytes_max)
        return fail(ErrorCode::ValidationFailed,
                    "1 validation error detected: Value at 'output' failed to satisfy constraint: "
                    "Member must have length less than or equal to {}",
                    limits.payload_bytes_max);
    tl::expected<json::Value, json::ParseFault> parsed = json::parse_or_fault(text);
    if (parsed) return *std::move(parsed);
    return fail(ErrorCode::InvalidOutput, "Invalid Output: '{}'",
                asl::describe_like_jackson(text, parsed.error()).message);
}

}  // namespace

// AWS API: https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html
void send_task_success(const Context& context, const json::Value& request, Answer answer)
{
    Members members(request);
    runtime::TaskAnswer task;
    task.token = members.required_text("taskToken", token_length);
    const std::string output = members.required_text("output");
    if (Result<> checked = members.check(); !checked)
        return answer(tl::unexpected(std::move(checked).error()));
    Result<json::Value> parsed = parse_output(output, context.limits);
    if (!parsed) return answer(tl::unexpected(std::move(parsed).error()));
    task.output = *std::move(parsed);
    context.runtime.answer_task(context.loop, std::move(task), empty_answer(std::move(answer)));
}

// AWS API: https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskFailure.html
void send_task_failure(const Context& context, const json::Value& request, Answer answer)
{
    Members members(request);
    runtime::TaskAnswer task;
    task.failed = true;
    task.token = members.required_text("taskToken", token_length);
    task.error = members.text("error", {0, error_characters_max}, Secrecy::Sensitive);
    task.cause = members.text("cause", {0, cause_characters_max}, Secrecy::Sensitive);
    if (Result<> checked = members.check(); !checked)
        return answer(tl::unexpected(std::move(checked).error()));
    context.runtime.answer_task(context.loop, std::move(task), empty_answer(std::move(answer)));
}

// AWS API:
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskHeartbeat.html
void send_task_heartbeat(const Context& context, const json::Value& request, Answer answer)
{
    Members members(request);
    const std::string token = members.required_text("taskToken", token_length);
    if (Result<> checked = members.check(); !checked)
        return answer(tl::unexpected(std::move(checked).error()));
    context.runtime.heartbeat_task(context.loop, token, empty_answer(std::move(answer)));
}

}  // namespace weft::api::states
