#include "api/members.h"
#include "api/states/operation.h"
#include "api/states/shapes.h"

namespace weft::api::states {

// AWS API:
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachine.html
void delete_state_machine(const Context& context, const json::Value& request, Answer answer)
{
    Members members(request);
    std::string arn = members.required_text("stateMachineArn", arn_length);
    if (Result<> checked = members.check(); !checked)
        return answer(tl::unexpected(std::move(checked).error()));
    context.runtime.delete_machine(context.loop, std::move(arn), empty_answer(std::move(answer)));
}

}  // namespace weft::api::states
