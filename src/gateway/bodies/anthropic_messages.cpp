// Anthropic Messages API: https://docs.anthropic.com/en/api/messages; on Bedrock with
// anthropic_version in the body. The texts of refused requests are those of the service:
// "max_tokens: Field required".
#include "gateway/bodies/formats.h"

#include <utility>

namespace weft::gateway::bodies {
namespace {

template <class... Args>
tl::unexpected<Error> refuse(fmt::format_string<Args...> text, Args&&... args)
{
    return fail(ErrorCode::InvalidInput, text, std::forward<Args>(args)...);
}

// `system`, and a tool result's content: a text, or blocks of text.
std::string joined_text(const json::Value& value)
{
    if (value.is_string()) return std::string(value.as_string());
    std::string text;
    if (!value.is_array()) return text;
    for (const json::Value& block : value.items()) {
        const std::string_view part =
            block.is_string() ? block.as_string() : text_of(block, "text");
        if (part.empty()) continue;
        if (!text.empty()) text += "\n\n";
        text += part;
    }
    return text;
}

Result<Block> read_image(const json::Value& value, const std::string& where)
{
    Block block;
    block.kind = Block::Kind::Image;
    const json::Value* source = value.find("source");
    if (source == nullptr || !source->is_object())
        return refuse("{}.image.source: Field required", where);
    if (text_of(*source, "type") == "url") {
        block.url = text_of(*source, "url");
    } else {
        block.media_type = text_of(*source, "media_type");
        block.data = text_of(*source, "data");
    }
    if (block.url.empty() && (block.data.empty() || block.media_type.empty())) {
        return refuse("{}.image.source: needs media_type and data, or a url", where);
    }
    return block;
}

Result<Block> read_document(const json::Value& value, const std::string& where)
{
    const json::Value* source = value.find("source");
    if (source == nullptr || !source->is_object())
        return refuse("{}.document.source: Field required", where);
    const std::string_view type = text_of(*source, "type");
    if (type == "text") return Block::of_text(text_of(*source, "data"));
    if (type == "content") {
        const json::Value* content = source->find("content");
        return Block::of_text(content == nullptr ? std::string() : joined_text(*content));
    }
    return refuse("{}.document: a document of type '{}' ({}) can only go to a provider of the "
                  "model's own family",
                  where, type, text_of(*source, "media_type"));
}

// Nothing for blocks that say nothing to another family (thinking).
Result<std::optional<Block>> read_block(const json::Value& value, const std::string& where)
{
    if (!value.is_object()) return refuse("{}: Input should be an object", where);
    const std::string_view type = text_of(value, "type");
    if (type == "text" || (type.empty() && value.find("text") != nullptr)) {
        const json::Value* text = value.find("text");
        if (text == nullptr || !text->is_string())
            return refuse("{}.text.text: Field required", where);
        return std::optional(Block::of_text(text->as_string()));
    }
    if (type == "image") return std::optional(TRY(read_image(value, where)));
    if (type == "document") return std::optional(TRY(read_document(value, where)));
    if (type == "tool_use") {
        Block block;
        block.kind = Block::Kind::ToolUse;
        block.tool_id = text_of(value, "id");
        block.tool_name = text_of(value, "name");
        const json::Value* input = value.find("input");
        block.tool_input = input != nullptr ? *input : json::Value::object();
        return std::optional(std::move(block));
    }
    if (type == "tool_result") {
        Block block;
        block.kind = Block::Kind::ToolResult;
        block.tool_id = text_of(value, "tool_use_id");
        if (const json::Value* content = value.find("content")) block.text = joined_text(*content);
        const json::Value* failed = value.find("is_error");
        block.tool_failed = failed != nullptr && failed->is_bool() && failed->as_bool();
        return std::optional(std::move(block));
    }
    if (type == "thinking" || type == "redacted_thinking") return std::optional<Block>();
    return refuse(
        "{}.type: Input tag '{}' found using 'type' does not match any of the expected tags", where,
        type);
}

Result<Turn> read_turn(const json::Value& value, std::size_t index)
{
    Turn turn;
    const std::string_view role = text_of(value, "role");
    if (role == "assistant") {
        turn.role = Role::Assistant;
    } else if (role != "user") {
        return refuse("messages.{}.role: Input should be 'user' or 'assistant'", index);
    }
    const json::Value* content = value.find("content");
    if (content == nullptr) return refuse("messages.{}.content: Field required", index);
    if (content->is_string()) {
        turn.blocks.push_back(Block::of_text(content->as_string()));
        return turn;
    }
    if (!content->is_array())
        return refuse("messages.{}.content: Input should be a valid list", index);
    std::size_t number = 0;
    for (const json::Value& item : content->items()) {
        auto block = TRY(read_block(item, fmt::format("messages.{}.content.{}", index, number++)));
        if (block) turn.blocks.push_back(*std::move(block));
    }
    return turn;
}

void read_tools(const json::Value& body, Conversation& conversation)
{
    if (const json::Value* tools = body.find("tools"); tools != nullptr && tools->is_array()) {
        for (const json::Value& value : tools->items()) {
            Tool tool;
            tool.name = text_of(value, "name");
            tool.description = text_of(value, "description");
            if (const json::Value* schema = value.find("input_schema")) tool.input_schema = *schema;
            conversation.tools.push_back(std::move(tool));
        }
    }
    if (const json::Value* choice = body.find("tool_choice")) {
        conversation.tool_choice = text_of(*choice, "type");
        conversation.tool_choice_name = text_of(*choice, "name");
    }
}

}  // namespace

bool fits_anthropic_messages(const json::Value& body)
{
    return body.find("messages") != nullptr || body.find("anthropic_version") != nullptr;
}

Result<Conversation> read_anthropic_messages(const json::Value& body)
{
    Conversation conversation;
    const json::Value* messages = body.find("messages");
    if (messages == nullptr) return refuse("messages: Field required");
    if (!messages->is_array()) return refuse("messages: Input should be a valid list");
    if (messages->size() == 0) return refuse("messages: at least one message is required");
    const json::Value* max_tokens = body.find("max_tokens");
    if (max_tokens == nullptr) return refuse("max_tokens: Field required");
    conversation.max_tokens = count_of(body, "max_tokens");
    if (!max_tokens->is_integer() || !conversation.max_tokens) {
        return refuse("max_tokens: Input should be a valid integer");
    }
    if (*conversation.max_tokens == 0)
        return refuse("max_tokens: must be greater than or equal to 1");
    if (const json::Value* system = body.find("system")) conversation.system = joined_text(*system);
    for (std::size_t i = 0; i < messages->size(); ++i) {
        conversation.turns.push_back(TRY(read_turn(*messages->at(i), i)));
    }
    conversation.temperature = number_of(body, "temperature");
    conversation.top_p = number_of(body, "top_p");
    conversation.top_k = count_of(body, "top_k");
    conversation.stop_sequences = texts_of(body, "stop_sequences");
    read_tools(body, conversation);
    return conversation;
}

json::Value write_anthropic_messages(const Completion& completion)
{
    std::vector<json::Value> content;
    for (const Block& block : completion.blocks) {
        if (block.kind == Block::Kind::ToolUse) {
            content.push_back(json::Value::object({{"type", "tool_use"},
                                                   {"id", block.tool_id},
                                                   {"name", block.tool_name},
                                                   {"input", block.tool_input}}));
        } else if (block.kind == Block::Kind::Text) {
            content.push_back(json::Value::object({{"type", "text"}, {"text", block.text}}));
        }
    }
    const bool stopped =
        completion.stop_reason == StopReason::StopSequence && !completion.stop_sequence.empty();
    return json::Value::object(
        {{"id", completion.id},
         {"type", "message"},
         {"role", "assistant"},
         {"model", completion.model},
         {"content", json::Value::array(std::move(content))},
         {"stop_reason", stop_reason_name(completion.stop_reason)},
         {"stop_sequence", stopped ? json::Value(completion.stop_sequence) : json::Value()},
         {"usage", json::Value::object({{"input_tokens", completion.input_tokens},
                                        {"output_tokens", completion.output_tokens}})}});
}

}  // namespace weft::gateway::bodies
