#include "api/members.h"
#include "api/states/operation.h"
#include "api/states/shapes.h"
#include "asl/machine.h"
#include "history/wire.h"
#include "json/parse.h"

namespace weft::api::states {

namespace {

json::Value shape(const runtime::MachineDescription& description, bool metadata_only)
{
    const catalog::StateMachine& machine = description.machine;
    std::vector<json::Member> out{
        {"stateMachineArn", machine.arn},
        {"name", machine.name},
        {"status", machine.status == catalog::MachineStatus::Active ? "ACTIVE" : "DELETING"},
        {"definition", metadata_only ? std::string("{}") : machine.definition},
        {"roleArn", machine.role_arn},
        {"type", machine.type == catalog::MachineType::Standard ? "STANDARD" : "EXPRESS"},
        {"creationDate", history::wire_time(machine.created)},
        {"loggingConfiguration", logging_or_default(machine.logging)},
        {"tracingConfiguration", tracing_or_default(machine.tracing)},
        {"encryptionConfiguration", encryption_or_default(machine.encryption)}};
    if (!machine.revision_id.empty()) out.push_back({"revisionId", machine.revision_id});
    if (!description.version_description.empty())
        out.push_back({"description", description.version_description});
    return json::Value::object(std::move(out));
}

// Answers with `description` and the variableReferences of the definition with this hash.
// AWS: left out when no state reads a variable.
void answer_with_references(const Context& context, std::string hash, json::Value description,
                            Answer answer)
{
    context.runtime.revision(context.loop, std::move(hash),
                             [description = std::move(description),
                              answer = std::move(answer)](Result<asl::MachinePtr> machine) mutable {
                                 if (!machine)
                                     return answer(tl::unexpected(std::move(machine).error()));
                                 json::Value references = asl::variable_references(**machine);
                                 if (references.is_null()) return answer(std::move(description));
                                 std::vector<json::Member> members(description.members().begin(),
                                                                   description.members().end());
                                 members.push_back({"variableReferences", std::move(references)});
                                 answer(json::Value::object(std::move(members)));
                             });
}

}  // namespace

// AWS API:
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html
void describe_state_machine(const Context& context, const json::Value& request, Answer answer)
{
    Members members(request);
    std::string arn = members.required_text("stateMachineArn", long_arn_length);
    const bool metadata_only =
        members.one_of("includedData", {"ALL_DATA", "METADATA_ONLY"}) == "METADATA_ONLY";
    if (Result<> checked = members.check(); !checked)
        return answer(tl::unexpected(std::move(checked).error()));
    context.runtime.describe_machine(
        context.loop, std::move(arn),
        [context, answer = std::move(answer),
         metadata_only](Result<runtime::MachineDescription> found) mutable {
            if (!found) return answer(tl::unexpected(std::move(found).error()));
            answer_with_references(context, found->machine.definition_hash,
                                   shape(*found, metadata_only), std::move(answer));
        });
}

// AWS API:
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachineForExecution.html
void describe_state_machine_for_execution(const Context& context, const json::Value& request,
                                          Answer answer)
{
    Members members(request);
    std::string arn = members.required_text("executionArn", arn_length);
    const bool metadata_only =
        members.one_of("includedData", {"ALL_DATA", "METADATA_ONLY"}) == "METADATA_ONLY";
    if (Result<> checked = members.check(); !checked)
        return answer(tl::unexpected(std::move(checked).error()));
    context.runtime.machine_for_execution(
        context.loop, std::move(arn),
        [context, answer = std::move(answer),
         metadata_only](Result<runtime::MachineForExecution> found) mutable {
            if (!found) return answer(tl::unexpected(std::move(found).error()));
            const catalog::StateMachine& machine = found->machine;
            std::vector<json::Member> out{
                {"stateMachineArn", machine.arn},
                {"name", machine.name},
                {"definition", metadata_only ? std::string("{}") : machine.definition},
                {"roleArn", machine.role_arn},
                {"updateDate", history::wire_time(machine.updated)},
                {"loggingConfiguration", logging_or_default(machine.logging)},
                {"tracingConfiguration", tracing_or_default(machine.tracing)},
                {"encryptionConfiguration", encryption_or_default(machine.encryption)}};
            if (!machine.revision_id.empty()) out.push_back({"revisionId", machine.revision_id});
            answer_with_references(context, machine.definition_hash,
                                   json::Value::object(std::move(out)), std::move(answer));
        });
}

}  // namespace weft::api::states
