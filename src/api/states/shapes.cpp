#include "api/states/shapes.h"

#include "history/wire.h"
#include "integrations/states/execution_input.h"
#include "json/write.h"

#include <algorithm>
#include <array>
#include <utility>

namespace weft::api::states {

namespace {

using journal::RunStatus;

constexpr std::array<std::pair<RunStatus, std::string_view>, 5> statuses = {
    {{RunStatus::Running, "RUNNING"},
     {RunStatus::Succeeded, "SUCCEEDED"},
     {RunStatus::Failed, "FAILED"},
     {RunStatus::TimedOut, "TIMED_OUT"},
     {RunStatus::Aborted, "ABORTED"}}};

json::Value or_default(const json::Value& given, const char* member, json::Value fallback)
{
    if (!given.is_object()) return json::Value::object({{member, std::move(fallback)}});
    if (given.find(member) == nullptr) return json::with_member(given, member, std::move(fallback));
    return given;
}

}  // namespace

std::string_view status_name(RunStatus status)
{
    return std::find_if(statuses.begin(), statuses.end(),
                        [&](const auto& row) { return row.first == status; })
        ->second;
}

std::optional<RunStatus> status_from(std::string_view name)
{
    for (const auto& [status, text] : statuses)
        if (text == name) return status;
    return std::nullopt;
}

json::Value logging_or_default(const json::Value& logging)
{
    return or_default(or_default(logging, "level", "OFF"), "includeExecutionData", false);
}

json::Value tracing_or_default(const json::Value& tracing)
{
    return or_default(tracing, "enabled", false);
}

json::Value encryption_or_default(const json::Value& encryption)
{
    return or_default(encryption, "type", "AWS_OWNED_KEY");
}

json::Value read_logging(Members& members)
{
    const json::Value given = members.object("loggingConfiguration").value_or(json::Value());
    if (given.is_null()) return given;
    Members inside(given, "loggingConfiguration.");
    inside.one_of("level", {"ALL", "ERROR", "FATAL", "OFF"});
    inside.boolean("includeExecutionData");
    std::size_t place = 0;
    for (const json::Value& destination : inside.list("destinations", {}, "LogDestination")) {
        const std::string path =
            fmt::format("loggingConfiguration.destinations.{}.member.", ++place);
        Members item(destination, path);
        const json::Value group =
            item.object("cloudWatchLogsLogGroup").value_or(json::Value::object());
        Members log_group(group, path + "cloudWatchLogsLogGroup.");
        log_group.text("logGroupArn", arn_length);
        item.add(log_group);
        inside.add(item);
    }
    members.add(inside);
    return given;
}

json::Value read_tracing(Members& members)
{
    const json::Value given = members.object("tracingConfiguration").value_or(json::Value());
    if (given.is_null()) return given;
    Members inside(given, "tracingConfiguration.");
    inside.boolean("enabled");
    members.add(inside);
    return given;
}

json::Value read_encryption(Members& members)
{
    const json::Value given = members.object("encryptionConfiguration").value_or(json::Value());
    if (given.is_null()) return given;
    Members inside(given, "encryptionConfiguration.");
    inside.require("type");
    inside.one_of("type", {"AWS_OWNED_KEY", "CUSTOMER_MANAGED_KMS_KEY"});
    inside.text("kmsKeyId", {1, 2'048});
    inside.integer("kmsDataKeyReusePeriodSeconds", {60, 900});
    members.add(inside);
    return given;
}

// AWS: recorded: a level other than OFF needs one destination; nobody may have two.
Result<> check_logging(const json::Value& logging)
{
    if (!logging.is_object()) return {};
    const json::Value* level = logging.find("level");
    const json::Value* destinations = logging.find("destinations");
    const std::size_t count =
        destinations == nullptr || !destinations->is_array() ? 0 : destinations->size();
    const bool off = level == nullptr || !level->is_string() || level->as_string() == "OFF";
    if (count > 1 || (!off && count == 0))
        return fail(ErrorCode::InvalidLoggingConfiguration,
                    "Invalid Logging Configuration: Must specify exactly one Log Destination.");
    // AWS: a log group's ARN ends in ":*".
    for (std::size_t i = 0; i < count; ++i) {
        const json::Value* group = destinations->items()[i].find("cloudWatchLogsLogGroup");
        const json::Value* arn = group == nullptr ? nullptr : group->find("logGroupArn");
        const std::string_view text =
            arn == nullptr || !arn->is_string() ? std::string_view() : arn->as_string();
        if (!text.starts_with("arn:") || text.find(":logs:") == std::string_view::npos ||
            text.find(":log-group:") == std::string_view::npos || !text.ends_with(":*"))
            return fail(ErrorCode::InvalidLoggingConfiguration,
                        "Invalid Logging Configuration: Log Destination not found.");
    }
    return {};
}

// AWS API Reference, EncryptionConfiguration: a key and how long a data key is used go with
// CUSTOMER_MANAGED_KMS_KEY, which needs the key. Weft stores the configuration and encrypts nothing
// by it.
Result<> check_encryption(const json::Value& encryption)
{
    if (!encryption.is_object()) return {};
    const json::Value* type = encryption.find("type");
    const bool own_key = type != nullptr && *type == json::Value("CUSTOMER_MANAGED_KMS_KEY");
    const bool key = encryption.find("kmsKeyId") != nullptr;
    const bool period = encryption.find("kmsDataKeyReusePeriodSeconds") != nullptr;
    if (own_key && !key)
        return fail(ErrorCode::InvalidEncryptionConfiguration,
                    "Invalid Encryption Configuration: kmsKeyId must be specified with "
                    "CUSTOMER_MANAGED_KMS_KEY");
    if (!own_key && (key || period))
        return fail(ErrorCode::InvalidEncryptionConfiguration,
                    "Invalid Encryption Configuration: kmsKeyId and kmsDataKeyReusePeriodSeconds "
                    "can only be specified with CUSTOMER_MANAGED_KMS_KEY");
    return {};
}

json::Value read_tags(Members& members)
{
    std::vector<json::Value> tags;
    const std::optional<json::Value> given = members.array("tags");
    if (!given) return {};
    std::size_t place = 0;
    for (const json::Value& tag : given->items()) {
        Members item(tag, fmt::format("tags.{}.member.", ++place));
        const std::string key = item.required_text("key", tag_key_length);
        const std::string value = item.text("value", {0, 256}).value_or(std::string());
        members.add(item);
        tags.push_back(json::Value::object({{"key", key}, {"value", value}}));
    }
    return json::Value::array(std::move(tags));
}

Result<> check_tags(const json::Value& tags)
{
    if (!tags.is_array()) return {};
    if (tags.size() > resource_tags_max)
        return fail(ErrorCode::TooManyTags, "{} tags were given, more than the {} allowed",
                    tags.size(), resource_tags_max);
    for (const json::Value& tag : tags.items())
        if (const json::Value* key = tag.find("key"); key->as_string().starts_with("aws:"))
            return fail(ErrorCode::ValidationFailed,
                        "The tag key '{}' is reserved: keys must not begin with 'aws:'",
                        key->as_string());
    return {};
}

Result<json::Value> parse_input(const std::optional<std::string>& text, const Limits& limits)
{
    if (!text) return json::Value::object();
    if (text->size() > limits.payload_bytes_max)
        return fail(ErrorCode::ValidationFailed,
                    "1 validation error detected: Value at 'input' failed to satisfy constraint: "
                    "Member must have length "
                    "less than or equal to {}",
                    limits.payload_bytes_max);
    return integrations::states::parse_execution_input(*text);
}

Included read_included(Members& members)
{
    return members.one_of("includedData", {"ALL_DATA", "METADATA_ONLY"}) == "METADATA_ONLY"
               ? Included::MetadataOnly
               : Included::AllData;
}

std::size_t page_size(std::optional<std::int64_t> max_results)
{
    return max_results.value_or(0) == 0 ? 100 : static_cast<std::size_t>(*max_results);
}

void put_document(std::vector<json::Member>& members, const char* name, const char* details,
                  const json::Value& value)
{
    members.push_back({name, json::write(value)});
    members.push_back({details, json::Value::object({{"included", true}})});
}

void put_started_by(std::vector<json::Member>& members, const std::string& version_arn,
                    const std::string& alias_arn)
{
    if (!version_arn.empty()) members.push_back({"stateMachineVersionArn", version_arn});
    if (!alias_arn.empty()) members.push_back({"stateMachineAliasArn", alias_arn});
}

void put_redrives(std::vector<json::Member>& members, const journal::Redrives& redrives)
{
    members.push_back({"redriveCount", std::uint64_t{redrives.count}});
    if (redrives.last) members.push_back({"redriveDate", history::wire_time(*redrives.last)});
}

void put_execution(std::vector<json::Member>& members,
                   const runtime::ExecutionDescription& execution, Included included)
{
    members.push_back({"executionArn", execution.execution_arn});
    members.push_back({"stateMachineArn", execution.machine_arn});
    members.push_back({"name", execution.name});
    members.push_back({"status", status_name(execution.status)});
    members.push_back({"startDate", history::wire_time(execution.start)});
    if (execution.stop) members.push_back({"stopDate", history::wire_time(*execution.stop)});
    if (included == Included::AllData) {
        put_document(members, "input", "inputDetails", execution.input);
        if (execution.output) put_document(members, "output", "outputDetails", *execution.output);
    }
    if (execution.error) members.push_back({"error", *execution.error});
    if (execution.cause) members.push_back({"cause", *execution.cause});
}

runtime::Callback<void> empty_answer(runtime::Callback<json::Value> answer)
{
    return [answer = std::move(answer)](Result<> done) mutable {
        if (!done) return answer(tl::unexpected(std::move(done).error()));
        answer(json::Value::object());
    };
}

json::Value page_of(const char* name, std::vector<json::Value> items, const std::string& token)
{
    std::vector<json::Member> out{{name, json::Value::array(std::move(items))}};
    if (!token.empty()) out.push_back({"nextToken", token});
    return json::Value::object(std::move(out));
}

}  // namespace weft::api::states
