#pragma once

#include "asl/resource.h"
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

}  // namespace weft::engine
