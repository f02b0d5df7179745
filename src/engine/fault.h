#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace weft::engine {

// Errors of the language that the engine itself raises.
// ASL, Appendix A: https://states-language.net/spec.html#appendix-a
namespace errors {
constexpr std::string_view all = "States.ALL";
constexpr std::string_view runtime = "States.Runtime";
constexpr std::string_view timeout = "States.Timeout";
constexpr std::string_view heartbeat_timeout = "States.HeartbeatTimeout";
constexpr std::string_view task_failed = "States.TaskFailed";
constexpr std::string_view data_limit_exceeded = "States.DataLimitExceeded";
constexpr std::string_view query_evaluation_error = "States.QueryEvaluationError";
constexpr std::string_view result_path_match_failure = "States.ResultPathMatchFailure";
constexpr std::string_view tolerance_exceeded = "States.ExceedToleratedFailureThreshold";
constexpr std::string_view in_doubt = "Weft.InDoubt";
}  // namespace errors

// Why an evaluation gave nothing: an error of the workflow, which its state may retry or catch, or
// no fuel left, after which the step is taken again.
struct Fault {
    enum class Kind : std::uint8_t { Workflow, OutOfFuel };
    Kind kind = Kind::Workflow;
    std::string_view error = errors::runtime;  // one of errors::
    std::string cause;
    // AWS: such causes begin with the state's name and the event it was entered at.
    bool names_state = true;
    // Of a States.QueryEvaluationError: the field at fault, as EvaluationFailed names it.
    std::string location = {};
    // AWS: such an event names as its previous one what led to the state, but in a Wait the entry
    // itself.
    bool after_entry = false;
};

template <class T> using Flow = tl::expected<T, Fault>;

inline tl::unexpected<Fault> out_of_fuel()
{
    return tl::unexpected(Fault{.kind = Fault::Kind::OutOfFuel, .cause = {}});
}

inline tl::unexpected<Fault> runtime_fault(std::string cause)
{
    return tl::unexpected(Fault{.cause = std::move(cause)});
}

inline tl::unexpected<Fault> fault(std::string_view error, std::string cause)
{
    return tl::unexpected(Fault{.error = error, .cause = std::move(cause)});
}

// A failed evaluation in a JSONata state; `location` is empty when no field is at fault.
inline tl::unexpected<Fault> query_fault(std::string cause, std::string location)
{
    return tl::unexpected(Fault{.error = errors::query_evaluation_error,
                                .cause = std::move(cause),
                                .location = std::move(location)});
}

// What taking a step came to.
enum class Outcome : std::uint8_t { Done, OutOfFuel };

}  // namespace weft::engine
