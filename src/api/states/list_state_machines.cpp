#include "api/members.h"
#include "api/states/operation.h"
#include "api/states/shapes.h"
#include "history/wire.h"

namespace weft::api::states {

// AWS API:
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListStateMachines.html
void list_state_machines(const Context& context, const json::Value& request, Answer answer)
{
    Members members(request);
    const std::size_t limit = page_size(members.integer("maxResults", {0, 1'000}));
    std::string token = members.text("nextToken", page_token_length).value_or(std::string());
    if (Result<> checked = members.check(); !checked)
        return answer(tl::unexpected(std::move(checked).error()));
    context.runtime.list_machines(
        context.loop, context.scope, std::move(token), limit,
        [answer = std::move(answer)](Result<runtime::MachinePage> page) mutable {
            if (!page) return answer(tl::unexpected(std::move(page).error()));
            std::vector<json::Value> machines;
            for (const catalog::StateMachine& machine : page->machines)
                machines.push_back(json::Value::object(
                    {{"stateMachineArn", machine.arn},
                     {"name", machine.name},
                     {"type",
                      machine.type == catalog::MachineType::Standard ? "STANDARD" : "EXPRESS"},
                     {"creationDate", history::wire_time(machine.created)}}));
            answer(page_of("stateMachines", std::move(machines), page->token));
        });
}

}  // namespace weft::api::states
