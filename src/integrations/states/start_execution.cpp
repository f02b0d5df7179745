#include "integrations/states/start_execution.h"

#include "async/promise.h"
#include "aws/arn.h"
#include "integrations/states/execution_input.h"
#include "net/response_writer.h"
#include "json/write.h"

#include <fmt/core.h>

#include <utility>
#include <variant>

namespace weft::integrations::states {
namespace {

// AWS: the SDK's answer with what it knows of the HTTP exchange; there was none here, so this is
// what one would have looked like.
json::Value answer(const ChildStarted& started, const std::string& request_id, Timestamp now)
{
    const auto milliseconds = started.start.time_since_epoch().count();
    const std::string body = json::write(
        json::Value::object({{"executionArn", started.execution_arn},
                             {"startDate", static_cast<double>(milliseconds) / 1000.0}}));
    const std::string length = std::to_string(body.size());
    const std::string date = net::http_date(now.time_since_epoch().count() / 1'000);
    constexpr const char* type = "application/x-amz-json-1.0";
    const auto listed = [](const std::string& text) {
        return json::Value::array({json::Value(text)});
    };
    return json::Value::object(
        {{"ExecutionArn", started.execution_arn},
         {"SdkHttpMetadata",
          json::Value::object(
              {{"AllHttpHeaders", json::Value::object({{"x-amzn-RequestId", listed(request_id)},
                                                       {"connection", listed("keep-alive")},
                                                       {"Content-Length", listed(length)},
                                                       {"Date", listed(date)},
                                                       {"Content-Type", listed(type)}})},
               {"HttpHeaders", json::Value::object({{"connection", "keep-alive"},
                                                    {"Content-Length", length},
                                                    {"Content-Type", type},
                                                    {"Date", date},
                                                    {"x-amzn-RequestId", request_id}})},
               {"HttpStatusCode", 200}})},
         {"SdkResponseMetadata", json::Value::object({{"RequestId", request_id}})},
         {"StartDate", std::int64_t{milliseconds}}});
}

// AWS: "… (Service: AWSStepFunctions; Status Code: 400; Error Code: X; Request ID: R; Proxy: null)"
Outcome failed(const ServiceError& error, const std::string& request_id)
{
    constexpr std::string_view suffix = "Exception";
    Failure failure;
    failure.error = fmt::format("StepFunctions.{}{}", error.type,
                                std::string_view(error.type).ends_with(suffix) ? "" : suffix);
    failure.cause = fmt::format("{} (Service: AWSStepFunctions; Status Code: {}; Error Code: {}; "
                                "Request ID: {}; Proxy: null)",
                                error.message, error.status, error.type, request_id);
    return failure;
}

std::variant<ChildRequest, ServiceError> read(const Call& call)
{
    const auto invalid = [](std::string_view name, std::string_view expected) {
        return ServiceError{"ValidationException", 400,
                            fmt::format("The parameter {} must be {}", name, expected)};
    };
    ChildRequest request;
    request.parent = call.stream;
    request.scheduled = call.scheduled;
    request.resent = call.resent;
    if (!call.parameters.is_object()) return invalid("StateMachineArn", "a string");
    const json::Value* machine = call.parameters.find("StateMachineArn");
    if (machine == nullptr || !machine->is_string()) return invalid("StateMachineArn", "a string");
    request.machine_arn = machine->as_string();
    // What belongs to another account or region is not seen.
    if (const Result<aws::Arn> arn = aws::parse_arn(request.machine_arn);
        arn && (arn->region != call.region || arn->account != call.account))
        return ServiceError{"StateMachineDoesNotExist", 400,
                            fmt::format("State Machine Does Not Exist: '{}'", request.machine_arn)};
    if (const json::Value* name = call.parameters.find("Name");
        name != nullptr && !name->is_null()) {
        if (!name->is_string()) return invalid("Name", "a string");
        request.name = name->as_string();
    }
    // A document is the input itself; a text is the JSON of one. AWS: null is the same as absent.
    const json::Value* input = call.parameters.find("Input");
    if (input == nullptr || input->is_null()) {
        request.input = json::Value::object();
    } else if (input->is_string()) {
        Result<json::Value> parsed = parse_execution_input(input->as_string());
        if (!parsed)
            return ServiceError{"InvalidExecutionInput", 400, std::move(parsed).error().message};
        request.input = *std::move(parsed);
    } else {
        request.input = *input;
    }
    return request;
}

}  // namespace

async::Task<Outcome> StartExecution::invoke(async::Loop& loop, Call call)
{
    auto request = read(call);
    if (const auto* error = std::get_if<ServiceError>(&request))
        co_return failed(*error, call.idempotency_key);
    ChildRequest& child = std::get<ChildRequest>(request);
    child.waits = m_pattern == asl::Pattern::Sync || m_pattern == asl::Pattern::Sync2;

    async::Promise<ChildStarted> promise(loop);
    m_starter.start_child(loop, std::move(child), [promise](Result<ChildStarted> started) mutable {
        promise.set(std::move(started));
    });
    // Once asked, the start is waited for, cancelled or not: only then is it known what there is to
    // stop.
    Result<ChildStarted> started = co_await promise.take_through([] {});
    if (!started) co_return failed(m_service.describe(started.error()), call.idempotency_key);
    Success success;
    success.output = answer(*started, call.idempotency_key, loop.now());
    co_return Outcome(std::move(success));
}

}  // namespace weft::integrations::states
