// Chat completions as native body: OpenAI's open-weight models, Mistral's and DeepSeek's chat form
// on Bedrock.
#include "gateway/bodies/formats.h"

#include <utility>

namespace weft::gateway::bodies {

bool fits_chat(const json::Value& body)
{
    return body.find("messages") != nullptr;
}

Result<Conversation> read_chat(const json::Value& body)
{
    Conversation conversation;
    const json::Value* messages = body.find("messages");
    if (!messages->is_array() || messages->size() == 0) {
        return fail(ErrorCode::InvalidInput, "messages: at least one message is required");
    }
    for (const json::Value& message : messages->items()) {
        const json::Value* content = message.find("content");
        std::string text;
        if (content != nullptr && content->is_string()) text = content->as_string();
        if (content != nullptr && content->is_array()) {
            for (const json::Value& part : content->items()) {
                if (part.find("text") == nullptr) {
                    return fail(ErrorCode::InvalidInput,
                                "messages: content of type '{}' is not supported here",
                                text_of(part, "type"));
                }
                text += text_of(part, "text");
            }
        }
        const std::string_view role = text_of(message, "role");
        if (role == "system" || role == "developer") {
            conversation.system += conversation.system.empty() ? text : "\n\n" + text;
            continue;
        }
        std::vector<Block> blocks;
        blocks.push_back(Block::of_text(text));
        conversation.turns.emplace_back(role == "assistant" ? Role::Assistant : Role::User,
                                        std::move(blocks));
    }
    conversation.max_tokens = count_of(body, "max_completion_tokens");
    if (!conversation.max_tokens) conversation.max_tokens = count_of(body, "max_tokens");
    conversation.temperature = number_of(body, "temperature");
    conversation.top_p = number_of(body, "top_p");
    conversation.stop_sequences = texts_of(body, "stop");
    return conversation;
}

json::Value write_chat(const Completion& completion)
{
    const bool cut = completion.stop_reason == StopReason::MaxTokens;
    const json::Value message =
        json::Value::object({{"role", "assistant"}, {"content", completion.text()}});
    const json::Value choice = json::Value::object(
        {{"index", 0}, {"message", message}, {"finish_reason", cut ? "length" : "stop"}});
    return json::Value::object(
        {{"id", completion.id},
         {"object", "chat.completion"},
         {"model", completion.model},
         {"choices", json::Value::array({choice})},
         {"usage", json::Value::object(
                       {{"prompt_tokens", completion.input_tokens},
                        {"completion_tokens", completion.output_tokens},
                        {"total_tokens", completion.input_tokens + completion.output_tokens}})}});
}

}  // namespace weft::gateway::bodies
