#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace weft {

// Every bound that differs between Weft's own profile and AWS's (`--limits aws`). Bounds of syntax,
// the same in both, are the constants below. One table (limits.cpp) holds name, unit, both columns
// and the source of each.
struct Limits {
    std::uint64_t payload_bytes_max = 64ULL << 20;     // state, task and execution input and output
    std::uint64_t history_events_max = 10'000'000;     // public events of one execution
    std::uint64_t inline_map_concurrency_max = 1'000;  // iterations of an inline Map at one time
    std::uint64_t execution_seconds_max = 31'536'000;  // Standard: one year
    std::uint64_t express_seconds_max = 3'600;
    std::uint64_t request_bytes_max = 80ULL << 20;  // an HTTP request's body
    std::uint64_t definition_bytes_max = 16ULL << 20;
    std::uint64_t open_executions_max = 10'000'000;
    std::uint64_t state_machines_max = 1'000'000;  // registered in one account and region
    std::uint64_t activities_max = 1'000'000;      // registered in one account and region

    bool operator==(const Limits&) const = default;
};

enum class LimitsProfile : std::uint8_t { Weft, Aws };

Limits limits_for(LimitsProfile profile);

struct LimitRow {
    std::string_view name;
    std::string_view unit;
    std::uint64_t Limits::* member;
    std::uint64_t aws;
    std::string_view source;
};
std::span<const LimitRow> limit_rows();

// Bounds of syntax, whatever the profile (AWS API model, length constraints).
constexpr std::size_t name_characters_max = 80;
constexpr std::size_t error_characters_max = 256;
constexpr std::size_t cause_characters_max = 32'768;
constexpr std::size_t machine_versions_max = 1'000;
constexpr std::size_t machine_aliases_max = 100;
constexpr std::size_t resource_tags_max = 50;
constexpr std::size_t json_depth_max = 1'000;
constexpr std::size_t array_range_items_max = 1'000;
constexpr std::size_t intrinsic_text_characters_max = 10'000;
constexpr std::size_t intrinsic_nesting_max = 10;
constexpr std::size_t assign_bytes_max = 262'144;        // of all variables of one Assign
constexpr std::size_t variables_bytes_max = 10'485'760;  // of all variables of an execution

}  // namespace weft
