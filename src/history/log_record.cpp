#include "history/log_record.h"

#include "history/event_table.h"
#include "json/write.h"

#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace weft::history {

namespace {

bool ends_badly(EventType type)
{
    return type == EventType::ExecutionFailed || type == EventType::ExecutionAborted ||
           type == EventType::ExecutionTimedOut;
}

constexpr std::array<std::string_view, 6> failure_endings = {
    "Failed", "TimedOut", "Aborted", "ScheduleFailed", "StartFailed", "SubmitFailed"};

// At a character's boundary.
std::string_view cut(std::string_view text)
{
    std::size_t size = log_document_bytes_max;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) --size;
    return text.substr(0, size);
}

json::Value cut_details(const json::Value& details)
{
    std::vector<json::Member> members;
    std::string cut_name;
    for (const json::Member& member : details.members()) {
        const bool long_text =
            member.value.is_string() && member.value.as_string().size() > log_document_bytes_max;
        if (long_text) {
            members.push_back({member.key, json::Value(cut(member.value.as_string()))});
            cut_name = fmt::format("{}Details", member.key.view());
        } else if (!cut_name.empty() && member.key.view() == cut_name) {
            members.push_back({member.key, json::Value::object({{"truncated", true}})});
        } else {
            members.push_back(member);
        }
    }
    return json::Value::object(std::move(members));
}

}  // namespace

std::optional<LogLevel> log_level_of(std::string_view name)
{
    if (name == "ALL") return LogLevel::All;
    if (name == "ERROR") return LogLevel::Error;
    if (name == "FATAL") return LogLevel::Fatal;
    if (name == "OFF") return LogLevel::Off;
    return {};
}

bool is_logged(LogLevel level, EventType type)
{
    switch (level) {
    case LogLevel::Off: return false;
    case LogLevel::Fatal: return ends_badly(type);
    case LogLevel::All: return true;
    case LogLevel::Error: break;
    }
    if (type == EventType::FailStateEntered) return true;
    const std::string_view name = event_row(type).name;
    for (const std::string_view ending : failure_endings)
        if (name.ends_with(ending)) return true;
    return false;
}

std::string log_record(const Event& event, std::string_view execution_arn, std::uint64_t redrives,
                       Data data)
{
    const json::Value wire = to_wire(event, data);
    json::Value details = json::Value::object();
    for (const json::Member& member : wire.members())
        if (member.key.view().ends_with("EventDetails")) details = cut_details(member.value);
    return json::write(json::Value::object(
        {{"id", fmt::to_string(event.id)},
         {"type", event_row(event.type).name},
         {"details", std::move(details)},
         {"previous_event_id", fmt::to_string(event.previous)},
         {"event_timestamp", fmt::to_string(event.time.time_since_epoch().count())},
         {"execution_arn", execution_arn},
         {"redrive_count", fmt::to_string(redrives)}}));
}

}  // namespace weft::history
