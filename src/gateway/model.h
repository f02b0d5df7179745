#pragma once

#include "async/loop.h"
#include "async/task.h"
#include "base/time.h"
#include "gateway/fault.h"
#include "json/value.h"

#include <cstdint>
#include <string>
#include <variant>

namespace weft::gateway {

// One question to a model. The body stays as the caller wrote it, in the model family's own shape
// ("native"), so that a provider of that family loses nothing of it; the others read it through
// gateway/bodies.h.
struct ModelRequest {
    std::string model_id;  // Bedrock's: anthropic.claude-3-haiku-20240307-v1:0, eu.…, an ARN
    std::string model;     // the provider's own name from the route; empty: the provider derives it
    json::Value body;      // null when the body is no JSON
    std::string raw_body;  // the body when it came as text; sent as it is
    std::string content_type = "application/json";
    std::string accept = "application/json";
    std::string guardrail_identifier;  // Bedrock only
    std::string guardrail_version;
    std::string trace;
    std::string state;  // who asks, for scripts and logs
    std::string region;
    std::string idempotency_key;
    Timestamp deadline = timestamp_max;

    ModelRequest() = default;
};

// What an answer cost; recorded with the result.
struct Usage {
    std::uint64_t input_tokens = 0;
    std::uint64_t output_tokens = 0;
    std::uint64_t cache_read_tokens = 0;
    std::uint64_t cache_write_tokens = 0;
    bool estimated = false;  // counted here, not by the provider
    std::string provider;    // its name in the configuration
    std::string model;       // as the provider names it
    std::string request_id;  // the provider's

    bool operator==(const Usage&) const = default;
};
// {"inputTokens":…,"outputTokens":…,"provider":…,"model":…,"requestId":…}; empty and zero ones are
// left out.
json::Value to_value(const Usage& usage);

struct ModelResponse {
    json::Value body;  // native; a string when the content type is no JSON
    std::string content_type = "application/json";
    Usage usage;

    ModelResponse() = default;
};

using ModelOutcome = std::variant<ModelResponse, ModelFailure>;

// One way to a model. Lives as long as the gateway; called on any loop, many calls at once. What
// the other side does wrong is a ModelFailure; a Result error is Cancelled or our own fault.
class ModelProvider {
public:
    virtual ~ModelProvider() = default;
    virtual async::Task<ModelOutcome> invoke(async::Loop& loop, ModelRequest request) = 0;
};

}  // namespace weft::gateway
