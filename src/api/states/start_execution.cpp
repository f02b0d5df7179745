#include "api/members.h"
#include "api/states/operation.h"
#include "api/states/shapes.h"
#include "history/wire.h"

#include <algorithm>

namespace weft::api::states {

namespace {

bool ascii(char c)
{
    return static_cast<unsigned char>(c) < 0x80U;
}

Result<runtime::StartRequest> read_start(const Context& context, Members& members)
{
    runtime::StartRequest start;
    start.machine_arn = members.required_text("stateMachineArn", arn_length);
    start.name = members.text("name", name_length).value_or(std::string());
    const std::optional<std::string> input = members.text("input");
    start.trace_header = members.text("traceHeader", {0, 256}).value_or(std::string());
    if (!std::ranges::all_of(start.trace_header, ascii))
        members.violated("traceHeader", start.trace_header,
                         R"(Member must satisfy regular expression pattern: \p{ASCII}*)");
    TRY(members.check());
    start.input = TRY(parse_input(input, context.limits));
    return start;
}

}  // namespace

// AWS API: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
void start_execution(const Context& context, const json::Value& request, Answer answer)
{
    Members members(request);
    Result<runtime::StartRequest> start = read_start(context, members);
    if (!start) return answer(tl::unexpected(std::move(start).error()));
    context.runtime.start(
        context.loop, *std::move(start),
        [answer = std::move(answer)](Result<runtime::StartReply> started) mutable {
            if (!started) return answer(tl::unexpected(std::move(started).error()));
            answer(json::Value::object({{"executionArn", started->execution_arn},
                                        {"startDate", history::wire_time(started->start)}}));
        });
}

// AWS API:
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartSyncExecution.html
void start_sync_execution(const Context& context, const json::Value& request, Answer answer)
{
    Members members(request);
    const Included included = read_included(members);
    Result<runtime::StartRequest> start = read_start(context, members);
    if (!start) return answer(tl::unexpected(std::move(start).error()));
    std::string trace_header = start->trace_header;
    context.runtime.start_sync(
        context.loop, *std::move(start),
        [answer = std::move(answer), included,
         trace_header = std::move(trace_header)](Result<runtime::SyncReply> ended) mutable {
            if (!ended) return answer(tl::unexpected(std::move(ended).error()));
            std::vector<json::Member> out;
            put_execution(out, ended->execution, included);
            if (!trace_header.empty()) out.push_back({"traceHeader", trace_header});
            out.push_back({"billingDetails",
                           json::Value::object(
                               {{"billedMemoryUsedInMB", ended->billed_memory_megabytes},
                                {"billedDurationInMilliseconds", ended->billed_milliseconds}})});
            answer(json::Value::object(std::move(out)));
        });
}

}  // namespace weft::api::states
