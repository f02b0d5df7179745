#include "gateway/fault.h"

#include <doctest/doctest.h>

#include <string>

using namespace weft::gateway;

TEST_CASE("a failure has Bedrock's name and AWS's form of cause")
{
    const ModelFailure failure(ModelFault::Throttling, "Too many requests, please wait.", 429,
                               "r-1");
    CHECK(failure.error_name() == "Bedrock.ThrottlingException");
    CHECK(failure.cause() == "Too many requests, please wait. (Service: BedrockRuntime, Status "
                             "Code: 429, Request ID: r-1)");
    const ModelFailure own(ModelFault::ModelTimeout, "late");
    CHECK(own.cause() == "late (Service: BedrockRuntime, Status Code: 408, Request ID: none)");
    const ModelFailure large(ModelFault::ModelError, std::string(50'000, 'x'));
    CHECK(large.cause().size() < 32'768);
    CHECK(large.cause().ends_with("Request ID: none)"));
}

TEST_CASE("each fault has a row, found by name with or without prefix")
{
    for (const ModelFaultRow& row : model_faults()) {
        CHECK(&row_of(row.fault) == &row);
        CHECK(find_fault(row.name) == &row);
        CHECK(find_fault("Bedrock." + std::string(row.name)) == &row);
    }
    CHECK(find_fault("Throttling") == nullptr);
}

TEST_CASE("providers' errors are classified by their words, then by status")
{
    CHECK(classify("anthropic", "overloaded_error", 529) == ModelFault::ServiceUnavailable);
    CHECK(classify("anthropic", "rate_limit_error", 429) == ModelFault::Throttling);
    CHECK(classify("openai", "insufficient_quota", 429) == ModelFault::ServiceQuotaExceeded);
    CHECK(classify("openai", "unavailable_error", 503) == ModelFault::ModelNotReady);
    CHECK(classify("bedrock", "ModelNotReadyException", 429) == ModelFault::ModelNotReady);
    CHECK(classify("openai", "", 429) == ModelFault::Throttling);
    CHECK(classify("openai", "", 401) == ModelFault::AccessDenied);
    CHECK(classify("openai", "", 418) == ModelFault::Validation);
    CHECK(classify("openai", "", 599) == ModelFault::InternalServer);
}
