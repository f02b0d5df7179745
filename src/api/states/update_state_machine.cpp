#include "api/members.h"
#include "api/states/operation.h"
#include "api/states/shapes.h"
#include "history/wire.h"

namespace weft::api::states {

// AWS API:
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachine.html
void update_state_machine(const Context& context, const json::Value& request, Answer answer)
{
    Members members(request);
    runtime::UpdateMachine update;
    update.arn = members.required_text("stateMachineArn", arn_length);
    update.definition =
        members.text("definition", {1, context.limits.definition_bytes_max}, Secrecy::Sensitive);
    update.role_arn = members.text("roleArn", arn_length);
    const auto given = [](json::Value value) {
        return value.is_null() ? std::nullopt : std::optional<json::Value>(std::move(value));
    };
    update.logging = given(read_logging(members));
    update.tracing = given(read_tracing(members));
    update.encryption = given(read_encryption(members));
    update.publish = members.boolean("publish").value_or(false);
    const std::optional<std::string> described =
        members.text("versionDescription", version_description_length, Secrecy::Sensitive);
    update.version_description = described.value_or(std::string());
    Result<> checked = members.check();
    if (checked && described && !update.publish)
        checked = fail(ErrorCode::ValidationFailed,
                       "Version description can only be set when publish is true");
    // AWS: recorded.
    if (checked && !update.definition && !update.role_arn && !update.logging && !update.tracing &&
        !update.encryption)
        checked = fail(ErrorCode::MissingParameter,
                       "Either the definition, the role ARN, the LoggingConfiguration, or the "
                       "TracingConfiguration must be specified");
    if (checked && update.logging) checked = check_logging(*update.logging);
    if (checked && update.encryption) checked = check_encryption(*update.encryption);
    if (!checked) return answer(tl::unexpected(std::move(checked).error()));

    context.runtime.update_machine(
        context.loop, std::move(update),
        [answer = std::move(answer)](Result<runtime::UpdatedMachine> updated) mutable {
            if (!updated) return answer(tl::unexpected(std::move(updated).error()));
            std::vector<json::Member> out{{"updateDate", history::wire_time(updated->updated)}};
            if (!updated->revision_id.empty()) out.push_back({"revisionId", updated->revision_id});
            if (!updated->version_arn.empty())
                out.push_back({"stateMachineVersionArn", updated->version_arn});
            answer(json::Value::object(std::move(out)));
        });
}

}  // namespace weft::api::states
