#pragma once

#include "aws/service_models.h"

#include <optional>
#include <span>
#include <string_view>

namespace weft::aws {

// The operation behind an optimized integration of Step Functions, arn:aws:states:::service:action.
// AWS: https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html
struct IntegrationOperation {
    std::string_view service;  // as in the resource
    std::string_view action;
    std::string_view model;      // botocore's name of the service
    std::string_view operation;  // that is called
    std::string_view polled;     // .sync: that is asked for the job; empty without a .sync
    // Members of the result that the integration parses: JSON of any kind instead of a text.
    std::string_view parsed = {};

    OperationName called() const;
    // Whose answer the result of `.sync` is. Asserts `polled`.
    OperationName asked() const;
};

// Sorted by service, then action. What is not listed (API Gateway, HTTP, EKS's Kubernetes calls)
// calls no operation that AWS has a model of.
std::span<const IntegrationOperation> integration_operations();
const IntegrationOperation* find_integration_operation(std::string_view service,
                                                       std::string_view action);

}  // namespace weft::aws
