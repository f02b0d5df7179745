#include "gateway/providers/mock.h"

#include "gateway/bodies.h"
#include "gateway/bodies/formats.h"

#include <fmt/core.h>

#include <utility>

namespace weft::gateway {

MockProvider::MockProvider(const ProviderConfig& config)
    : m_name(config.name), m_player(config.answers.value_or(mocks::Sequence()))
{
}

async::Task<ModelOutcome> MockProvider::invoke(async::Loop& loop, ModelRequest request)
{
    const auto answer = m_player.next(fmt::format("the mock provider '{}'", m_name));
    if (!answer)
        co_return ModelOutcome(ModelFailure(ModelFault::ModelError, answer.error().message));
    if (answer->delay > Milliseconds(0)) {
        CO_CHECK(co_await async::sleep_until(loop, loop.now() + answer->delay));
    }
    if (!answer->output) {
        const ModelFaultRow* row = find_fault(answer->error);
        const ModelFault fault = row != nullptr ? row->fault : ModelFault::ModelError;
        co_return ModelOutcome(
            ModelFailure(fault, answer->cause.empty() ? answer->error : answer->cause));
    }
    ModelResponse response;
    response.usage.model = "mock";
    response.body = *answer->output;
    if (response.body.is_string()) {
        Completion completion;
        completion.id = "msg_mock";
        completion.model = "mock";
        completion.blocks.push_back(Block::of_text(answer->output->as_string()));
        const BodyFormat* format = find_body_format(request.model_id, request.body);
        response.body = format != nullptr ? format->write(completion)
                                          : bodies::write_anthropic_messages(completion);
    }
    co_return ModelOutcome(std::move(response));
}

}  // namespace weft::gateway
