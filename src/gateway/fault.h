#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace weft::gateway {

// What can go wrong when a model is asked, under Bedrock's names: the names that Retry and Catch of
// a workflow match, whichever provider answered.
enum class ModelFault : std::uint8_t {
    AccessDenied,
    InternalServer,
    ModelError,
    ModelNotReady,
    ModelTimeout,
    ResourceNotFound,
    ServiceQuotaExceeded,
    ServiceUnavailable,
    Throttling,
    Validation,
};

// AWS: the errors of Bedrock Runtime's InvokeModel with their HTTP status.
struct ModelFaultRow {
    ModelFault fault;
    std::string_view name;  // ThrottlingException
    int status;             // 429
};
std::span<const ModelFaultRow> model_faults();
const ModelFaultRow& row_of(ModelFault fault);
// By name, with or without "Bedrock." before it; null when there is none.
const ModelFaultRow* find_fault(std::string_view name);

// How a provider says it: a row for each of its error types, then rows for HTTP statuses of any
// provider. An empty provider, type or a status of 0 stands for any.
struct ProviderErrorRow {
    std::string_view provider;  // anthropic, openai, bedrock
    std::string_view type;      // error.type or error.code of its body, or x-amzn-ErrorType
    int status;
    ModelFault fault;
};
std::span<const ProviderErrorRow> provider_errors();
// The first row that fits; statuses in no row: 4xx Validation, others InternalServer.
ModelFault classify(std::string_view provider, std::string_view type, int status);

// A failed call. `message` names the provider and host and says what happened; it never holds a
// secret.
struct ModelFailure {
    ModelFault fault{};
    std::string message;
    int status = 0;          // what the provider sent; 0: the fault's own
    std::string request_id;  // the provider's, else empty

    ModelFailure() = default;
    ModelFailure(ModelFault fault_, std::string message_, int status_ = 0,
                 std::string request_id_ = {})
        : fault(fault_), message(std::move(message_)), status(status_),
          request_id(std::move(request_id_))
    {
    }
    bool operator==(const ModelFailure&) const = default;

    // "Bedrock.ThrottlingException"
    std::string error_name() const;
    // "<message> (Service: BedrockRuntime, Status Code: 429, Request ID: <id>)", at most 32,768
    // characters.
    std::string cause() const;
};

}  // namespace weft::gateway
