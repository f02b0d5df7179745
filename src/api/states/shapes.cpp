#include "api/states/shapes.h"

#include "asl/json_fault.h"
#include "history/wire.h"
#include "json/parse.h"
#include "json/write.h"

#include <algorithm>
#include <array>
#include <utility>

namespace weft::api::states {

namespace {

using journal::RunStatus;

constexpr std::array<std::pair<RunStatus, std::string_view>, 5> statuses = {
    {{RunStatus::Running, "RUNNING"},
     {RunStatus::Succeeded, "SUCCEEDED"},
     {RunStatus::Failed, "FAILED"},
     {RunStatus::TimedOut, "TIMED_OUT"},
     {RunStatus::Aborted, "ABORTED"}}};

json::Value or_default(const json::Value& given, const char* member, json::Value fallback)
{
    if (!given.is_object()) return json::Value::object({{member, std::move(fallback)}});
    if (given.find(member) == nullptr) return json::with_member(given, member, std::move(fallback));
    return given;
}

}  // namespace

std::string_view status_name(RunStatus status)
{
    return std::find_if(statuses.begin(), statuses.end(),
                        [&](const auto& row) { return row.first == status; })
        ->second;
}

std::optional<RunStatus> status_from(std::string_view name)
{
    for (const auto& [status, text] : statuses)
        if (text == name) return status;
    return std::nullopt;
}

json::Value logging_or_default(const json::Value& logging)
{
    return or_default(or_default(logging, "level", "OFF"), "includeExecutionData", false);
}

json::Value tracing_or_default(const json::Value& tracing)
{
    return or_default(tracing, "enabled", false);
}

json::Value encryption_or_default(const json::Value& encryption)
{
    return or_default(encryption, "type", "AWS_OWNED_KEY");
}

Result<> check_logging(const json::Value& logging)
{
    if (!logging.is_object()) return {};
    const json::Value* level = logging.find("level");
    const json::Value* destinations = logging.find("destinations");
    const std::size_t count = destinations == nullptr ? 0 : destinations->size();
    const bool off = level == nullptr || !level->is_string() || level->as_string() == "OFF";
    if (count > 1 || (!off && count == 0))
        return fail(ErrorCode::InvalidLoggingConfiguration,
                    "Invalid Logging Configuration: Must specify exactly one Log Destination.");
    return {};
}

Result<json::Value> parse_input(const std::optional<std::string>& text, const Limits& limits)
{
    if (!text) return json::Value::object();
    if (text->size() > limits.payload_bytes_max)
        return fail(ErrorCode::ValidationFailed,
                    "1 validation error detected: Value at 'input' failed to satisfy constraint: "
                    "Member must have length "
                    "less than or equal to {}",
                    limits.payload_bytes_max);
    tl::expected<json::Value, json::ParseFault> parsed = json::parse_or_fault(*text);
    if (parsed) return *std::move(parsed);
    // AWS: recorded for an empty input.
    if (parsed.error().fault == json::Fault::Empty)
        return fail(ErrorCode::InvalidExecutionInput,
                    "Invalid State Machine Execution Input: 'Invalid execution input.'");
    return fail(ErrorCode::InvalidExecutionInput, "Invalid State Machine Execution Input: '{}'",
                asl::describe_like_jackson(*text, parsed.error()).message);
}

std::size_t page_size(std::optional<std::int64_t> max_results)
{
    return max_results.value_or(0) == 0 ? 100 : static_cast<std::size_t>(*max_results);
}

void put_document(std::vector<json::Member>& members, const char* name, const char* details,
                  const json::Value& value)
{
    members.push_back({name, json::write(value)});
    members.push_back({details, json::Value::object({{"included", true}})});
}

void put_execution(std::vector<json::Member>& members,
                   const runtime::ExecutionDescription& execution)
{
    members.push_back({"executionArn", execution.execution_arn});
    members.push_back({"stateMachineArn", execution.machine_arn});
    members.push_back({"name", execution.name});
    members.push_back({"status", status_name(execution.status)});
    members.push_back({"startDate", history::wire_time(execution.start)});
    if (execution.stop) members.push_back({"stopDate", history::wire_time(*execution.stop)});
    put_document(members, "input", "inputDetails", execution.input);
    if (execution.output) put_document(members, "output", "outputDetails", *execution.output);
    if (execution.error) members.push_back({"error", *execution.error});
    if (execution.cause) members.push_back({"cause", *execution.cause});
}

}  // namespace weft::api::states
