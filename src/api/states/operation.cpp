#include "api/states/operation.h"

#include <algorithm>
#include <array>

namespace weft::api::states {

namespace {

constexpr std::array table = {
    Operation{"CreateActivity", create_activity},
    Operation{"CreateStateMachine", create_state_machine},
    Operation{"DeleteActivity", delete_activity},
    Operation{"DeleteStateMachine", delete_state_machine},
    Operation{"DescribeActivity", describe_activity},
    Operation{"DescribeExecution", describe_execution},
    Operation{"DescribeStateMachine", describe_state_machine},
    Operation{"DescribeStateMachineForExecution", describe_state_machine_for_execution},
    Operation{"GetActivityTask", get_activity_task},
    Operation{"GetExecutionHistory", get_execution_history},
    Operation{"ListActivities", list_activities},
    Operation{"ListExecutions", list_executions},
    Operation{"ListStateMachines", list_state_machines},
    Operation{"SendTaskFailure", send_task_failure},
    Operation{"SendTaskHeartbeat", send_task_heartbeat},
    Operation{"SendTaskSuccess", send_task_success},
    Operation{"StartExecution", start_execution},
    Operation{"StartSyncExecution", start_sync_execution},
    Operation{"StopExecution", stop_execution},
    Operation{"UpdateStateMachine", update_state_machine},
    Operation{"ValidateStateMachineDefinition", validate_state_machine_definition},
};
static_assert(std::ranges::is_sorted(table, {}, &Operation::name), "the table is searched by name");

// AWS API Reference, Step Functions, Actions: those that are not in this version.
constexpr std::array<std::string_view, 16> not_yet = {"CreateStateMachineAlias",
                                                      "DeleteStateMachineAlias",
                                                      "DeleteStateMachineVersion",
                                                      "DescribeMapRun",
                                                      "DescribeStateMachineAlias",
                                                      "ListMapRuns",
                                                      "ListStateMachineAliases",
                                                      "ListStateMachineVersions",
                                                      "ListTagsForResource",
                                                      "PublishStateMachineVersion",
                                                      "RedriveExecution",
                                                      "TagResource",
                                                      "TestState",
                                                      "UntagResource",
                                                      "UpdateMapRun",
                                                      "UpdateStateMachineAlias"};

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

bool known_to_aws(std::string_view name)
{
    return find_operation(name) != nullptr || std::ranges::find(not_yet, name) != not_yet.end();
}

}  // namespace weft::api::states
