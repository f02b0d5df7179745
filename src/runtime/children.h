#pragma once

#include "asl/resource.h"
#include "engine/engine.h"
#include "journal/journal.h"
#include "json/value.h"

#include <optional>
#include <string>
#include <string_view>

namespace weft::runtime::children {

// Executions started by a Task (states:startExecution), and what they and their parents tell each
// other (docs/architecture.md, messages). A child is found by its name: the one that was asked for,
// or the key of the call, so that a call sent again after a crash finds the child it made.

constexpr std::string_view ended_kind = "child-ended";  // {event, job}: to the parent
constexpr std::string_view stop_kind = "stop-child";    // {event, machine, name}: by name

struct Name {
    std::string machine_arn;  // unqualified
    std::string name;
};

// arn:P:states:R:A:stateMachine:NAME of one that may also name a version or alias.
std::string unqualified(std::string_view arn);

// A call's identity in the eyes of others: derived from the execution's key, the scheduled event
// and this store's secret, so that a resend after a crash carries the same and no two installations
// ever send the same. A UUID.
std::string call_key(std::string_view secret, journal::StreamKey key, history::EventId scheduled);

// The event of the parent's call that a message is about; none when it is no such message.
std::optional<history::EventId> event_of(const json::Value& body);
Name name_of(const json::Value& body);

// The message that stops the child of a .sync call; null when the call is not of that kind.
json::Value stop_of(const engine::CallRequest& call, journal::StreamKey key,
                    std::string_view secret);
// The message of an ended execution to the parent that waits for it.
json::Value end_of(const engine::Execution& execution);
// What such a message means for the parent's call.
engine::Ending ending_of(const json::Value& body, asl::Pattern pattern);

}  // namespace weft::runtime::children
