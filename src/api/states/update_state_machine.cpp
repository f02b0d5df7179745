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
    update.definition = members.text("definition", {1, context.limits.definition_bytes_max});
    update.role_arn = members.text("roleArn", arn_length);
    update.logging = members.object("loggingConfiguration");
    update.tracing = members.object("tracingConfiguration");
    update.encryption = members.object("encryptionConfiguration");
    const bool publish = members.boolean("publish").value_or(false);
    const bool described = members.text("versionDescription", {0, 256}).has_value();
    Result<> checked = members.check();
    if (checked && described && !publish)
        checked = fail(ErrorCode::ValidationFailed,
                       "Version description can only be set when publish is true");
    if (checked && publish)
        checked = fail(ErrorCode::Unsupported,
                       "Versions are not available in this version of Weft: leave out 'publish'");
    // AWS: recorded.
    if (checked && !update.definition && !update.role_arn && !update.logging && !update.tracing &&
        !update.encryption)
        checked = fail(ErrorCode::MissingParameter,
                       "Either the definition, the role ARN, the LoggingConfiguration, or the "
                       "TracingConfiguration must be specified");
    if (checked && update.logging) checked = check_logging(*update.logging);
    if (!checked) return answer(tl::unexpected(std::move(checked).error()));

    context.runtime.update_machine(
        context.loop, std::move(update),
        [answer = std::move(answer)](Result<runtime::UpdatedMachine> updated) mutable {
            if (!updated) return answer(tl::unexpected(std::move(updated).error()));
            std::vector<json::Member> out{{"updateDate", history::wire_time(updated->updated)}};
            if (!updated->revision_id.empty()) out.push_back({"revisionId", updated->revision_id});
            answer(json::Value::object(std::move(out)));
        });
}

}  // namespace weft::api::states
