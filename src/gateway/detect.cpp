#include "gateway/detect.h"

#include <fmt/core.h>

namespace weft::gateway {

std::vector<Detected> detect(const Environment& environment)
{
    const auto seen = [&](std::string_view name) {
        const auto value = environment(name);
        return value && !value->empty();
    };
    std::vector<Detected> found;
    if (seen("ANTHROPIC_API_KEY")) {
        found.push_back(
            {"anthropic", "ANTHROPIC_API_KEY", "Anthropic API (key in ANTHROPIC_API_KEY)"});
    }
    if (seen("OPENAI_BASE_URL")) {
        // The address may hold a password, so only its presence is told.
        found.push_back(
            {"openai", "OPENAI_BASE_URL", "OpenAI-compatible server (address in OPENAI_BASE_URL)"});
    } else if (seen("OPENAI_API_KEY")) {
        found.push_back({"openai", "OPENAI_API_KEY", "OpenAI API (key in OPENAI_API_KEY)"});
    }
    if (seen("OLLAMA_HOST"))
        found.push_back({"ollama", "OLLAMA_HOST", "Ollama (address in OLLAMA_HOST)"});
    if (seen("AWS_BEARER_TOKEN_BEDROCK")) {
        found.push_back({"bedrock", "AWS_BEARER_TOKEN_BEDROCK",
                         "Amazon Bedrock (key in AWS_BEARER_TOKEN_BEDROCK)"});
    } else if (seen("AWS_ACCESS_KEY_ID") && seen("AWS_SECRET_ACCESS_KEY")) {
        found.push_back(
            {"bedrock", "AWS_ACCESS_KEY_ID", "Amazon Bedrock (credentials in AWS_ACCESS_KEY_ID)"});
    }
    return found;
}

}  // namespace weft::gateway
