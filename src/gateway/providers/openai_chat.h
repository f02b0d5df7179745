#pragma once

#include "base/result.h"
#include "gateway/conversation.h"
#include "json/value.h"

#include <cstdint>
#include <string_view>

namespace weft::gateway {

// The chat completions API as plain translation:
// https://platform.openai.com/docs/api-reference/chat

// OpenAI itself wants max_completion_tokens (its reasoning models refuse the older max_tokens); the
// others know max_tokens, and not all of them the newer one.
enum class TokensField : std::uint8_t { MaxTokens, MaxCompletionTokens };
json::Value write_chat_request(const Conversation& conversation, std::string_view model,
                               TokensField tokens);

// ErrorCode::InvalidInput says what is missing in the answer.
Result<Completion> read_chat_response(const json::Value& body);

}  // namespace weft::gateway
