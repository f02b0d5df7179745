#include "gateway/providers/openai_chat.h"

#include "gateway/bodies/formats.h"
#include "json/parse.h"
#include "json/write.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace weft::gateway {
namespace {

using bodies::count_of;
using bodies::text_of;
using json::Value;

Value write_parts(const Turn& turn)
{
    const bool only_text = std::ranges::none_of(
        turn.blocks, [](const Block& block) { return block.kind == Block::Kind::Image; });
    if (only_text) {
        std::string text;
        for (const Block& block : turn.blocks) {
            if (block.kind != Block::Kind::Text) continue;
            text += text.empty() ? block.text : "\n\n" + block.text;
        }
        return Value(text);
    }
    std::vector<Value> parts;
    for (const Block& block : turn.blocks) {
        if (block.kind == Block::Kind::Text) {
            parts.push_back(Value::object({{"type", "text"}, {"text", block.text}}));
        } else if (block.kind == Block::Kind::Image) {
            const std::string url =
                block.url.empty() ? fmt::format("data:{};base64,{}", block.media_type, block.data)
                                  : block.url;
            parts.push_back(Value::object(
                {{"type", "image_url"}, {"image_url", Value::object({{"url", url}})}}));
        }
    }
    return Value::array(std::move(parts));
}

void write_user(const Turn& turn, std::vector<Value>& messages)
{
    // Results of tools are messages of their own here, and stand before what the user adds.
    bool has_more = turn.blocks.empty();
    for (const Block& block : turn.blocks) {
        if (block.kind != Block::Kind::ToolResult) {
            has_more = true;
            continue;
        }
        const std::string text = block.tool_failed ? "Error: " + block.text : block.text;
        messages.push_back(
            Value::object({{"role", "tool"}, {"tool_call_id", block.tool_id}, {"content", text}}));
    }
    if (has_more)
        messages.push_back(Value::object({{"role", "user"}, {"content", write_parts(turn)}}));
}

void write_assistant(const Turn& turn, std::vector<Value>& messages)
{
    std::vector<Value> calls;
    for (const Block& block : turn.blocks) {
        if (block.kind != Block::Kind::ToolUse) continue;
        const Value function = Value::object(
            {{"name", block.tool_name}, {"arguments", json::write(block.tool_input)}});
        calls.push_back(
            Value::object({{"id", block.tool_id}, {"type", "function"}, {"function", function}}));
    }
    const std::string text = turn.text();
    const bool silent = text.empty() && !calls.empty();
    std::vector<json::Member> message{{"role", "assistant"},
                                      {"content", silent ? Value() : Value(text)}};
    if (!calls.empty()) message.push_back({"tool_calls", Value::array(std::move(calls))});
    messages.push_back(Value::object(std::move(message)));
}

void write_tools(const Conversation& conversation, std::vector<json::Member>& body)
{
    if (conversation.tools.empty()) return;
    std::vector<Value> tools;
    for (const Tool& tool : conversation.tools) {
        std::vector<json::Member> function{{"name", tool.name}};
        if (!tool.description.empty()) function.push_back({"description", tool.description});
        if (!tool.input_schema.is_null()) function.push_back({"parameters", tool.input_schema});
        tools.push_back(Value::object(
            {{"type", "function"}, {"function", Value::object(std::move(function))}}));
    }
    body.push_back({"tools", Value::array(std::move(tools))});
    const std::string& choice = conversation.tool_choice;
    if (choice == "any") body.push_back({"tool_choice", "required"});
    if (choice == "auto" || choice == "none") body.push_back({"tool_choice", choice});
    if (choice == "tool") {
        const Value function = Value::object({{"name", conversation.tool_choice_name}});
        body.push_back(
            {"tool_choice", Value::object({{"type", "function"}, {"function", function}})});
    }
}

StopReason stop_reason_of(const Value& choice)
{
    const std::string_view reason = text_of(choice, "finish_reason");
    if (reason == "length") return StopReason::MaxTokens;
    if (reason == "tool_calls" || reason == "function_call") return StopReason::ToolUse;
    if (reason == "content_filter") return StopReason::Refusal;
    // vLLM names the sequence it stopped at.
    return text_of(choice, "stop_reason").empty() ? StopReason::EndTurn : StopReason::StopSequence;
}

Result<> read_tool_calls(const Value& message, Completion& completion)
{
    const Value* calls = message.find("tool_calls");
    if (calls == nullptr || !calls->is_array()) return {};
    for (const Value& call : calls->items()) {
        const Value* function = call.find("function");
        if (function == nullptr)
            return fail(ErrorCode::InvalidInput, "with a tool call without 'function'");
        Block block;
        block.kind = Block::Kind::ToolUse;
        block.tool_id = text_of(call, "id");
        block.tool_name = text_of(*function, "name");
        const std::string_view arguments = text_of(*function, "arguments");
        auto input = json::parse(arguments.empty() ? "{}" : arguments);
        if (!input) {
            return fail(ErrorCode::InvalidInput,
                        "with arguments of tool '{}' that are not JSON ({})", block.tool_name,
                        input.error().message);
        }
        block.tool_input = *std::move(input);
        completion.blocks.push_back(std::move(block));
    }
    return {};
}

}  // namespace

