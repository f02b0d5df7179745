#include "api/members.h"
#include "api/states/operation.h"
#include "api/states/shapes.h"
#include "history/wire.h"

namespace weft::api::states {

// AWS API: https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateActivity.html
void create_activity(const Context& context, const json::Value& request, Answer answer)
{
    Members members(request);
    runtime::CreateActivity create;
    create.scope = context.scope;
    create.name = members.required_text("name", name_length);
    create.encryption = read_encryption(members);
    create.tags = read_tags(members);
    Result<> checked = members.check();
    if (checked) checked = check_encryption(create.encryption);
    if (checked) checked = check_tags(create.tags);
    if (!checked) return answer(tl::unexpected(std::move(checked).error()));
    context.runtime.create_activity(
        context.loop, std::move(create),
        [answer = std::move(answer)](Result<catalog::Activity> activity) mutable {
            if (!activity) return answer(tl::unexpected(std::move(activity).error()));
            answer(json::Value::object({{"activityArn", activity->arn},
                                        {"creationDate", history::wire_time(activity->created)}}));
        });
}

// AWS API: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeActivity.html
void describe_activity(const Context& context, const json::Value& request, Answer answer)
{
    Members members(request);
    std::string arn = members.required_text("activityArn", arn_length);
    if (Result<> checked = members.check(); !checked)
        return answer(tl::unexpected(std::move(checked).error()));
    context.runtime.describe_activity(
        context.loop, std::move(arn),
        [answer = std::move(answer)](Result<catalog::Activity> activity) mutable {
            if (!activity) return answer(tl::unexpected(std::move(activity).error()));
            answer(json::Value::object(
                {{"activityArn", activity->arn},
                 {"name", activity->name},
                 {"creationDate", history::wire_time(activity->created)},
                 {"encryptionConfiguration", encryption_or_default(activity->encryption)}}));
        });
}

// AWS API: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteActivity.html
void delete_activity(const Context& context, const json::Value& request, Answer answer)
{
    Members members(request);
    std::string arn = members.required_text("activityArn", arn_length);
    if (Result<> checked = members.check(); !checked)
        return answer(tl::unexpected(std::move(checked).error()));
    context.runtime.delete_activity(context.loop, std::move(arn), empty_answer(std::move(answer)));
}

// AWS API: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListActivities.html
void list_activities(const Context& context, const json::Value& request, Answer answer)
{
    Members members(request);
    const std::size_t limit = page_size(members.integer("maxResults", {0, 1'000}));
    std::string token = members.text("nextToken", page_token_length).value_or(std::string());
    if (Result<> checked = members.check(); !checked)
        return answer(tl::unexpected(std::move(checked).error()));
    context.runtime.list_activities(
        context.loop, context.scope, std::move(token), limit,
        [answer = std::move(answer)](Result<runtime::ActivityPage> page) mutable {
            if (!page) return answer(tl::unexpected(std::move(page).error()));
            std::vector<json::Value> activities;
            for (const catalog::Activity& activity : page->activities)
                activities.push_back(
                    json::Value::object({{"activityArn", activity.arn},
                                         {"name", activity.name},
                                         {"creationDate", history::wire_time(activity.created)}}));
            answer(page_of("activities", std::move(activities), page->token));
        });
}

}  // namespace weft::api::states
