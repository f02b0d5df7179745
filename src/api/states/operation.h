#pragma once

#include "async/loop.h"
#include "base/limits.h"
#include "runtime/runtime.h"
#include "json/value.h"

#include <span>
#include <string_view>

namespace weft::api::states {

// What an operation works with.
struct Context {
    runtime::Runtime& runtime;
    async::Loop& loop;
    const Limits& limits;
    runtime::Scope scope;
    // Takes what is to be called when the caller goes before it was answered; may be empty.
    runtime::Runtime::OnGone on_gone = {};
};

using Answer = runtime::Callback<json::Value>;

// One operation of the Step Functions API: decodes and checks the request's shape, asks the
// runtime, shapes the answer. The answer comes on the context's loop.
struct Operation {
    std::string_view name;
    // Null: AWS has it, this version does not.
    void (*run)(const Context& context, const json::Value& request, Answer answer);
    // The members of its request and of its answer, in the order of the service's model, those that
    // are required with a star.
    std::string_view request;
    std::string_view response;
};

// All operations of the service, sorted by name.
std::span<const Operation> operations();
const Operation* find_operation(std::string_view name);
// One that can be run. ErrorCode::Unsupported says whether it is this version or the service that
// lacks it.
Result<const Operation*> operation_named(std::string_view name);
// AWS: a required member that is missing is a ValidationException that names all of them; members
// that the operation does not know are passed over.
Result<> check_required(const Operation& operation, const json::Value& request);

void create_activity(const Context& context, const json::Value& request, Answer answer);
void create_state_machine(const Context& context, const json::Value& request, Answer answer);
void create_state_machine_alias(const Context& context, const json::Value& request, Answer answer);
void delete_activity(const Context& context, const json::Value& request, Answer answer);
void delete_state_machine(const Context& context, const json::Value& request, Answer answer);
void delete_state_machine_alias(const Context& context, const json::Value& request, Answer answer);
void delete_state_machine_version(const Context& context, const json::Value& request,
                                  Answer answer);
void describe_activity(const Context& context, const json::Value& request, Answer answer);
void describe_execution(const Context& context, const json::Value& request, Answer answer);
void describe_map_run(const Context& context, const json::Value& request, Answer answer);
void describe_state_machine(const Context& context, const json::Value& request, Answer answer);
void describe_state_machine_alias(const Context& context, const json::Value& request,
                                  Answer answer);
void describe_state_machine_for_execution(const Context& context, const json::Value& request,
                                          Answer answer);
void get_activity_task(const Context& context, const json::Value& request, Answer answer);
void get_execution_history(const Context& context, const json::Value& request, Answer answer);
void list_activities(const Context& context, const json::Value& request, Answer answer);
void list_executions(const Context& context, const json::Value& request, Answer answer);
void list_map_runs(const Context& context, const json::Value& request, Answer answer);
void list_state_machine_aliases(const Context& context, const json::Value& request, Answer answer);
void list_state_machine_versions(const Context& context, const json::Value& request, Answer answer);
void list_state_machines(const Context& context, const json::Value& request, Answer answer);
void list_tags_for_resource(const Context& context, const json::Value& request, Answer answer);
void publish_state_machine_version(const Context& context, const json::Value& request,
                                   Answer answer);
void redrive_execution(const Context& context, const json::Value& request, Answer answer);
void send_task_failure(const Context& context, const json::Value& request, Answer answer);
void send_task_heartbeat(const Context& context, const json::Value& request, Answer answer);
void send_task_success(const Context& context, const json::Value& request, Answer answer);
void start_execution(const Context& context, const json::Value& request, Answer answer);
void start_sync_execution(const Context& context, const json::Value& request, Answer answer);
void stop_execution(const Context& context, const json::Value& request, Answer answer);
void tag_resource(const Context& context, const json::Value& request, Answer answer);
void test_state(const Context& context, const json::Value& request, Answer answer);
void untag_resource(const Context& context, const json::Value& request, Answer answer);
void update_map_run(const Context& context, const json::Value& request, Answer answer);
void update_state_machine(const Context& context, const json::Value& request, Answer answer);
void update_state_machine_alias(const Context& context, const json::Value& request, Answer answer);
void validate_state_machine_definition(const Context& context, const json::Value& request,
                                       Answer answer);

}  // namespace weft::api::states
