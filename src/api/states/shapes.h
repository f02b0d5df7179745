#pragma once

#include "api/members.h"
#include "base/limits.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "runtime/requests.h"
#include "json/value.h"

#include <optional>
#include <string>

namespace weft::api::states {

// Shapes that several operations share. AWS API Reference, Step Functions, Data Types.

constexpr Length arn_length{1, 256};
constexpr Length name_length{1, 80};

std::string_view status_name(journal::RunStatus status);
std::optional<journal::RunStatus> status_from(std::string_view name);

// What DescribeStateMachine shows when a configuration was not given, and the checks of those that
// were.
json::Value logging_or_default(const json::Value& logging);
json::Value tracing_or_default(const json::Value& tracing);
json::Value encryption_or_default(const json::Value& encryption);
// Error: InvalidLoggingConfiguration with AWS's text.
Result<> check_logging(const json::Value& logging);

// An execution's input: JSON text, `{}` when absent. Errors: InvalidExecutionInput in Jackson's
// words, ValidationFailed when too long.
Result<json::Value> parse_input(const std::optional<std::string>& text, const Limits& limits);

// A task token. AWS API: TaskToken.
constexpr Length token_length{1, 2'048};

// A page's size: absent or 0 means 100.
std::size_t page_size(std::optional<std::int64_t> max_results);

// Adds `name` as JSON text with its `…Details {included: true}`.
void put_document(std::vector<json::Member>& members, const char* name, const char* details,
                  const json::Value& value);

// The members of a description that DescribeExecution and StartSyncExecution share.
void put_execution(std::vector<json::Member>& members,
                   const runtime::ExecutionDescription& execution);

}  // namespace weft::api::states
