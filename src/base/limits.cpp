#include "base/limits.h"

#include <array>

namespace weft {

namespace {

// AWS: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
constexpr std::array rows = {
    LimitRow{"payload_bytes_max", "bytes", &Limits::payload_bytes_max, 262'144, "quota, payload"},
    LimitRow{"history_events_max", "events", &Limits::history_events_max, 25'000, "quota, history"},
    LimitRow{"inline_map_concurrency_max", "iterations", &Limits::inline_map_concurrency_max, 40,
             "inline Map"},
    LimitRow{"execution_seconds_max", "seconds", &Limits::execution_seconds_max, 31'536'000,
             "quota, Standard"},
    LimitRow{"express_seconds_max", "seconds", &Limits::express_seconds_max, 300, "quota, Express"},
    LimitRow{"request_bytes_max", "bytes", &Limits::request_bytes_max, 1'048'576 * 2,
             "quota, API request"},
    LimitRow{"definition_bytes_max", "bytes", &Limits::definition_bytes_max, 1'048'576,
             "API model"},
    LimitRow{"open_executions_max", "executions", &Limits::open_executions_max, 1'000'000,
             "quota, open"},
    LimitRow{"state_machines_max", "state machines", &Limits::state_machines_max, 100'000,
             "quota, registered state machines"},
    LimitRow{"activities_max", "activities", &Limits::activities_max, 100'000,
             "quota, registered activities"},
};

}  // namespace

std::span<const LimitRow> limit_rows()
{
    return rows;
}

Limits limits_for(LimitsProfile profile)
{
    Limits limits;
    if (profile == LimitsProfile::Aws)
        for (const LimitRow& row : rows) limits.*(row.member) = row.aws;
    return limits;
}

}  // namespace weft
