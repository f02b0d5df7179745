#include "api/members.h"
#include "api/states/operation.h"
#include "api/states/shapes.h"

namespace weft::api::states {

// AWS API:
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListTagsForResource.html
void list_tags_for_resource(const Context& context, const json::Value& request, Answer answer)
{
    Members members(request);
    std::string arn = members.required_text("resourceArn", arn_length);
    if (Result<> checked = members.check(); !checked)
        return answer(tl::unexpected(std::move(checked).error()));
    context.runtime.list_tags(context.loop, std::move(arn),
                              [answer = std::move(answer)](Result<json::Value> tags) mutable {
                                  if (!tags) return answer(tl::unexpected(std::move(tags).error()));
                                  answer(json::Value::object({{"tags", *std::move(tags)}}));
                              });
}

// AWS API: https://docs.aws.amazon.com/step-functions/latest/apireference/API_TagResource.html
void tag_resource(const Context& context, const json::Value& request, Answer answer)
{
    Members members(request);
    std::string arn = members.required_text("resourceArn", arn_length);
    members.require("tags");
    json::Value tags = read_tags(members);
    Result<> checked = members.check();
    if (checked) checked = check_tags(tags);
    if (!checked) return answer(tl::unexpected(std::move(checked).error()));
    context.runtime.tag(context.loop, std::move(arn), std::move(tags),
                        empty_answer(std::move(answer)));
}

// AWS API: https://docs.aws.amazon.com/step-functions/latest/apireference/API_UntagResource.html
void untag_resource(const Context& context, const json::Value& request, Answer answer)
{
    Members members(request);
    std::string arn = members.required_text("resourceArn", arn_length);
    members.require("tagKeys");
    std::vector<std::string> keys = members.texts("tagKeys", tag_key_length);
    if (Result<> checked = members.check(); !checked)
        return answer(tl::unexpected(std::move(checked).error()));
    context.runtime.untag(context.loop, std::move(arn), std::move(keys),
                          empty_answer(std::move(answer)));
}

}  // namespace weft::api::states
