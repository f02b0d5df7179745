#include "gateway/providers/openai.h"

#include "gateway/bodies.h"
#include "gateway/bodies/formats.h"
#include "gateway/providers/openai_chat.h"
#include "json/write.h"

#include <fmt/core.h>

#include <utility>

namespace weft::gateway {
namespace {

constexpr std::string_view openai_model = "gpt-4o-mini";

std::string first_chat_model(const json::Value& list)
{
    const json::Value* data = list.find("data");
    if (data == nullptr || !data->is_array()) return {};
    for (const json::Value& model : data->items()) {
        const std::string_view id = bodies::text_of(model, "id");
        if (!id.empty() && id.find("embed") == std::string_view::npos) return std::string(id);
    }
    return {};
}

}  // namespace

OpenAiProvider::OpenAiProvider(ProviderConfig config, std::string base_url, std::string api_key,
                               std::string model, net::Transport& transport)
    : m_config(std::move(config)), m_base_url(std::move(base_url)), m_api_key(std::move(api_key)),
      m_model(std::move(model)), m_transport(transport)
{
    m_party.name = m_config.name;
    m_party.kind = "openai";
    m_party.host = host_of(m_base_url);
    if (!m_api_key.empty()) m_party.secrets.push_back(m_api_key);
}

bool OpenAiProvider::is_openai() const
{
    return m_party.host == "api.openai.com";
}

net::HttpRequest OpenAiProvider::to(std::string_view path) const
{
    net::HttpRequest http;
    http.url = fmt::format("{}{}", m_base_url, path);
    if (!m_api_key.empty()) http.headers.emplace_back("authorization", "Bearer " + m_api_key);
    http.timeout = Seconds(m_config.timeout_seconds);
    http.response_bytes_max = m_config.response_bytes_max;
    return http;
}

async::Task<std::variant<std::string, ModelFailure>> OpenAiProvider::find_model(async::Loop& loop,
                                                                                Timestamp deadline)
{
    using Found = std::variant<std::string, ModelFailure>;
    if (!m_model.empty()) co_return Found(m_model);
    if (is_openai()) co_return Found(std::string(openai_model));
    {
        const std::lock_guard lock(m_mutex);
        if (!m_listed_model.empty()) co_return Found(m_listed_model);
    }
    net::HttpRequest http = to("/models");
    CO_TRY(AnswerOrFailure reply,
           co_await exchange(loop, m_transport, std::move(http), deadline, m_party, Content::Json));
    if (auto* failure = std::get_if<ModelFailure>(&reply)) co_return Found(std::move(*failure));
    std::string model = first_chat_model(std::get<Answer>(reply).body);
    if (model.empty()) {
        co_return Found(ModelFailure(
            ModelFault::ResourceNotFound,
            fmt::format(
                "{} lists no model: load one there, or name one as 'model' of provider '{}'",
                m_party.who(), m_config.name)));
    }
    const std::lock_guard lock(m_mutex);
    m_listed_model = model;
    co_return Found(std::move(model));
}

async::Task<ModelOutcome> OpenAiProvider::invoke(async::Loop& loop, ModelRequest request)
{
    if (m_api_key.empty() && is_openai()) {
        co_return ModelOutcome(
            ModelFailure(ModelFault::AccessDenied,
                         fmt::format("{} needs a key, and the environment variable {} is not set",
                                     m_party.who(), m_config.api_key_env)));
    }
    const BodyFormat* format = find_body_format(request.model_id, request.body);
    if (format == nullptr) {
        co_return ModelOutcome(ModelFailure(
            ModelFault::Validation,
            fmt::format("Malformed input request: the body fits no known form of model '{}'",
                        request.model_id)));
    }
    auto conversation = format->read(request.body);
    if (!conversation)
        co_return ModelOutcome(ModelFailure(ModelFault::Validation, conversation.error().message));

    std::string model = !request.model.empty() ? request.model : m_config.model;
    if (model.empty()) {
        CO_TRY(auto found, co_await find_model(loop, request.deadline));
        if (auto* failure = std::get_if<ModelFailure>(&found))
            co_return ModelOutcome(std::move(*failure));
        model = std::get<std::string>(std::move(found));
    }
    net::HttpRequest http = to("/chat/completions");
    http.method = "POST";
    http.repeat = net::Repeat::Allowed;  // as the Doubt of models in asl/resource_table.cpp
    http.headers.emplace_back("content-type", "application/json");
    if (!request.idempotency_key.empty())
        http.headers.emplace_back("idempotency-key", request.idempotency_key);
    const TokensField tokens =
        is_openai() ? TokensField::MaxCompletionTokens : TokensField::MaxTokens;
    http.body = json::write(write_chat_request(*conversation, model, tokens));

    CO_TRY(AnswerOrFailure reply, co_await exchange(loop, m_transport, std::move(http),
                                                    request.deadline, m_party, Content::Json));
    if (auto* failure = std::get_if<ModelFailure>(&reply))
        co_return ModelOutcome(std::move(*failure));
    const Answer& answer = std::get<Answer>(reply);
    auto completion = read_chat_response(answer.body);
    if (!completion) co_return ModelOutcome(nonsense(m_party, answer, completion.error().message));
    if (completion->model.empty()) completion->model = model;

    ModelResponse response;
    response.body = format->write(*completion);
    response.usage.input_tokens = completion->input_tokens;
    response.usage.output_tokens = completion->output_tokens;
    response.usage.model = completion->model;
    response.usage.request_id = answer.request_id.empty() ? completion->id : answer.request_id;
    co_return ModelOutcome(std::move(response));
}

}  // namespace weft::gateway
