#include "api/members.h"
#include "api/states/operation.h"
#include "api/states/shapes.h"
#include "history/wire.h"

namespace weft::api::states {

// AWS API: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StopExecution.html
void stop_execution(const Context& context, const json::Value& request, Answer answer)
{
    Members members(request);
    runtime::StopRequest stop;
    stop.execution_arn = members.required_text("executionArn", arn_length);
    stop.error = members.text("error", {0, error_characters_max}, Secrecy::Sensitive);
    stop.cause = members.text("cause", {0, cause_characters_max}, Secrecy::Sensitive);
    if (Result<> checked = members.check(); !checked)
        return answer(tl::unexpected(std::move(checked).error()));
    context.runtime.stop(context.loop, std::move(stop),
                         [answer = std::move(answer)](Result<Timestamp> stopped) mutable {
                             if (!stopped)
                                 return answer(tl::unexpected(std::move(stopped).error()));
                             answer(
                                 json::Value::object({{"stopDate", history::wire_time(*stopped)}}));
                         });
}

}  // namespace weft::api::states
