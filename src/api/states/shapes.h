#pragma once

#include "api/members.h"
#include "base/limits.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "runtime/requests.h"
#include "json/value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace weft::api::states {

// Shapes that several operations share. AWS API Reference, Step Functions, Data Types.

constexpr Length arn_length{1, 256};
constexpr Length name_length{1, 80};
constexpr Length long_arn_length{1, 2'000};
constexpr Length version_description_length{0, 256};
constexpr Length tag_key_length{1, 128};
constexpr Length page_token_length{1, 1'024};
constexpr Range page_range{0, 1'000};

std::string_view status_name(journal::RunStatus status);
std::optional<journal::RunStatus> status_from(std::string_view name);

// What DescribeStateMachine shows when a configuration was not given, and the checks of those that
// were.
json::Value logging_or_default(const json::Value& logging);
json::Value tracing_or_default(const json::Value& tracing);
json::Value encryption_or_default(const json::Value& encryption);
// Reads and checks a configuration's members; null when it was not given.
json::Value read_logging(Members& members);
json::Value read_tracing(Members& members);
json::Value read_encryption(Members& members);
// What the members alone do not say. Errors: InvalidLoggingConfiguration with AWS's text,
// InvalidEncryptionConfiguration. A configuration that is null is fine.
Result<> check_logging(const json::Value& logging);
Result<> check_encryption(const json::Value& encryption);

// Reads [{key, value}]; null when it was not given.
json::Value read_tags(Members& members);
// Errors: TooManyTags, ValidationFailed for a reserved key.
Result<> check_tags(const json::Value& tags);

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

// Which version and alias an execution was started by, when by any.
void put_started_by(std::vector<json::Member>& members, const std::string& version_arn,
                    const std::string& alias_arn);

// How often and when last an execution was redriven; the time only when it was.
void put_redrives(std::vector<json::Member>& members, const journal::Redrives& redrives);

// The request's includedData: whether input and output are wanted.
enum class Included : std::uint8_t { AllData, MetadataOnly };
Included read_included(Members& members);

// The members of a description that DescribeExecution and StartSyncExecution share.
void put_execution(std::vector<json::Member>& members,
                   const runtime::ExecutionDescription& execution, Included included);

// The answer of an operation that gives nothing back.
runtime::Callback<void> empty_answer(runtime::Callback<json::Value> answer);
// The answer of an operation that lists: the page's items, and `nextToken` unless it is the last.
json::Value page_of(const char* name, std::vector<json::Value> items, const std::string& token);

}  // namespace weft::api::states
