#pragma once

#include <string>

namespace weft {

// What a caller may react to. A code of its own exists only where some caller does something
// different; the rest is said in the message. `api` maps each code to an AWS error in one table.
enum class ErrorCode {
    Internal,      // a broken promise of our own
    InvalidInput,  // malformed text or value from outside (JSON, YAML, base64, a request field)
    InvalidDefinition,  // a state machine that cannot be accepted
    InvalidPath,        // a JSONPath or Reference Path that does not parse
    PathNotFound,       // a definite path that matches nothing
    InvalidExpression,  // an intrinsic (or other expression) that does not parse
    EvaluationFailed,   // an expression that parses and fails on its input
    OutOfFuel,          // an evaluation's meter ran out; evaluate again with more
    LimitExceeded,      // a size, depth, count or time over its limit
    InvalidArn,
    InvalidName,
    InvalidExecutionInput,
    InvalidToken,      // page or task token
    ValidationFailed,  // a request member out of its constraint (AWS: ValidationException)
    InvalidRouting,    // the same of an alias's routes
    LabeledArn,        // the same of an ARN with a Map Run's label, where there is no use for one
    MissingParameter,
    StateMachineDoesNotExist,
    StateMachineAlreadyExists,
    StateMachineDeleting,
    StateMachineTypeNotSupported,
    StateMachineLimitExceeded,
    ExecutionDoesNotExist,
    ExecutionAlreadyExists,
    ExecutionNotRedrivable,
    ActivityWorkerLimitExceeded,
    TaskDoesNotExist,
    TaskTimedOut,   // a task whose token is answered too late
    InvalidOutput,  // a task's result that is not JSON
    ActivityDoesNotExist,
    ActivityAlreadyExists,
    ActivityLimitExceeded,
    InvalidLoggingConfiguration,
    InvalidTracingConfiguration,
    InvalidEncryptionConfiguration,
    ConflictingRequest,
    TooManyTags,
    QuotaExceeded,  // AWS: ServiceQuotaExceededException
    NotFound,       // any other thing asked for by name
    Throttled,      // a bounded queue or quota is full; try again later
    Timeout,
    Cancelled,
    Unsupported,     // AWS has it, this version does not
    Io,              // disk or network failed and nothing was changed
    OutcomeUnknown,  // disk failed and what was written is not known
    Corrupt,         // stored data does not check out
    Locked,          // another process holds the folder
    Busy,
};

struct Error {
    ErrorCode code{};
    std::string message;  // what happened, with the offending value
    std::string where;    // JSON Pointer into the input, or empty

    bool operator==(const Error&) const = default;
};

}  // namespace weft
