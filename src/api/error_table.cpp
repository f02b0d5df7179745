#include "api/error_table.h"

#include <algorithm>
#include <array>

namespace weft::api {

namespace {

// AWS: HTTP 400 for every recorded error of the service; 5xx lets an SDK try again.
constexpr std::array rows = {
    ErrorRow{ErrorCode::InvalidInput, "SerializationException", 400},
    ErrorRow{ErrorCode::InvalidDefinition, "InvalidDefinition", 400},
    ErrorRow{ErrorCode::InvalidArn, "InvalidArn", 400},
    ErrorRow{ErrorCode::InvalidName, "InvalidName", 400},
    ErrorRow{ErrorCode::InvalidExecutionInput, "InvalidExecutionInput", 400},
    ErrorRow{ErrorCode::InvalidToken, "InvalidToken", 400},
    ErrorRow{ErrorCode::ValidationFailed, "ValidationException", 400},
    ErrorRow{ErrorCode::InvalidRouting, "ValidationException", 400,
             "INVALID_ROUTING_CONFIGURATION"},
    ErrorRow{ErrorCode::LabeledArn, "ValidationException", 400,
             "API_DOES_NOT_SUPPORT_LABELED_ARNS"},
    ErrorRow{ErrorCode::MissingParameter, "MissingRequiredParameter", 400},
    ErrorRow{ErrorCode::StateMachineDoesNotExist, "StateMachineDoesNotExist", 400},
    ErrorRow{ErrorCode::StateMachineAlreadyExists, "StateMachineAlreadyExists", 400},
    ErrorRow{ErrorCode::StateMachineDeleting, "StateMachineDeleting", 400},
    ErrorRow{ErrorCode::StateMachineTypeNotSupported, "StateMachineTypeNotSupported", 400},
    ErrorRow{ErrorCode::StateMachineLimitExceeded, "StateMachineLimitExceeded", 400},
    ErrorRow{ErrorCode::ExecutionDoesNotExist, "ExecutionDoesNotExist", 400},
    ErrorRow{ErrorCode::ExecutionAlreadyExists, "ExecutionAlreadyExists", 400},
    ErrorRow{ErrorCode::ExecutionNotRedrivable, "ExecutionNotRedrivable", 400},
    ErrorRow{ErrorCode::ActivityWorkerLimitExceeded, "ActivityWorkerLimitExceeded", 400},
    ErrorRow{ErrorCode::TaskDoesNotExist, "TaskDoesNotExist", 400},
    ErrorRow{ErrorCode::TaskTimedOut, "TaskTimedOut", 400},
    ErrorRow{ErrorCode::InvalidOutput, "InvalidOutput", 400},
    ErrorRow{ErrorCode::ActivityDoesNotExist, "ActivityDoesNotExist", 400},
    ErrorRow{ErrorCode::ActivityAlreadyExists, "ActivityAlreadyExists", 400},
    ErrorRow{ErrorCode::ActivityLimitExceeded, "ActivityLimitExceeded", 400},
    ErrorRow{ErrorCode::InvalidLoggingConfiguration, "InvalidLoggingConfiguration", 400},
    ErrorRow{ErrorCode::InvalidTracingConfiguration, "InvalidTracingConfiguration", 400},
    ErrorRow{ErrorCode::InvalidEncryptionConfiguration, "InvalidEncryptionConfiguration", 400},
    ErrorRow{ErrorCode::ConflictingRequest, "ConflictException", 400},
    ErrorRow{ErrorCode::TooManyTags, "TooManyTags", 400},
    ErrorRow{ErrorCode::QuotaExceeded, "ServiceQuotaExceededException", 400},
    ErrorRow{ErrorCode::NotFound, "ResourceNotFound", 400},
    ErrorRow{ErrorCode::LimitExceeded, "ValidationException", 400},
    ErrorRow{ErrorCode::Throttled, "ThrottlingException", 400},
    ErrorRow{ErrorCode::Unsupported, "UnknownOperationException", 400},
    ErrorRow{ErrorCode::Timeout, "RequestTimeout", 408},
    ErrorRow{ErrorCode::Io, "ServiceUnavailable", 503},
    ErrorRow{ErrorCode::Busy, "ServiceUnavailable", 503},
};

constexpr ErrorRow internal{ErrorCode::Internal, "InternalFailure", 500};

}  // namespace

const ErrorRow& error_row(ErrorCode code)
{
    const auto found = std::find_if(rows.begin(), rows.end(),
                                    [code](const ErrorRow& row) { return row.code == code; });
    return found == rows.end() ? internal : *found;
}

}  // namespace weft::api
