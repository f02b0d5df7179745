#include "runtime/children.h"

#include "asl/resource_table.h"
#include "encoding/hash.h"
#include "encoding/uuid.h"
#include "engine/fault.h"
#include "json/write.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace weft::runtime::children {

namespace {

std::string text_of(const json::Value& body, std::string_view member)
{
    const json::Value* value = body.find(member);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

json::Value time_of(Timestamp time)
{
    return std::int64_t{time.time_since_epoch().count()};
}

std::string_view status_of(engine::Status status)
{
    switch (status) {
    case engine::Status::Succeeded: return "SUCCEEDED";
    case engine::Status::Failed: return "FAILED";
    case engine::Status::TimedOut: return "TIMED_OUT";
    case engine::Status::Aborted: return "ABORTED";
    case engine::Status::New:
    case engine::Status::Running: break;
    }
    return "RUNNING";
}

bool starts_and_waits(std::string_view resource)
{
    return asl::is_states_resource(resource, "states", "startExecution.sync") ||
           asl::is_states_resource(resource, "states", "startExecution.sync:2");
}

// The members that hold documents, as text.
json::Value with_texts(const json::Value& job)
{
    std::vector<json::Member> members;
    members.reserve(job.size());
    for (const json::Member& member : job.members()) {
        const bool document =
            member.key == json::String("Input") || member.key == json::String("Output");
        members.push_back(
            {member.key, document ? json::Value(json::write(member.value)) : member.value});
    }
    return json::Value::object(std::move(members));
}

}  // namespace

std::string unqualified(std::string_view arn)
{
    std::size_t end = 0;
    for (int parts = 0; parts < 7 && end != std::string_view::npos; ++parts)
        end = arn.find(':', parts == 0 ? 0 : end + 1);
    return std::string(arn.substr(0, end));
}

std::string call_key(std::string_view secret, journal::StreamKey key, history::EventId scheduled)
{
    return encoding::uuid_from_bytes(
        encoding::hmac_sha256(secret, fmt::format("call:{}:{}", key, scheduled)));
}

std::optional<history::EventId> event_of(const json::Value& body)
{
    const json::Value* event = body.find("event");
    if (event == nullptr || event->kind() != json::Kind::Int) return std::nullopt;
    return event->as_int();
}

Name name_of(const json::Value& body)
{
    return {text_of(body, "machine"), text_of(body, "name")};
}

json::Value stop_of(const engine::CallRequest& call, journal::StreamKey key,
                    std::string_view secret)
{
    if (!starts_and_waits(call.resource.view())) return {};
    std::string name = text_of(call.parameters, "Name");
    if (name.empty()) name = call_key(secret, key, call.scheduled);
    return json::Value::object(
        {{"event", call.scheduled},
         {"machine", unqualified(text_of(call.parameters, "StateMachineArn"))},
         {"name", name}});
}

// AWS: the members of DescribeExecution in alphabetical order, times in milliseconds; those without
// a value are left out.
json::Value end_of(const engine::Execution& execution)
{
    const history::ExecutionStarted& started = execution.started();
    const json::Value included = json::Value::object({{"Included", true}});
    std::vector<json::Member> job;
    const history::Failure& failure = execution.failure();
    if (failure.cause) job.push_back({"Cause", *failure.cause});
    if (failure.error) job.push_back({"Error", *failure.error});
    job.push_back({"ExecutionArn", started.execution_arn});
    job.push_back({"Input", started.input});
    job.push_back({"InputDetails", included});
    job.push_back({"Name", started.name});
    if (execution.status() == engine::Status::Succeeded) {
        job.push_back({"Output", execution.output()});
        job.push_back({"OutputDetails", included});
    }
    job.push_back({"StartDate", time_of(execution.start_time())});
    job.push_back({"StateMachineArn", started.machine_arn});
    job.push_back({"Status", status_of(execution.status())});
    job.push_back({"StopDate", time_of(execution.last_time())});
    return json::Value::object(
        {{"event", started.parent_event}, {"job", json::Value::object(std::move(job))}});
}

// AWS: a job that did not succeed fails its task with all that is known of it as the cause; only
// `.sync:2` gives documents as such.
engine::Ending ending_of(const json::Value& body, asl::Pattern pattern)
{
    const json::Value* job = body.find("job");
    engine::Ending ending;
    if (job == nullptr || !job->is_object()) {
        ending.failed = true;
        ending.error = json::String(engine::errors::task_failed);
        return ending;
    }
    if (text_of(*job, "Status") == "SUCCEEDED") {
        ending.output = pattern == asl::Pattern::Sync2 ? *job : with_texts(*job);
        return ending;
    }
    ending.failed = true;
    ending.error = json::String(engine::errors::task_failed);
    ending.cause = json::String(json::write(with_texts(*job)));
    return ending;
}

}  // namespace weft::runtime::children
