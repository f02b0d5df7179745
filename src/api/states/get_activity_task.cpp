#include "api/members.h"
#include "api/states/operation.h"
#include "api/states/shapes.h"
#include "json/write.h"

#include <memory>
#include <utility>

namespace weft::api::states {

// A long poll: held open without a thread until there is a task, a minute has passed or the caller
// goes. AWS API:
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetActivityTask.html
void get_activity_task(const Context& context, const json::Value& request, Answer answer)
{
    Members members(request);
    runtime::TaskRequest wanted;
    wanted.activity_arn = members.required_text("activityArn", arn_length);
    wanted.worker = members.text("workerName", name_length).value_or(std::string());
    if (Result<> checked = members.check(); !checked)
        return answer(tl::unexpected(std::move(checked).error()));

    auto gone = std::make_shared<bool>(false);
    runtime::Runtime::OnGone on_gone;
    if (context.on_gone)
        on_gone = [gone, tell = context.on_gone](std::function<void()> leave) {
            tell([gone, leave = std::move(leave)] {
                *gone = true;
                leave();
            });
        };
    context.runtime.get_activity_task(
        context.loop, std::move(wanted), std::move(on_gone),
        [gone,
         answer = std::move(answer)](Result<std::optional<runtime::ActivityTask>> found) mutable {
            const bool there = !*gone;
            if (!found) {
                answer(tl::unexpected(std::move(found).error()));
            } else if (!*found || !there) {
                // AWS: no task within the time of a poll. One who has gone is given none, though
                // he may read still: another gets it.
                answer(json::Value::object({{"taskToken", nullptr}}));
            } else {
                answer(json::Value::object(
                    {{"taskToken", (*found)->token}, {"input", json::write((*found)->input)}}));
            }
            return there;
        });
}

}  // namespace weft::api::states
