#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weft::asl {

// INTERFACE CONTRACT.
// How a Task's events are named in the history.
enum class EventFamily : std::uint8_t { Task, Lambda, Activity };

// What to do with a call that was under way when the process died: its outcome is unknown.
enum class Doubt : std::uint8_t { Resend, Reconcile, Fail };

enum class Pattern : std::uint8_t { RequestResponse, Sync, Sync2, WaitForTaskToken };

// A row of the resource table (resource_table.h): what the validator, engine and documentation need
// of a resource.
struct ResourceRow;

// A Task's Resource, parsed.
struct Resource {
    std::string arn;   // as written
    std::string type;  // resourceType of the events: "bedrock", "lambda", "aws-sdk:s3"
    std::string
        action;  // resource of the events, with suffix: "invokeModel", "startExecution.sync:2"
    EventFamily family = EventFamily::Task;
    Pattern pattern = Pattern::RequestResponse;
    Doubt doubt = Doubt::Resend;
    const ResourceRow* row = nullptr;  // null for Lambda and activity ARNs
};

}  // namespace weft::asl
