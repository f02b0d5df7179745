#include "api/members.h"
#include "api/states/operation.h"
#include "api/states/shapes.h"
#include "history/wire.h"

namespace weft::api::states {

// AWS API: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html
void list_executions(const Context& context, const json::Value& request, Answer answer)
{
    Members members(request);
    runtime::ListRequest list;
    const std::optional<std::string> machine = members.text("stateMachineArn", arn_length);
    const std::optional<std::string> map_run = members.text("mapRunArn", {1, 2'000});
    const std::optional<std::string> status =
        members.one_of("statusFilter", {"SUCCEEDED", "TIMED_OUT", "PENDING_REDRIVE", "ABORTED",
                                        "FAILED", "RUNNING"});
    const bool filtered = members.one_of("redriveFilter", {"REDRIVEN", "NOT_REDRIVEN"}).has_value();
    list.limit = page_size(members.integer("maxResults", {0, 1'000}));
    list.token = members.text("nextToken", {1, 3'096}).value_or(std::string());
    Result<> checked = members.check();
    if (checked && machine.has_value() == map_run.has_value())
        checked = fail(ErrorCode::ValidationFailed,
                       "Must specify exactly one of stateMachineArn or mapRunArn");
    // AWS API: a filter by redrive goes with a Map Run alone.
    if (checked && machine && filtered)
        checked = fail(ErrorCode::ValidationFailed,
                       "redriveFilter can only be specified together with mapRunArn");
    if (checked && map_run)
        checked = fail(ErrorCode::NotFound, "Resource not found: '{}'", *map_run);
    if (checked && status == "PENDING_REDRIVE")
        checked = fail(ErrorCode::ValidationFailed,
                       "PENDING_REDRIVE is only a status of executions that a Map Run started");
    if (!checked) return answer(tl::unexpected(std::move(checked).error()));
    list.machine_arn = *machine;
    if (status) list.status = status_from(*status);
    context.runtime.list(context.loop, std::move(list),
                         [answer = std::move(answer)](Result<runtime::ListPage> page) mutable {
                             if (!page) return answer(tl::unexpected(std::move(page).error()));
                             std::vector<json::Value> items;
                             for (const runtime::ExecutionListItem& item : page->executions) {
                                 std::vector<json::Member> one{
                                     {"executionArn", item.execution_arn},
                                     {"stateMachineArn", item.machine_arn},
                                     {"name", item.name},
                                     {"status", status_name(item.status)},
                                     {"startDate", history::wire_time(item.start)}};
                                 if (item.stop)
                                     one.push_back({"stopDate", history::wire_time(*item.stop)});
                                 put_started_by(one, item.version_arn, item.alias_arn);
                                 put_redrives(one, item.redrives);
                                 items.push_back(json::Value::object(std::move(one)));
                             }
                             answer(page_of("executions", std::move(items), page->token));
                         });
}

}  // namespace weft::api::states
