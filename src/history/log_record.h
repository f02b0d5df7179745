#pragma once

#include "history/event.h"
#include "history/wire.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weft::history {

// What a machine's log configuration lets through. AWS: "Log levels for Step Functions execution
// events", Step Functions Developer Guide.
enum class LogLevel : std::uint8_t { Off, Fatal, Error, All };

// ALL, ERROR, FATAL, OFF.
std::optional<LogLevel> log_level_of(std::string_view name);
// Whether an event is logged: All every public one, Error what failed, Fatal the bad end of an
// execution.
bool is_logged(LogLevel level, EventType type);

// Documents beyond this are cut, and say so. AWS: "Logging using CloudWatch Logs".
inline constexpr std::size_t log_document_bytes_max = std::size_t{248} << 10;

// A public event as it stands in CloudWatch Logs: one JSON object on one line, without a line
// break. Its scalars are texts; `details` is the event's details object. `redrives`: how often the
// execution had been redriven then.
std::string log_record(const Event& event, std::string_view execution_arn, std::uint64_t redrives,
                       Data data);

}  // namespace weft::history
