#include "asl/states/states.h"

#include "asl/resource_table.h"

#include <fmt/format.h>

namespace weft::asl {
namespace {

void check_express(const Resource& resource, const Place& place, Reader& reader)
{
    if (resource.family == EventFamily::Activity) {
        reader.schema_error("Express state machine does not support Activity ARN", place);
    }
    switch (resource.pattern) {
    case Pattern::RequestResponse: break;
    case Pattern::Sync:
    case Pattern::Sync2:
        // AWS: the same text for '.sync' and '.sync:2'.
        reader.schema_error("Express state machine does not support '.sync' service integration",
                            place);
        break;
    case Pattern::WaitForTaskToken:
        // AWS: recorded with a blank at the end (test_illegal_callbacks).
        reader.schema_error(
            "Express state machine does not support '.waitForTaskToken' service integration ",
            place);
        break;
    }
}

void read_resource(const Object& object, Task& task)
{
    const json::Value* value = object.find("Resource");
    if (value == nullptr) return;
    Reader& reader = object.reader();
    const Place place = object.place().field("Resource");
    std::string hint;
    auto resource = parse_resource(value->as_string(), hint);
    if (!resource && !value->as_string().starts_with("arn:")) {
        reader.schema_error("Value is not a valid resource ARN", place, std::move(hint));
        return;
    }
    if (!resource) {
        reader.schema_error(
            fmt::format("The resource provided {} is not recognized. The value is not a valid "
                        "resource ARN, or the resource is not available in this region.",
                        value->as_string()),
            place, std::move(hint));
        return;
    }
    if (reader.type() == MachineType::Express) check_express(*resource, place, reader);
    task.resource = *std::move(resource);
}

// AWS: the parameters an integration cannot do without are checked at creation.
void check_parameters(const Object& object, const Resource& resource)
{
    const bool jsonata = object.reader().language() == QueryLanguage::Jsonata;
    const std::string_view field = jsonata ? "Arguments" : "Parameters";
    const json::Value* parameters = object.find(field);
    // What is computed as a whole cannot be looked into.
    if (parameters == nullptr || !parameters->is_object() || resource.row == nullptr) return;
    const Place place = object.place().field(field);
    for (const std::string_view name : resource.row->required) {
        if (name.empty() || parameters->find(name) != nullptr ||
            parameters->find(fmt::format("{}.$", name)) != nullptr) {
            continue;
        }
        object.reader().schema_error(
            fmt::format("The field '{}' is required but was missing", name), place);
    }
}

void read_credentials(const Object& object, Task& task)
{
    const json::Value* value = object.find("Credentials");
    if (value == nullptr) return;
    Reader& reader = object.reader();
    if (task.resource.family == EventFamily::Activity) {
        reader.schema_error("The field 'Credentials' is not supported for activities",
                            object.place());
        return;
    }
    const Place place = object.place().field("Credentials");
    // AWS: recorded alike for {} and for an object with another field.
    if (value->find("RoleArn") == nullptr && value->find("RoleArn.$") == nullptr) {
        reader.schema_error("The field 'RoleArn' is required but was missing", place);
        return;
    }
    const Object credentials(reader, rules::credentials, *value, place);
    task.credentials = object.payload("Credentials");
}

void check_heartbeat(const Object& object, const Task& task)
{
    if (!task.timeout_seconds || !task.heartbeat_seconds) return;
    if (task.timeout_seconds->computed() || task.heartbeat_seconds->computed()) return;
    // ASL: the heartbeat must be smaller than the timeout. Deviation: equal ones are accepted, as
    // published definitions have them.
    if (task.heartbeat_seconds->literal <= task.timeout_seconds->literal) return;
    const Place place = object.place().field("HeartbeatSeconds");
    object.reader().schema_error("HeartbeatSeconds cannot be greater than TimeoutSeconds", place);
}

}  // namespace

// ASL: https://states-language.net/spec.html#task-state
void read_task(const Object& object, State& state)
{
    Task task;
    read_resource(object, task);
    check_parameters(object, task.resource);
    task.timeout_seconds = object.number("TimeoutSeconds", "TimeoutSecondsPath");
    task.heartbeat_seconds = object.number("HeartbeatSeconds", "HeartbeatSecondsPath");
    check_heartbeat(object, task);
    read_credentials(object, task);
    state.kind = std::move(task);
}

}  // namespace weft::asl
