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
    create.definition = members.required_text(
        "definition", {1, context.limits.definition_bytes_max}, Secrecy::Sensitive);
    create.role_arn = members.required_text("roleArn", arn_length);
    if (members.one_of("type", {"STANDARD", "EXPRESS"}) == "EXPRESS")
        create.type = catalog::MachineType::Express;
    create.logging = read_logging(members);
    create.tracing = read_tracing(members);
    create.encryption = read_encryption(members);
    create.tags = read_tags(members);
    create.publish = members.boolean("publish").value_or(false);
    const std::optional<std::string> described =
        members.text("versionDescription", version_description_length, Secrecy::Sensitive);
    create.version_description = described.value_or(std::string());
    Result<> checked = members.check();
    if (checked && described && !create.publish)
        checked = fail(ErrorCode::ValidationFailed,
                       "Version description can only be set when publish is true");
    if (checked) checked = check_logging(create.logging);
    if (checked) checked = check_encryption(create.encryption);
    if (checked) checked = check_tags(create.tags);
    if (!checked) return answer(tl::unexpected(std::move(checked).error()));

    const bool publish = create.publish;
    context.runtime.create_machine(
        context.loop, std::move(create),
        [context, answer = std::move(answer),
         publish](Result<catalog::StateMachine> machine) mutable {
            if (!machine) return answer(tl::unexpected(std::move(machine).error()));
            std::vector<json::Member> out{{"stateMachineArn", machine->arn},
                                          {"creationDate", history::wire_time(machine->created)}};
            if (!publish) return answer(json::Value::object(std::move(out)));
            // The version that came with the machine; a repeated request finds the first one's.
            context.runtime.publish_version(
                context.loop,
                {machine->arn, machine->revision_id, machine->created_version_description},
                [out = std::move(out),
                 answer = std::move(answer)](Result<runtime::VersionItem> version) mutable {
                    if (!version) return answer(tl::unexpected(std::move(version).error()));
                    out.push_back({"stateMachineVersionArn", version->arn});
                    answer(json::Value::object(std::move(out)));
                });
        });
}

}  // namespace weft::api::states