json::Value write_chat_request(const Conversation& conversation, std::string_view model,
                               TokensField tokens)
{
    std::vector<Value> messages;
    if (!conversation.system.empty()) {
        messages.push_back(Value::object({{"role", "system"}, {"content", conversation.system}}));
    }
    for (const Turn& turn : conversation.turns) {
        if (turn.role == Role::User) {
            write_user(turn, messages);
        } else {
            write_assistant(turn, messages);
        }
    }
    std::vector<json::Member> body{{"model", model},
                                   {"messages", Value::array(std::move(messages))}};
    if (conversation.max_tokens) {
        const bool older = tokens == TokensField::MaxTokens;
        body.push_back({older ? "max_tokens" : "max_completion_tokens", *conversation.max_tokens});
    }
    if (conversation.temperature) body.push_back({"temperature", *conversation.temperature});
    if (conversation.top_p) body.push_back({"top_p", *conversation.top_p});
    if (!conversation.stop_sequences.empty()) {
        std::vector<Value> stops(conversation.stop_sequences.begin(),
                                 conversation.stop_sequences.end());
        body.push_back({"stop", Value::array(std::move(stops))});
    }
    write_tools(conversation, body);
    return Value::object(std::move(body));
}

Result<Completion> read_chat_response(const json::Value& body)
{
    const Value* choices = body.find("choices");
    if (choices == nullptr || !choices->is_array() || choices->size() == 0) {
        return fail(ErrorCode::InvalidInput, "without 'choices'");
    }
    const Value& choice = *choices->at(0);
    const Value* message = choice.find("message");
    if (message == nullptr || !message->is_object()) {
        return fail(ErrorCode::InvalidInput, "without 'choices[0].message'");
    }
    Completion completion;
    completion.id = text_of(body, "id");
    completion.model = text_of(body, "model");
    completion.stop_reason = stop_reason_of(choice);
    if (completion.stop_reason == StopReason::StopSequence) {
        completion.stop_sequence = text_of(choice, "stop_reason");
    }
    std::string_view text = text_of(*message, "content");
    if (text.empty()) text = text_of(*message, "refusal");
    if (!text.empty()) completion.blocks.push_back(Block::of_text(text));
    TRY(read_tool_calls(*message, completion));
    // Some servers say "stop" beside tool calls.
    const bool calls = std::ranges::any_of(
        completion.blocks, [](const Block& block) { return block.kind == Block::Kind::ToolUse; });
    if (calls && completion.stop_reason == StopReason::EndTurn)
        completion.stop_reason = StopReason::ToolUse;
    if (completion.blocks.empty()) completion.blocks.push_back(Block::of_text(""));
    if (const Value* usage = body.find("usage")) {
        completion.input_tokens = count_of(*usage, "prompt_tokens").value_or(0);
        completion.output_tokens = count_of(*usage, "completion_tokens").value_or(0);
    }
    return completion;
}

}  // namespace weft::gateway
