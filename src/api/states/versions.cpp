#include "api/members.h"
#include "api/states/operation.h"
#include "api/states/shapes.h"
#include "history/wire.h"

namespace weft::api::states {

// AWS API:
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_PublishStateMachineVersion.html
void publish_state_machine_version(const Context& context, const json::Value& request,
                                   Answer answer)
{
    Members members(request);
    runtime::PublishVersion publish;
    publish.machine_arn = members.required_text("stateMachineArn", arn_length);
    publish.revision_id = members.text("revisionId");
    publish.description =
        members.text("description", version_description_length, Secrecy::Sensitive)
            .value_or(std::string());
    if (Result<> checked = members.check(); !checked)
        return answer(tl::unexpected(std::move(checked).error()));
    context.runtime.publish_version(
        context.loop, std::move(publish),
        [answer = std::move(answer)](Result<runtime::VersionItem> version) mutable {
            if (!version) return answer(tl::unexpected(std::move(version).error()));
            answer(json::Value::object({{"creationDate", history::wire_time(version->created)},
                                        {"stateMachineVersionArn", version->arn}}));
        });
}

// AWS API:
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListStateMachineVersions.html
void list_state_machine_versions(const Context& context, const json::Value& request, Answer answer)
{
    Members members(request);
    std::string arn = members.required_text("stateMachineArn", arn_length);
    const std::size_t limit = page_size(members.integer("maxResults", page_range));
    std::string token = members.text("nextToken", page_token_length).value_or(std::string());
    if (Result<> checked = members.check(); !checked)
        return answer(tl::unexpected(std::move(checked).error()));
    context.runtime.list_versions(
        context.loop, std::move(arn), std::move(token), limit,
        [answer = std::move(answer)](Result<runtime::VersionPage> page) mutable {
            if (!page) return answer(tl::unexpected(std::move(page).error()));
            std::vector<json::Value> versions;
            for (const runtime::VersionItem& version : page->versions)
                versions.push_back(
                    json::Value::object({{"stateMachineVersionArn", version.arn},
                                         {"creationDate", history::wire_time(version.created)}}));
            answer(page_of("stateMachineVersions", std::move(versions), page->token));
        });
}

// AWS API:
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachineVersion.html
void delete_state_machine_version(const Context& context, const json::Value& request, Answer answer)
{
    Members members(request);
    std::string arn = members.required_text("stateMachineVersionArn", long_arn_length);
    if (Result<> checked = members.check(); !checked)
        return answer(tl::unexpected(std::move(checked).error()));
    context.runtime.delete_version(context.loop, std::move(arn), empty_answer(std::move(answer)));
}

}  // namespace weft::api::states
