#include "api/members.h"
#include "api/states/operation.h"
#include "api/states/shapes.h"
#include "history/wire.h"

namespace weft::api::states {

// AWS API:
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
void create_state_machine(const Context& context, const json::Value& request, Answer answer)
{
    Members members(request);
    runtime::CreateMachine create;
    create.scope = context.scope;
    create.name = members.required_text("name", name_length);
    create.definition =
        members.required_text("definition", {1, context.limits.definition_bytes_max});
    create.role_arn = members.required_text("roleArn", arn_length);
    if (members.one_of("type", {"STANDARD", "EXPRESS"}) == "EXPRESS")
        create.type = catalog::MachineType::Express;
    create.logging = members.object("loggingConfiguration").value_or(json::Value());
    create.tracing = members.object("tracingConfiguration").value_or(json::Value());
    create.encryption = members.object("encryptionConfiguration").value_or(json::Value());
    create.tags = members.array("tags").value_or(json::Value());
    const bool publish = members.boolean("publish").value_or(false);
    const bool described = members.text("versionDescription", {0, 256}).has_value();
    Result<> checked = members.check();
    if (checked && described && !publish)
        checked = fail(ErrorCode::ValidationFailed,
                       "Version description can only be set when publish is true");
    if (checked && publish)
        checked = fail(ErrorCode::Unsupported,
                       "Versions are not available in this version of Weft: leave out 'publish'");
    if (checked) checked = check_logging(create.logging);
    if (!checked) return answer(tl::unexpected(std::move(checked).error()));

    context.runtime.create_machine(
        context.loop, std::move(create),
        [answer = std::move(answer)](Result<catalog::StateMachine> machine) mutable {
            if (!machine) return answer(tl::unexpected(std::move(machine).error()));
            answer(json::Value::object({{"stateMachineArn", machine->arn},
                                        {"creationDate", history::wire_time(machine->created)}}));
        });
}

}  // namespace weft::api::states
