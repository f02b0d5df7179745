// Amazon Nova: https://docs.aws.amazon.com/nova/latest/userguide/complete-request-schema.html
#include "gateway/bodies/formats.h"

#include <utility>

namespace weft::gateway::bodies {
namespace {

std::string_view nova_stop_reason(StopReason reason)
{
    return reason == StopReason::Refusal ? "content_filtered" : stop_reason_name(reason);
}

// The text blocks of a list; other kinds are an error, since dropping them would change the
// question.
Result<std::vector<Block>> read_blocks(const json::Value& content)
{
    std::vector<Block> blocks;
    if (content.is_string()) blocks.push_back(Block::of_text(content.as_string()));
    if (!content.is_array()) return blocks;
    for (const json::Value& item : content.items()) {
        const json::Value* text = item.find("text");
        if (text != nullptr && text->is_string()) {
            blocks.push_back(Block::of_text(text->as_string()));
        } else if (item.find("cachePoint") == nullptr) {
            const std::string_view kind =
                item.size() > 0 && item.is_object() ? item.members()[0].key.view() : "value";
            return fail(ErrorCode::InvalidInput,
                        "messages: content of kind '{}' can only go to a Nova model", kind);
        }
    }
    return blocks;
}

}  // namespace

bool fits_nova(const json::Value& body)
{
    return body.find("messages") != nullptr;
}

Result<Conversation> read_nova(const json::Value& body)
{
    Conversation conversation;
    if (const json::Value* system = body.find("system")) {
        for (const Block& block : TRY(read_blocks(*system))) {
            conversation.system += conversation.system.empty() ? block.text : "\n\n" + block.text;
        }
    }
    const json::Value* messages = body.find("messages");
    if (!messages->is_array() || messages->size() == 0) {
        return fail(ErrorCode::InvalidInput,
                    "Malformed input request: #/messages: expected a list of messages");
    }
    for (const json::Value& message : messages->items()) {
        const json::Value* content = message.find("content");
        std::vector<Block> blocks;
        if (content != nullptr) blocks = TRY(read_blocks(*content));
        const Role role = text_of(message, "role") == "assistant" ? Role::Assistant : Role::User;
        conversation.turns.emplace_back(role, std::move(blocks));
    }
    if (const json::Value* inference = body.find("inferenceConfig")) {
        conversation.max_tokens = count_of(*inference, "maxTokens");
        if (!conversation.max_tokens)
            conversation.max_tokens = count_of(*inference, "max_new_tokens");
        conversation.temperature = number_of(*inference, "temperature");
        conversation.top_p = number_of(*inference, "topP");
        conversation.top_k = count_of(*inference, "topK");
        conversation.stop_sequences = texts_of(*inference, "stopSequences");
    }
    return conversation;
}

json::Value write_nova(const Completion& completion)
{
    const json::Value content =
        json::Value::array({json::Value::object({{"text", completion.text()}})});
    const json::Value message = json::Value::object({{"content", content}, {"role", "assistant"}});
    return json::Value::object(
        {{"output", json::Value::object({{"message", message}})},
         {"stopReason", nova_stop_reason(completion.stop_reason)},
         {"usage", json::Value::object(
                       {{"inputTokens", completion.input_tokens},
                        {"outputTokens", completion.output_tokens},
                        {"totalTokens", completion.input_tokens + completion.output_tokens}})}});
}

}  // namespace weft::gateway::bodies
