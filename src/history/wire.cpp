#include "history/wire.h"

#include "base/assert.h"
#include "base/overloaded.h"
#include "history/event_table.h"
#include "json/write.h"

#include <string_view>
#include <utility>
#include <vector>

namespace weft::history {

namespace {

using Members = std::vector<json::Member>;

void add(Members& members, std::string_view key, json::Value value)
{
    members.push_back({key, std::move(value)});
}

void add_text(Members& members, std::string_view key, const std::optional<json::String>& text)
{
    if (text) add(members, key, *text);
}

// A document of the execution: its JSON text and the note that none of it was cut off.
void add_document(Members& members, std::string_view key, std::string_view note,
                  const json::Value& document, Data data)
{
    if (data == Data::Leave) return;
    add(members, key, json::write(document));
    add(members, note, json::Value::object({{"truncated", false}}));
}

void add_input(Members& members, const json::Value& document, Data data)
{
    add_document(members, "input", "inputDetails", document, data);
}

void add_output(Members& members, const json::Value& document, Data data)
{
    add_document(members, "output", "outputDetails", document, data);
}

// The variables by name, each as JSON text. AWS: nothing when none was assigned.
void add_assigned(Members& members, const json::Value& assigned, Data data)
{
    if (data == Data::Leave || assigned.is_null()) return;
    Members variables;
    variables.reserve(assigned.size());
    for (const json::Member& variable : assigned.members())
        variables.push_back({variable.key, json::write(variable.value)});
    add(members, "assignedVariables", json::Value::object(std::move(variables)));
    add(members, "assignedVariablesDetails", json::Value::object({{"truncated", false}}));
}

// resourceType and resource, which only the Task family shows.
void add_resource(Members& members, Wording wording, const json::String& type,
                  const json::String& resource)
{
    if (wording != Wording::Plain) return;
    add(members, "resourceType", type);
    add(members, "resource", resource);
}

void add_scheduled(Members& members, Wording wording, const TaskScheduled& details, Data data)
{
    if (wording == Wording::Plain) {
        add_resource(members, wording, details.resource_type, details.resource);
        add(members, "region", details.region);
        add(members, "parameters", json::write(details.parameters));
    } else {
        add(members, "resource", details.resource);
        add_input(members, details.parameters, data);
    }
    if (details.timeout_seconds) add(members, "timeoutInSeconds", *details.timeout_seconds);
    if (details.heartbeat_seconds && wording != Wording::Lambda)
        add(members, "heartbeatInSeconds", *details.heartbeat_seconds);
    if (details.credentials_role_arn && wording != Wording::Activity)
        add(members, "taskCredentials",
            json::Value::object({{"roleArn", *details.credentials_role_arn}}));
}

Members details_of(const Event& event, const EventRow& row, Data data)
{
    Members members;
    std::visit(
        overloaded{
            [&](const NoDetails&) {},
            [&](const Boxed<ExecutionStarted>& details) {
                add_input(members, details->input, data);
                add(members, "roleArn", details->role_arn);
                if (!details->alias_arn.empty())
                    add(members, "stateMachineAliasArn", details->alias_arn);
                if (!details->version_arn.empty())
                    add(members, "stateMachineVersionArn", details->version_arn);
            },
            [&](const ExecutionRedriven& details) {
                add(members, "redriveCount", details.redrive_count);
            },
            [&](const ExecutionSucceeded& details) { add_output(members, details.output, data); },
            // AWS: an error or cause that was not given is left out, not empty.
            [&](const Failure& details) {
                add_text(members, "error", details.error);
                add_text(members, "cause", details.cause);
            },
            [&](const StateEntered& details) {
                add(members, "name", details.name);
                add_input(members, details.input, data);
            },
            [&](const StateExited& details) {
                add(members, "name", details.name);
                add_output(members, details.output, data);
                add_assigned(members, details.assigned, data);
            },
            [&](const Boxed<TaskScheduled>& details) {
                add_scheduled(members, row.wording, *details, data);
            },
            [&](const TaskStarted& details) {
                add_resource(members, row.wording, details.resource_type, details.resource);
                if (row.wording == Wording::Activity && !details.worker.empty())
                    add(members, "workerName", details.worker);
            },
            [&](const Boxed<TaskResult>& details) {
                add_resource(members, row.wording, details->resource_type, details->resource);
                add_output(members, details->output, data);
            },
            [&](const Boxed<TaskFailure>& details) {
                add_resource(members, row.wording, details->resource_type, details->resource);
                add_text(members, "error", details->error);
                add_text(members, "cause", details->cause);
            },
            [&](const Boxed<MapStarted>& details) { add(members, "length", details->length); },
            [&](const ParallelStarted&) {},
            [&](const MapIteration& details) {
                add(members, "name", details.name);
                add(members, "index", details.index);
            },
            [&](const Boxed<EvaluationFailed>& details) {
                add_text(members, "error", details->error);
                add_text(members, "cause", details->cause);
                // AWS: left out when no field is at fault (a Map's input that is no array).
                if (!details->location.empty()) add(members, "location", details->location);
                add(members, "state", details->state);
            },
            [&](const auto&) { WEFT_ASSERT(!"a private kind has no form on the wire"); },
        },
        event.details);
    return members;
}

}  // namespace

json::Value wire_time(Timestamp time)
{
    return static_cast<double>(time.time_since_epoch().count()) / 1000.0;
}

json::Value to_wire(const Event& event, Data data)
{
    const EventRow& row = event_row(event.type);
    WEFT_ASSERT(row.is_public());
    Members members;
    members.reserve(5);
    add(members, "timestamp", wire_time(event.time));
    add(members, "type", row.name);
    add(members, "id", event.id);
    add(members, "previousEventId", event.previous);
    if (!row.details.empty())
        add(members, row.details, json::Value::object(details_of(event, row, data)));
    return json::Value::object(std::move(members));
}

}  // namespace weft::history
