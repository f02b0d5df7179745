#include "engine/redrive.h"

#include <algorithm>
#include <cstdint>

namespace weft::engine {

namespace {

Seconds open_max(const Limits& limits)
{
    return Seconds(static_cast<std::int64_t>(limits.execution_seconds_max));
}

}  // namespace

std::string_view redrive_refusal(const RedriveFacts& facts, Timestamp now, const Limits& limits)
{
    if (facts.status == Status::Running || facts.status == Status::New)
        return "Execution is RUNNING and cannot be redriven";
    if (facts.status == Status::Succeeded) return "Execution is SUCCEEDED and cannot be redriven";
    // Room for ExecutionRedriven and one more.
    if (static_cast<std::uint64_t>(facts.last_id) + 1 >= limits.history_events_max)
        return "Execution history event limit exceeded";
    if (now - facts.start >= open_max(limits))
        return "Execution has exceeded the max execution time";
    if (now - facts.stop > redrivable_period) return "Execution redrivable period exceeded";
    return {};
}

Timestamp redrive_deadline(Timestamp start, Timestamp now, const asl::Machine& machine,
                           const Limits& limits)
{
    const Timestamp last = start + open_max(limits);
    if (!machine.timeout_seconds) return last;
    return std::min(last, now + Seconds(static_cast<std::int64_t>(*machine.timeout_seconds)));
}

}  // namespace weft::engine
