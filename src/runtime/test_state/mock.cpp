#include "aws/integration_operations.h"
#include "aws/output_check.h"
#include "runtime/test_state/preparation.h"
#include "json/parse.h"
#include "json/pointer.h"

#include <utility>
#include <variant>
#include <vector>

namespace weft::runtime {

namespace {

// Whose answer a Task's result is, and the member of it that the integration parses.
struct Answer {
    aws::OperationName operation;
    std::string_view parsed;
};

constexpr std::string_view sdk_prefix = "aws-sdk:";

// AWS: the operation that is called; of a job (.sync) the one that asks how the job stands. The
// result of a callback is the worker's own, that of a function or an activity too.
std::optional<Answer> answer_of(const asl::Resource& resource, const aws::ServiceModels& models)
{
    const bool task = resource.family == asl::EventFamily::Task;
    if (!task || resource.pattern == asl::Pattern::WaitForTaskToken) return std::nullopt;
    const std::string_view type = resource.type;
    const std::string_view action =
        std::string_view(resource.action).substr(0, resource.action.find('.'));
    if (type.starts_with(sdk_prefix)) {
        auto operation = models.find_sdk(type.substr(sdk_prefix.size()), action);
        return operation ? std::optional(Answer{*std::move(operation), {}}) : std::nullopt;
    }
    const aws::IntegrationOperation* row = aws::find_integration_operation(type, action);
    if (row == nullptr) return std::nullopt;
    if (resource.pattern == asl::Pattern::RequestResponse || row->polled.empty())
        return Answer{row->called(), row->parsed};
    return Answer{row->asked(), {}};
}

Result<> check_task_result(const json::Value& result, TestStateMock::Validation mode,
                           const asl::Resource& resource, integrations::ServiceModelCache& models)
{
    const std::optional<Answer> answer = answer_of(resource, models.models());
    if (!answer) return {};
    const aws::ServiceModelPtr model = TRY(models.find(answer->operation.service));
    const aws::Operation* operation = model->find(answer->operation.operation);
    if (operation == nullptr) return {};
    if (!result.is_object())
        return fail(ErrorCode::ValidationFailed, "Mocked result must be a JSON object.");
    // AWS: startExecution.sync:2 gives Input and Output parsed.
    const bool parsed_job = resource.pattern == asl::Pattern::Sync2;
    json::Value measured = result;
    if (parsed_job)
        for (const std::string_view member : {"Input", "Output"})
            measured = json::without_member(measured, member);
    const auto check = mode == TestStateMock::Validation::Strict ? aws::OutputCheck::Strict
                                                                 : aws::OutputCheck::Present;
    if (const auto fault = aws::output_fault(*model, *operation, measured, check, answer->parsed))
        return fail(ErrorCode::ValidationFailed, "Mock result schema validation error: {}", *fault);
    return {};
}

Result<> check_fork_result(const json::Value& result, const asl::State& state)
{
    if (const auto* map = std::get_if<asl::Map>(&state.kind);
        map != nullptr && map->writes_results) {
        if (!result.is_object())
            return fail(ErrorCode::ValidationFailed, "Mocked result must be a JSON object.");
        return {};
    }
    if (!result.is_array())
        return fail(ErrorCode::ValidationFailed, "Mocked result must be an array.");
    const auto* parallel = std::get_if<asl::Parallel>(&state.kind);
    if (parallel != nullptr && parallel->branches.size() != result.size())
        return fail(ErrorCode::ValidationFailed,
                    "Mocked result must contain the same number of items as number of Parallel "
                    "branches.");
    return {};
}

// The non-empty lines of a JSON Lines file.
Result<json::Value> read_lines(std::string_view text)
{
    std::vector<json::Value> items;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        auto item = json::parse(line);
        if (!item)
            return fail(ErrorCode::ValidationFailed,
                        "MapItemReaderData must be JSON Lines, but line {} is not JSON",
                        items.size() + 1);
        items.push_back(*std::move(item));
    }
    return json::Value::array(std::move(items));
}

}  // namespace

Result<json::Value> check_mocked_result(const std::string& text, TestStateMock::Validation mode,
                                        const asl::State& state,
                                        integrations::ServiceModelCache* models)
{
    Result<json::Value> result = json::parse(text);
    if (!result) return fail(ErrorCode::ValidationFailed, "Mocked result must be valid JSON");
    if (const auto* task = std::get_if<asl::Task>(&state.kind)) {
        if (mode != TestStateMock::Validation::None && models != nullptr)
            TRY(check_task_result(*result, mode, task->resource, *models));
    } else {
        TRY(check_fork_result(*result, state));
    }
    return result;
}

Result<json::Value> read_test_items(const std::string& text, const asl::Map& map)
{
    const std::string& type = map.reader_input_type;
    if (type == "JSONL") return read_lines(text);
    if (!type.empty() && type != "JSON")
        return fail(ErrorCode::ValidationFailed,
                    "MapItemReaderData of the InputType {} cannot be read by this version of Weft; "
                    "JSON and JSONL can",
                    type);
    const auto data = json::parse(text);
    if (!data) return fail(ErrorCode::ValidationFailed, "MapItemReaderData must be valid JSON");
    const json::Value* items = json::resolve(*data, map.items_pointer);
    if (items == nullptr)
        return fail(ErrorCode::ValidationFailed,
                    "The ItemsPointer '{}' leads to nothing in MapItemReaderData",
                    map.items_pointer);
    if (!items->is_array() && !items->is_object())
        return fail(ErrorCode::ValidationFailed,
                    "MapItemReaderData must give an array or an object of items");
    return *items;
}

}  // namespace weft::runtime
