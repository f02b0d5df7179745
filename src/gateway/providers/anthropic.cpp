#include "gateway/providers/anthropic.h"

#include "gateway/bodies.h"
#include "gateway/bodies/formats.h"
#include "gateway/model_id.h"
#include "json/write.h"

#include <fmt/core.h>

#include <utility>
#include <vector>

namespace weft::gateway {
namespace {

using bodies::count_of;
using bodies::text_of;

json::Value write_block(const Block& block)
{
    using json::Value;
    switch (block.kind) {
    case Block::Kind::Text: break;
    case Block::Kind::Image: {
        const Value source =
            block.url.empty()
                ? Value::object(
                      {{"type", "base64"}, {"media_type", block.media_type}, {"data", block.data}})
                : Value::object({{"type", "url"}, {"url", block.url}});
        return Value::object({{"type", "image"}, {"source", source}});
    }
    case Block::Kind::ToolUse:
        return Value::object({{"type", "tool_use"},
                              {"id", block.tool_id},
                              {"name", block.tool_name},
                              {"input", block.tool_input}});
    case Block::Kind::ToolResult:
        return Value::object(
            {{"type", "tool_result"}, {"tool_use_id", block.tool_id}, {"content", block.text}});
    }
    return Value::object({{"type", "text"}, {"text", block.text}});
}

// For a body of another family.
json::Value write_request(const Conversation& conversation)
{
    constexpr std::uint64_t tokens_default = 1024;
    std::vector<json::Value> messages;
    for (const Turn& turn : conversation.turns) {
        std::vector<json::Value> content;
        for (const Block& block : turn.blocks) content.push_back(write_block(block));
        messages.push_back(
            json::Value::object({{"role", turn.role == Role::User ? "user" : "assistant"},
                                 {"content", json::Value::array(std::move(content))}}));
    }
    std::vector<json::Member> body{{"max_tokens", conversation.max_tokens.value_or(tokens_default)},
                                   {"messages", json::Value::array(std::move(messages))}};
    if (!conversation.system.empty()) body.push_back({"system", conversation.system});
    if (conversation.temperature) body.push_back({"temperature", *conversation.temperature});
    if (conversation.top_p) body.push_back({"top_p", *conversation.top_p});
    if (conversation.top_k) body.push_back({"top_k", *conversation.top_k});
    if (!conversation.stop_sequences.empty()) {
        std::vector<json::Value> stops(conversation.stop_sequences.begin(),
                                       conversation.stop_sequences.end());
        body.push_back({"stop_sequences", json::Value::array(std::move(stops))});
    }
    return json::Value::object(std::move(body));
}

Completion read_completion(const json::Value& body)
{
    Completion completion;
    completion.id = text_of(body, "id");
    completion.model = text_of(body, "model");
    const std::string_view reason = text_of(body, "stop_reason");
    if (reason == "max_tokens") completion.stop_reason = StopReason::MaxTokens;
    if (reason == "stop_sequence") completion.stop_reason = StopReason::StopSequence;
    if (reason == "refusal") completion.stop_reason = StopReason::Refusal;
    completion.stop_sequence = text_of(body, "stop_sequence");
    for (const json::Value& block : body.find("content")->items()) {
        if (text_of(block, "type") == "text")
            completion.blocks.push_back(Block::of_text(text_of(block, "text")));
    }
    return completion;
}

Usage read_usage(const json::Value& body)
{
    Usage usage;
    usage.model = text_of(body, "model");
    if (const json::Value* counts = body.find("usage")) {
        usage.input_tokens = count_of(*counts, "input_tokens").value_or(0);
        usage.output_tokens = count_of(*counts, "output_tokens").value_or(0);
        usage.cache_read_tokens = count_of(*counts, "cache_read_input_tokens").value_or(0);
        usage.cache_write_tokens = count_of(*counts, "cache_creation_input_tokens").value_or(0);
    }
    return usage;
}

// anthropic_beta: a list on Bedrock, a comma list in a header here.
std::string betas_of(const json::Value& body)
{
    std::string betas;
    for (const std::string& beta : bodies::texts_of(body, "anthropic_beta")) {
        if (beta.find_first_of("\r\n") != std::string::npos) continue;
        betas += betas.empty() ? beta : "," + beta;
    }
    return betas;
}

}  // namespace

AnthropicProvider::AnthropicProvider(ProviderConfig config, std::string base_url,
                                     std::string api_key, net::Transport& transport)
    : m_config(std::move(config)), m_base_url(std::move(base_url)), m_api_key(std::move(api_key)),
      m_transport(transport)
{
    m_party.name = m_config.name;
    m_party.kind = "anthropic";
    m_party.host = host_of(m_base_url);
    if (!m_api_key.empty()) m_party.secrets.push_back(m_api_key);
}

async::Task<ModelOutcome> AnthropicProvider::invoke(async::Loop& loop, ModelRequest request)
{
    std::string model = !request.model.empty() ? request.model : m_config.model;
    if (model.empty()) model = anthropic_model_of(request.model_id);
    if (model.empty()) {
        co_return ModelOutcome(ModelFailure(
            ModelFault::Validation, fmt::format("{} has no model '{}': give its name there as "
                                                "'model' of the route or provider '{}'",
                                                m_party.who(), request.model_id, m_config.name)));
    }
    if (m_api_key.empty() && m_base_url.starts_with("https://api.anthropic.com")) {
        co_return ModelOutcome(
            ModelFailure(ModelFault::AccessDenied,
                         fmt::format("{} needs a key, and the environment variable {} is not set",
                                     m_party.who(), m_config.api_key_env)));
    }
    const BodyFormat* format = find_body_format(request.model_id, request.body);
    const bool native = bodies::fits_anthropic_messages(request.body) &&
                        (format == nullptr || format->name == "anthropic_messages");
    json::Value body = request.body;
    std::string betas;
    if (native) {
        betas = betas_of(body);
        body =
            json::without_member(json::without_member(body, "anthropic_version"), "anthropic_beta");
    } else {
        if (format == nullptr) {
            co_return ModelOutcome(ModelFailure(ModelFault::Validation,
                                                "Malformed input request: the body fits no "
                                                "known model family"));
        }
        auto conversation = format->read(body);
        if (!conversation) {
            co_return ModelOutcome(
                ModelFailure(ModelFault::Validation, conversation.error().message));
        }
        body = write_request(*conversation);
    }
    body = json::with_member(body, "model", model);

    net::HttpRequest http;
    http.method = "POST";
    http.repeat = net::Repeat::Allowed;  // as the Doubt of models in asl/resource_table.cpp
    http.url = m_base_url + "/v1/messages";
    http.headers = {{"content-type", "application/json"}, {"anthropic-version", "2023-06-01"}};
    if (!m_api_key.empty()) http.headers.emplace_back("x-api-key", m_api_key);
    if (!betas.empty()) http.headers.emplace_back("anthropic-beta", betas);
    if (!request.idempotency_key.empty())
        http.headers.emplace_back("idempotency-key", request.idempotency_key);
    http.body = json::write(body);
    http.timeout = Seconds(m_config.timeout_seconds);
    http.response_bytes_max = m_config.response_bytes_max;

    CO_TRY(AnswerOrFailure reply, co_await exchange(loop, m_transport, std::move(http),
                                                    request.deadline, m_party, Content::Json));
    if (auto* failure = std::get_if<ModelFailure>(&reply))
        co_return ModelOutcome(std::move(*failure));
    const Answer& answer = std::get<Answer>(reply);
    const json::Value* content = answer.body.find("content");
    if (content == nullptr || !content->is_array()) {
        co_return ModelOutcome(nonsense(m_party, answer, "without a list 'content'"));
    }
    ModelResponse response;
    response.usage = read_usage(answer.body);
    response.usage.request_id = answer.request_id;
    if (native) {
        response.body = answer.body;
    } else {
        Completion completion = read_completion(answer.body);
        completion.input_tokens = response.usage.input_tokens;
        completion.output_tokens = response.usage.output_tokens;
        response.body = format->write(completion);
    }
    co_return ModelOutcome(std::move(response));
}

}  // namespace weft::gateway
