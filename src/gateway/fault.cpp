#include "gateway/fault.h"

#include "base/assert.h"
#include "base/limits.h"

#include <fmt/core.h>

#include <array>
#include <cstddef>

namespace weft::gateway {
namespace {

// AWS: Bedrock Runtime, InvokeModel, Errors. In the enumeration's order.
constexpr std::array faults{
    ModelFaultRow{ModelFault::AccessDenied, "AccessDeniedException", 403},
    ModelFaultRow{ModelFault::InternalServer, "InternalServerException", 500},
    ModelFaultRow{ModelFault::ModelError, "ModelErrorException", 424},
    ModelFaultRow{ModelFault::ModelNotReady, "ModelNotReadyException", 429},
    ModelFaultRow{ModelFault::ModelTimeout, "ModelTimeoutException", 408},
    ModelFaultRow{ModelFault::ResourceNotFound, "ResourceNotFoundException", 404},
    ModelFaultRow{ModelFault::ServiceQuotaExceeded, "ServiceQuotaExceededException", 400},
    ModelFaultRow{ModelFault::ServiceUnavailable, "ServiceUnavailableException", 503},
    ModelFaultRow{ModelFault::Throttling, "ThrottlingException", 429},
    ModelFaultRow{ModelFault::Validation, "ValidationException", 400},
};

// The first row that fits decides: each provider's own words, then any provider's status.
constexpr std::array errors{
    // https://docs.anthropic.com/en/api/errors
    ProviderErrorRow{"anthropic", "invalid_request_error", 0, ModelFault::Validation},
    ProviderErrorRow{"anthropic", "authentication_error", 0, ModelFault::AccessDenied},
    ProviderErrorRow{"anthropic", "billing_error", 0, ModelFault::ServiceQuotaExceeded},
    ProviderErrorRow{"anthropic", "permission_error", 0, ModelFault::AccessDenied},
    ProviderErrorRow{"anthropic", "not_found_error", 0, ModelFault::ResourceNotFound},
    ProviderErrorRow{"anthropic", "request_too_large", 0, ModelFault::Validation},
    ProviderErrorRow{"anthropic", "rate_limit_error", 0, ModelFault::Throttling},
    ProviderErrorRow{"anthropic", "timeout_error", 0, ModelFault::ModelTimeout},
    ProviderErrorRow{"anthropic", "api_error", 0, ModelFault::InternalServer},
    ProviderErrorRow{"anthropic", "overloaded_error", 0, ModelFault::ServiceUnavailable},
    // https://platform.openai.com/docs/guides/error-codes; a 429 for want of credit is no use
    // retrying.
    ProviderErrorRow{"openai", "insufficient_quota", 0, ModelFault::ServiceQuotaExceeded},
    ProviderErrorRow{"openai", "rate_limit_exceeded", 0, ModelFault::Throttling},
    ProviderErrorRow{"openai", "invalid_api_key", 0, ModelFault::AccessDenied},
    ProviderErrorRow{"openai", "model_not_found", 0, ModelFault::ResourceNotFound},
    ProviderErrorRow{"openai", "context_length_exceeded", 0, ModelFault::Validation},
    // llama.cpp answers 503 while it loads its model.
    ProviderErrorRow{"openai", "unavailable_error", 503, ModelFault::ModelNotReady},
    ProviderErrorRow{"bedrock", "AccessDeniedException", 0, ModelFault::AccessDenied},
    ProviderErrorRow{"bedrock", "ExpiredTokenException", 0, ModelFault::AccessDenied},
    ProviderErrorRow{"bedrock", "InternalServerException", 0, ModelFault::InternalServer},
    ProviderErrorRow{"bedrock", "ModelErrorException", 0, ModelFault::ModelError},
    ProviderErrorRow{"bedrock", "ModelNotReadyException", 0, ModelFault::ModelNotReady},
    ProviderErrorRow{"bedrock", "ModelTimeoutException", 0, ModelFault::ModelTimeout},
    ProviderErrorRow{"bedrock", "ResourceNotFoundException", 0, ModelFault::ResourceNotFound},
    ProviderErrorRow{"bedrock", "ServiceQuotaExceededException", 0,
                     ModelFault::ServiceQuotaExceeded},
    ProviderErrorRow{"bedrock", "ServiceUnavailableException", 0, ModelFault::ServiceUnavailable},
    ProviderErrorRow{"bedrock", "ThrottlingException", 0, ModelFault::Throttling},
    ProviderErrorRow{"bedrock", "UnrecognizedClientException", 0, ModelFault::AccessDenied},
    ProviderErrorRow{"bedrock", "ValidationException", 0, ModelFault::Validation},
    ProviderErrorRow{"", "", 401, ModelFault::AccessDenied},
    ProviderErrorRow{"", "", 402, ModelFault::ServiceQuotaExceeded},
    ProviderErrorRow{"", "", 403, ModelFault::AccessDenied},
    ProviderErrorRow{"", "", 404, ModelFault::ResourceNotFound},
    ProviderErrorRow{"", "", 408, ModelFault::ModelTimeout},
    ProviderErrorRow{"", "", 424, ModelFault::ModelError},
    ProviderErrorRow{"", "", 425, ModelFault::ModelNotReady},
    ProviderErrorRow{"", "", 429, ModelFault::Throttling},
    ProviderErrorRow{"", "", 502, ModelFault::ServiceUnavailable},
    ProviderErrorRow{"", "", 503, ModelFault::ServiceUnavailable},
    ProviderErrorRow{"", "", 504, ModelFault::ModelTimeout},
    ProviderErrorRow{"", "", 529, ModelFault::ServiceUnavailable},
};

}  // namespace

std::span<const ModelFaultRow> model_faults()
{
    return faults;
}

const ModelFaultRow& row_of(ModelFault fault)
{
    const auto index = static_cast<std::size_t>(fault);
    WEFT_ASSERT(index < faults.size() && faults[index].fault == fault);
    return faults[index];
}

const ModelFaultRow* find_fault(std::string_view name)
{
    constexpr std::string_view prefix = "Bedrock.";
    if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
    for (const ModelFaultRow& row : faults) {
        if (row.name == name) return &row;
    }
    return nullptr;
}

std::span<const ProviderErrorRow> provider_errors()
{
    return errors;
}

ModelFault classify(std::string_view provider, std::string_view type, int status)
{
    for (const ProviderErrorRow& row : errors) {
        if (!row.provider.empty() && row.provider != provider) continue;
        if (!row.type.empty() && row.type != type) continue;
        if (row.status != 0 && row.status != status) continue;
        return row.fault;
    }
    return status >= 400 && status < 500 ? ModelFault::Validation : ModelFault::InternalServer;
}

std::string ModelFailure::error_name() const
{
    return fmt::format("Bedrock.{}", row_of(fault).name);
}

// AWS: the SDK for Java v2's form of a service error.
std::string ModelFailure::cause() const
{
    const std::string tail =
        fmt::format(" (Service: BedrockRuntime, Status Code: {}, Request ID: {})",
                    status != 0 ? status : row_of(fault).status,
                    request_id.empty() ? "none" : std::string_view(request_id));
    constexpr std::size_t message_bytes_max = cause_characters_max - 1024;
    std::string_view text = message;
    if (text.size() > message_bytes_max) {
        std::size_t end = message_bytes_max;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
        text = text.substr(0, end);
    }
    return fmt::format("{}{}", text, tail);
}

}  // namespace weft::gateway
