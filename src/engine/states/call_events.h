#pragma once

#include "asl/resource.h"
#include "engine/frame.h"
#include "history/event.h"
#include "json/value.h"

namespace weft::engine {

// How the events of a call are named, by the family of its resource.
struct CallEvents {
    history::EventType scheduled;
    history::EventType started;
    history::EventType succeeded;
    history::EventType failed;
    history::EventType timed_out;
    history::EventType schedule_failed;  // before it was sent
};
const CallEvents& call_events(asl::EventFamily family);

// resourceType and resource as the events of a call show them. AWS: a function or an activity is
// named by its ARN and has no type; a size error then names the ARN as well.
struct CallNames {
    json::String resource_type;
    json::String resource;
    const json::String& in_errors() const
    {
        return resource_type.empty() ? resource : resource_type;
    }
};
CallNames call_names(const asl::Resource& resource);

// Whether a call's answer only says that a job was begun, whose end is the task's.
inline bool runs_job(const asl::Resource& resource)
{
    return resource.pattern == asl::Pattern::Sync || resource.pattern == asl::Pattern::Sync2;
}
// Whether a task can be ended by its token.
inline bool has_token(const asl::Resource& resource)
{
    return resource.family == asl::EventFamily::Activity ||
           resource.pattern != asl::Pattern::RequestResponse;
}
// Whether no worker has the activity's task that is the frame's call.
inline bool is_offered(const Frame& frame)
{
    return frame.dispatch % 2 == 0;
}

}  // namespace weft::engine
