#include "api/members.h"
#include "api/states/operation.h"
#include "api/states/shapes.h"
#include "history/wire.h"

namespace weft::api::states {

// AWS API:
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html
void get_execution_history(const Context& context, const json::Value& request, Answer answer)
{
    Members members(request);
    runtime::HistoryRequest wanted;
    wanted.execution_arn = members.required_text("executionArn", arn_length);
    wanted.limit = page_size(members.integer("maxResults", {0, 1'000}));
    wanted.reverse = members.boolean("reverseOrder").value_or(false);
    wanted.token = members.text("nextToken", {1, 1'024}).value_or(std::string());
    const bool with_data = members.boolean("includeExecutionData").value_or(true);
    if (Result<> checked = members.check(); !checked)
        return answer(tl::unexpected(std::move(checked).error()));
    context.runtime.history(
        context.loop, std::move(wanted),
        [answer = std::move(answer), with_data](Result<runtime::HistoryPage> page) mutable {
            if (!page) return answer(tl::unexpected(std::move(page).error()));
            std::vector<json::Value> events;
            events.reserve(page->events.size());
            for (const history::Event& event : page->events)
                events.push_back(history::to_wire(event, with_data ? history::Data::Include
                                                                   : history::Data::Leave));
            answer(page_of("events", std::move(events), page->token));
        });
}

}  // namespace weft::api::states
