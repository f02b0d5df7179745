#include "runtime/test_state/preparation.h"

#include "runtime/implementation.h"
#include "runtime/names.h"
#include "json/parse.h"
#include "json/write.h"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>
#include <vector>

namespace weft::runtime {

namespace {

constexpr std::string_view single_state = "StateName";

// In the order of asl::State::kind.
constexpr std::array<std::string_view, 8> kind_names = {"Pass",    "Task", "Choice",   "Wait",
                                                        "Succeed", "Fail", "Parallel", "Map"};
static_assert(kind_names.size() == std::variant_size_v<decltype(asl::State::kind)>);

bool is_fork(const asl::State& state)
{
    return std::holds_alternative<asl::Parallel>(state.kind) ||
           std::holds_alternative<asl::Map>(state.kind);
}

const asl::Task* task_of(const asl::State& state)
{
    return std::get_if<asl::Task>(&state.kind);
}

void add_target(const json::Value& object, std::string_view field, std::vector<std::string>& out)
{
    const json::Value* target = object.find(field);
    if (target == nullptr || !target->is_string()) return;
    const std::string_view name = target->as_string();
    if (name != single_state && std::ranges::find(out, name) == out.end()) out.emplace_back(name);
}

// The names that a state's Next, Default, rules and catchers give.
std::vector<std::string> targets_of(const json::Value& state)
{
    std::vector<std::string> out;
    add_target(state, "Next", out);
    add_target(state, "Default", out);
    for (const std::string_view list : {"Choices", "Catch"}) {
        const json::Value* items = state.find(list);
        if (items == nullptr || !items->is_array()) continue;
        for (const json::Value& item : items->items()) add_target(item, "Next", out);
    }
    return out;
}

// What only makes sense beside a mock. AWS: recorded for mapIterationFailureCount; the others in
// the same words.
Result<> check_mock_only(const TestStateRequest& request)
{
    const TestStateConfiguration& configuration = request.configuration;
    const std::array given = {
        std::pair(configuration.map_iteration_failure_count.has_value(),
                  std::string_view("MapIterationFailureCount")),
        std::pair(configuration.retrier_retry_count.has_value(),
                  std::string_view("RetrierRetryCount")),
        std::pair(configuration.error_caused_by_state.has_value(),
                  std::string_view("ErrorCausedByState")),
        std::pair(configuration.map_item_reader_data.has_value(),
                  std::string_view("MapItemReaderData")),
        std::pair(request.context.has_value(), std::string_view("Context")),
    };
    if (request.mock) return {};
    for (const auto& [is_given, name] : given)
        if (is_given)
            return fail(ErrorCode::ValidationFailed,
                        "TestState does not support {} when a mock is not specified.", name);
    return {};
}

// AWS: what can be tested without a mock, and what with one.
Result<> check_kind(const asl::State& state, const TestStateRequest& request)
{
    const asl::Task* task = task_of(state);
    if (request.mock) {
        if (task != nullptr || is_fork(state)) return {};
        return fail(ErrorCode::ValidationFailed,
                    "State type '{}' is not supported when a mock is specified",
                    kind_names[state.kind.index()]);
    }
    if (is_fork(state))
        return fail(ErrorCode::InvalidDefinition,
                    "TestState API does not support Map or Parallel states. Supported state types "
                    "include: [Task, Wait, Pass, Succeed, Fail, Choice]");
    if (task == nullptr) return {};
    if (!request.role_arn)
        return fail(ErrorCode::ValidationFailed,
                    "RoleArn must be specified when testing a Task state");
    const asl::Resource& resource = task->resource;
    if (resource.family == asl::EventFamily::Activity)
        return fail(ErrorCode::InvalidDefinition,
                    "TestState API does not support Activity tasks when a mock is not specified.");
    if (resource.pattern != asl::Pattern::RequestResponse)
        return fail(ErrorCode::InvalidDefinition,
                    "TestState API does not support the '.sync' and '.waitForTaskToken' service "
                    "integration patterns when a mock is not specified.");
    return {};
}

// The state that a mocked error comes from is one of those inside.
Result<> check_origin(const asl::Machine& machine, const asl::State& state,
                      const std::optional<std::string>& origin)
{
    if (!origin) return {};
    const asl::State* at = machine.find(*origin);
    while (at != nullptr) {
        const asl::StateIndex owner = machine.scopes[at->scope].owner;
        at = owner == asl::no_state ? nullptr : &machine.states[owner];
        if (at == &state) return {};
    }
    return fail(ErrorCode::ValidationFailed,
                "ErrorCausedByState '{}' is not a state within the state '{}'", *origin,
                state.name.view());
}

Result<> take_mock(const TestStateRequest& request, integrations::ServiceModelCache* models,
                   PreparedTest& out)
{
    const TestStateMock& mock = *request.mock;
    const asl::State& state = *out.state;
    const TestStateConfiguration& configuration = request.configuration;
    if (mock.result)
        out.test.mock = engine::MockedResult{
            TRY(check_mocked_result(*mock.result, mock.validation, state, models))};
    else
        out.test.mock = *mock.error;
    const asl::Task* task = task_of(state);
    const bool callback =
        task != nullptr && task->resource.pattern != asl::Pattern::RequestResponse;
    if (request.context) out.test.context = TRY(check_test_context(*request.context, callback));
    TRY(check_origin(*out.machine, state, configuration.error_caused_by_state));
    out.test.retries = configuration.retrier_retry_count.value_or(0);
    const auto* map = std::get_if<asl::Map>(&state.kind);
    if (configuration.map_iteration_failure_count && map == nullptr)
        return fail(ErrorCode::ValidationFailed,
                    "MapIterationFailureCount can only be specified for a Map state");
    out.test.failed_iterations = configuration.map_iteration_failure_count.value_or(0);
    if (configuration.map_item_reader_data && (map == nullptr || !map->reads_items))
        return fail(ErrorCode::ValidationFailed,
                    "MapItemReaderData can only be specified for a Map state with an ItemReader");
    out.test.items_pointed = configuration.map_item_reader_data && !map->items_pointer.empty();
    if (map != nullptr && map->reads_items)
        out.test.reader_data = configuration.map_item_reader_data
                                   ? TRY(read_test_items(*configuration.map_item_reader_data, *map))
                                   : json::Value::array();
    return {};
}

}  // namespace

std::string machine_of_one_state(const std::string& definition)
{
    const auto state = json::parse(definition);
    if (!state || !state->is_object()) return definition;
    const json::Value end = json::Value::object({{"Type", "Succeed"}});
    std::vector<json::Member> states{{std::string(single_state), *state}};
    for (const std::string& target : targets_of(*state)) states.push_back({target, end});
    return json::write(json::Value::object(
        {{"StartAt", single_state}, {"States", json::Value::object(std::move(states))}}));
}

Result<PreparedTest> prepare_test(const TestStateRequest& request, const RuntimeOptions& options,
                                  integrations::ServiceModelCache* models)
{
    if (request.role_arn) TRY(check_role_arn(*request.role_arn));
    TRY(check_mock_only(request));
    const bool single = request.state_name.empty();
    PreparedTest out;
    out.machine = TRY(
        compile_definition(single ? machine_of_one_state(request.definition) : request.definition,
                           catalog::MachineType::Standard, options));
    out.state = out.machine->find(single ? single_state : std::string_view(request.state_name));
    if (out.state == nullptr)
        return fail(ErrorCode::ValidationFailed, "State not found in definition");
    TRY(check_kind(*out.state, request));
    out.test.state = out.state->name;
    out.test.variables = request.variables;
    if (request.mock) TRY(take_mock(request, models, out));
    return out;
}

}  // namespace weft::runtime
