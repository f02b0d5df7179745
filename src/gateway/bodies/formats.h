#pragma once

#include "base/result.h"
#include "gateway/conversation.h"
#include "json/value.h"

#include <optional>
#include <string>
#include <string_view>

namespace weft::gateway::bodies {

// Readers and writers of the rows of gateway/bodies.h, and what they share.

bool fits_anthropic_messages(const json::Value& body);
Result<Conversation> read_anthropic_messages(const json::Value& body);
json::Value write_anthropic_messages(const Completion& completion);

bool fits_nova(const json::Value& body);
Result<Conversation> read_nova(const json::Value& body);
json::Value write_nova(const Completion& completion);

bool fits_chat(const json::Value& body);
Result<Conversation> read_chat(const json::Value& body);
json::Value write_chat(const Completion& completion);

bool fits_prompt(const json::Value& body);      // {prompt}
bool fits_input_text(const json::Value& body);  // Titan: {inputText}
bool fits_message(const json::Value& body);     // Cohere Command R: {message}
Result<Conversation> read_anthropic_text(const json::Value& body);
Result<Conversation> read_titan(const json::Value& body);
Result<Conversation> read_cohere_chat(const json::Value& body);
Result<Conversation> read_cohere(const json::Value& body);
Result<Conversation> read_llama(const json::Value& body);
Result<Conversation> read_mistral(const json::Value& body);
json::Value write_anthropic_text(const Completion& completion);
json::Value write_titan(const Completion& completion);
json::Value write_cohere_chat(const Completion& completion);
json::Value write_cohere(const Completion& completion);
json::Value write_llama(const Completion& completion);
json::Value write_mistral(const Completion& completion);

// A member of the kind asked for; nothing when it is absent, null, or of another kind.
std::string_view text_of(const json::Value& object, std::string_view key);
std::optional<std::uint64_t> count_of(const json::Value& object, std::string_view key);
std::optional<double> number_of(const json::Value& object, std::string_view key);
std::vector<std::string> texts_of(const json::Value& object, std::string_view key);
// Anthropic's and Bedrock's name of a stop reason: end_turn, max_tokens, …
std::string_view stop_reason_name(StopReason reason);

}  // namespace weft::gateway::bodies
