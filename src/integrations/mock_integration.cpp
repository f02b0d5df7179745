#include "integrations/mock_integration.h"

#include <utility>

namespace weft::integrations {

async::Task<Outcome> MockIntegration::invoke(async::Loop& loop, Call call)
{
    auto answer = m_script->next(call.state.view(), call.resource.view());
    if (!answer) {
        Failure failure;
        failure.error = "States.Runtime";
        failure.cause = std::move(answer).error().message;
        co_return Outcome(std::move(failure));
    }
    if (answer->delay > Milliseconds(0)) {
        CO_CHECK(co_await async::sleep_until(loop, loop.now() + answer->delay));
    }
    if (answer->output) {
        Success success;
        success.output = *std::move(answer->output);
        success.complete = true;  // a script says what the task gives, not what began it
        co_return Outcome(std::move(success));
    }
    Failure failure;
    failure.error = std::move(answer->error);
    failure.cause = std::move(answer->cause);
    co_return Outcome(std::move(failure));
}

}  // namespace weft::integrations
