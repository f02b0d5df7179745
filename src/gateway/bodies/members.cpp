#include "gateway/bodies/formats.h"

namespace weft::gateway::bodies {

std::string_view text_of(const json::Value& object, std::string_view key)
{
    const json::Value* value = object.find(key);
    return value != nullptr && value->is_string() ? value->as_string() : std::string_view();
}

std::optional<std::uint64_t> count_of(const json::Value& object, std::string_view key)
{
    const json::Value* value = object.find(key);
    if (value == nullptr || !value->is_number()) return {};
    const double number = value->as_double();
    if (number < 0 || number > 1e15) return {};
    return static_cast<std::uint64_t>(number);
}

std::optional<double> number_of(const json::Value& object, std::string_view key)
{
    const json::Value* value = object.find(key);
    if (value == nullptr || !value->is_number()) return {};
    return value->as_double();
}

std::vector<std::string> texts_of(const json::Value& object, std::string_view key)
{
    std::vector<std::string> texts;
    const json::Value* value = object.find(key);
    if (value == nullptr) return texts;
    if (value->is_string()) texts.emplace_back(value->as_string());
    if (!value->is_array()) return texts;
    for (const json::Value& item : value->items()) {
        if (item.is_string()) texts.emplace_back(item.as_string());
    }
    return texts;
}

std::string_view stop_reason_name(StopReason reason)
{
    switch (reason) {
    case StopReason::EndTurn: return "end_turn";
    case StopReason::MaxTokens: return "max_tokens";
    case StopReason::StopSequence: return "stop_sequence";
    case StopReason::ToolUse: return "tool_use";
    case StopReason::Refusal: return "refusal";
    }
    return "end_turn";
}

}  // namespace weft::gateway::bodies
