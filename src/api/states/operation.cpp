#include "api/states/operation.h"

#include "api/members.h"
#include "base/suggest.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace weft::api::states {

namespace {

// AWS API Reference, Step Functions, Actions: every operation, in order. A test holds the members
// to the service's model.
constexpr std::array table = {
    Operation{"CreateActivity", create_activity, "name* tags encryptionConfiguration",
              "activityArn* creationDate*"},
    Operation{"CreateStateMachine", create_state_machine,
              "name* definition* roleArn* type loggingConfiguration tags tracingConfiguration "
              "publish versionDescription encryptionConfiguration",
              "stateMachineArn* creationDate* stateMachineVersionArn"},
    Operation{"CreateStateMachineAlias", create_state_machine_alias,
              "description name* routingConfiguration*", "stateMachineAliasArn* creationDate*"},
    Operation{"DeleteActivity", delete_activity, "activityArn*", ""},
    Operation{"DeleteStateMachine", delete_state_machine, "stateMachineArn*", ""},
    Operation{"DeleteStateMachineAlias", delete_state_machine_alias, "stateMachineAliasArn*", ""},
    Operation{"DeleteStateMachineVersion", delete_state_machine_version, "stateMachineVersionArn*",
              ""},
    Operation{"DescribeActivity", describe_activity, "activityArn*",
              "activityArn* name* creationDate* encryptionConfiguration"},
    Operation{"DescribeExecution", describe_execution, "executionArn* includedData",
              "executionArn* stateMachineArn* name status* startDate* stopDate input inputDetails "
              "output outputDetails traceHeader mapRunArn error cause stateMachineVersionArn "
              "stateMachineAliasArn redriveCount redriveDate redriveStatus redriveStatusReason"},
    Operation{"DescribeMapRun", describe_map_run, "mapRunArn*",
              "mapRunArn* executionArn* status* startDate* stopDate maxConcurrency* "
              "toleratedFailurePercentage* toleratedFailureCount* itemCounts* executionCounts* "
              "redriveCount redriveDate"},
    Operation{"DescribeStateMachine", describe_state_machine, "stateMachineArn* includedData",
              "stateMachineArn* name* status definition* roleArn* type* creationDate* "
              "loggingConfiguration tracingConfiguration label revisionId description "
              "encryptionConfiguration variableReferences"},
    Operation{"DescribeStateMachineAlias", describe_state_machine_alias, "stateMachineAliasArn*",
              "stateMachineAliasArn name description routingConfiguration creationDate updateDate"},
    Operation{"DescribeStateMachineForExecution", describe_state_machine_for_execution,
              "executionArn* includedData",
              "stateMachineArn* name* definition* roleArn* updateDate* loggingConfiguration "
              "tracingConfiguration mapRunArn label revisionId encryptionConfiguration "
              "variableReferences"},
    Operation{"GetActivityTask", get_activity_task, "activityArn* workerName", "taskToken input"},
    Operation{"GetExecutionHistory", get_execution_history,
              "executionArn* maxResults reverseOrder nextToken includeExecutionData",
              "events* nextToken"},
    Operation{"ListActivities", list_activities, "maxResults nextToken", "activities* nextToken"},
    Operation{"ListExecutions", list_executions,
              "stateMachineArn statusFilter maxResults nextToken mapRunArn redriveFilter",
              "executions* nextToken"},
    Operation{"ListMapRuns", list_map_runs, "executionArn* maxResults nextToken",
              "mapRuns* nextToken"},
    Operation{"ListStateMachineAliases", list_state_machine_aliases,
              "stateMachineArn* nextToken maxResults", "stateMachineAliases* nextToken"},
    Operation{"ListStateMachineVersions", list_state_machine_versions,
              "stateMachineArn* nextToken maxResults", "stateMachineVersions* nextToken"},
    Operation{"ListStateMachines", list_state_machines, "maxResults nextToken",
              "stateMachines* nextToken"},
    Operation{"ListTagsForResource", list_tags_for_resource, "resourceArn*", "tags"},
    Operation{"PublishStateMachineVersion", publish_state_machine_version,
              "stateMachineArn* revisionId description", "creationDate* stateMachineVersionArn*"},
    Operation{"RedriveExecution", redrive_execution, "executionArn* clientToken", "redriveDate*"},
    Operation{"SendTaskFailure", send_task_failure, "taskToken* error cause", ""},
    Operation{"SendTaskHeartbeat", send_task_heartbeat, "taskToken*", ""},
    Operation{"SendTaskSuccess", send_task_success, "taskToken* output*", ""},
    Operation{"StartExecution", start_execution, "stateMachineArn* name input traceHeader",
              "executionArn* startDate*"},
    Operation{"StartSyncExecution", start_sync_execution,
              "stateMachineArn* name input traceHeader includedData",
              "executionArn* stateMachineArn name startDate* stopDate* status* error cause input "
              "inputDetails output outputDetails traceHeader billingDetails"},
    Operation{"StopExecution", stop_execution, "executionArn* error cause", "stopDate*"},
    Operation{"TagResource", tag_resource, "resourceArn* tags*", ""},
    Operation{"TestState", test_state,
              "definition* roleArn input inspectionLevel revealSecrets variables stateName mock "
              "context stateConfiguration",
              "output error cause inspectionData nextState status"},
    Operation{"UntagResource", untag_resource, "resourceArn* tagKeys*", ""},
    Operation{"UpdateMapRun", update_map_run,
              "mapRunArn* maxConcurrency toleratedFailurePercentage toleratedFailureCount", ""},
    Operation{"UpdateStateMachine", update_state_machine,
              "stateMachineArn* definition roleArn loggingConfiguration tracingConfiguration "
              "publish versionDescription encryptionConfiguration",
              "updateDate* revisionId stateMachineVersionArn"},
    Operation{"UpdateStateMachineAlias", update_state_machine_alias,
              "stateMachineAliasArn* description routingConfiguration", "updateDate*"},
    Operation{"ValidateStateMachineDefinition", validate_state_machine_definition,
              "definition* type severity maxResults", "result* diagnostics* truncated"},
};
static_assert(std::ranges::is_sorted(table, {}, &Operation::name), "the table is searched by name");

}  // namespace

std::span<const Operation> operations()
{
    return table;
}

const Operation* find_operation(std::string_view name)
{
    const auto found = std::ranges::lower_bound(table, name, {}, &Operation::name);
    return found != table.end() && found->name == name ? &*found : nullptr;
}

Result<const Operation*> operation_named(std::string_view name)
{
    const Operation* found = find_operation(name);
    if (found != nullptr && found->run != nullptr) return found;
    if (found != nullptr)
        return fail(ErrorCode::Unsupported,
                    "The operation {} is not available in this version of Weft", name);
    std::vector<std::string_view> names;
    for (const Operation& one : operations()) names.push_back(one.name);
    const std::string_view near = suggest(name, names);
    return fail(ErrorCode::Unsupported, "There is no operation {} in Step Functions{}", name,
                near.empty() ? std::string() : fmt::format("; did you mean {}?", near));
}

Result<> check_required(const Operation& operation, const json::Value& request)
{
    Members members(request);
    std::string_view rest = operation.request;
    while (!rest.empty()) {
        const std::size_t space = std::min(rest.find(' '), rest.size());
        std::string_view name = rest.substr(0, space);
        rest.remove_prefix(std::min(space + 1, rest.size()));
        if (!name.ends_with('*')) continue;
        name.remove_suffix(1);
        members.require(name);
    }
    return members.check();
}

}  // namespace weft::api::states
