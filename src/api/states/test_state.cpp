#include "api/members.h"
#include "api/states/inspection_data.h"
#include "api/states/operation.h"
#include "api/states/shapes.h"
#include "json/parse.h"
#include "json/write.h"

#include <array>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace weft::api::states {

namespace {

using engine::TestedState;

constexpr Range count_range{0, std::numeric_limits<std::int32_t>::max()};

// In the order of TestedState::Status.
constexpr std::array<std::string_view, 4> test_statuses = {"SUCCEEDED", "FAILED", "RETRIABLE",
                                                           "CAUGHT_ERROR"};

struct TestOptions {
    bool inspect = false;
};

Result<runtime::TestStateMock> read_mock(const json::Value& mock, const Limits& limits)
{
    Members members(mock, "mock.");
    runtime::TestStateMock out;
    out.result = members.text("result", {0, limits.payload_bytes_max}, Secrecy::Sensitive);
    const std::optional<json::Value> error = members.object("errorOutput");
    const std::string mode =
        members.one_of("fieldValidationMode", {"STRICT", "PRESENT", "NONE"}).value_or("STRICT");
    TRY(members.check());
    if (out.result.has_value() == error.has_value())
        return fail(
            ErrorCode::ValidationFailed,
            "A test mock should have only one of the following fields: [result, errorOutput].");
    using enum runtime::TestStateMock::Validation;
    out.validation = mode == "STRICT" ? Strict : mode == "PRESENT" ? Present : None;
    if (!error) return out;
    Members of_error(*error, "mock.errorOutput.");
    const auto name = of_error.text("error", {0, error_characters_max}, Secrecy::Sensitive);
    const auto cause = of_error.text("cause", {0, cause_characters_max}, Secrecy::Sensitive);
    TRY(of_error.check());
    out.error.emplace();
    if (name) out.error->error = json::String(*name);
    if (cause) out.error->cause = json::String(*cause);
    return out;
}

Result<runtime::TestStateConfiguration> read_configuration(const json::Value& configuration,
                                                           const Limits& limits)
{
    Members members(configuration, "stateConfiguration.");
    runtime::TestStateConfiguration out;
    const auto retries = members.integer("retrierRetryCount", count_range);
    out.error_caused_by_state = members.text("errorCausedByState", name_length, Secrecy::Sensitive);
    const auto failures = members.integer("mapIterationFailureCount", count_range);
    out.map_item_reader_data =
        members.text("mapItemReaderData", {0, limits.payload_bytes_max}, Secrecy::Sensitive);
    TRY(members.check());
    if (retries) out.retrier_retry_count = static_cast<std::uint32_t>(*retries);
    if (failures) out.map_iteration_failure_count = static_cast<std::uint32_t>(*failures);
    return out;
}

Result<json::Value> read_variables(const std::optional<std::string>& text)
{
    if (!text) return json::Value();
    Result<json::Value> variables = json::parse(*text);
    if (!variables || !variables->is_object())
        return fail(ErrorCode::ValidationFailed, "Variables must be a JSON object");
    return variables;
}

Result<runtime::TestStateRequest> read_request(const Context& context, const json::Value& request,
                                               TestOptions& options)
{
    Members members(request);
    const Length document{0, context.limits.payload_bytes_max};
    runtime::TestStateRequest out;
    out.scope = context.scope;
    out.definition = members.required_text("definition", {1, context.limits.definition_bytes_max},
                                           Secrecy::Sensitive);
    out.role_arn = members.text("roleArn", arn_length);
    const std::optional<std::string> input = members.text("input");
    const std::string level =
        members.one_of("inspectionLevel", {"INFO", "DEBUG", "TRACE"}).value_or("INFO");
    const bool reveal = members.boolean("revealSecrets").value_or(false);
    const std::optional<std::string> variables =
        members.text("variables", document, Secrecy::Sensitive);
    out.state_name =
        members.text("stateName", name_length, Secrecy::Sensitive).value_or(std::string());
    const std::optional<json::Value> mock = members.object("mock");
    out.context = members.text("context", document, Secrecy::Sensitive);
    const std::optional<json::Value> configuration = members.object("stateConfiguration");
    TRY(members.check());
    options.inspect = level != "INFO";
    out.input = TRY(parse_input(input, context.limits));
    out.variables = TRY(read_variables(variables));
    if (mock) out.mock = TRY(read_mock(*mock, context.limits));
    if (mock && reveal)
        return fail(ErrorCode::ValidationFailed,
                    "TestState does not support RevealSecrets when a mock is specified.");
    if (configuration) out.configuration = TRY(read_configuration(*configuration, context.limits));
    return out;
}

json::Value shape(const runtime::TestStateReply& reply, const TestOptions& options)
{
    const TestedState& tested = reply.tested;
    std::vector<json::Member> out;
    if (tested.output) out.push_back({"output", json::write(*tested.output)});
    if (tested.error) out.push_back({"error", *tested.error});
    if (tested.cause) out.push_back({"cause", *tested.cause});
    if (options.inspect) out.push_back({"inspectionData", inspection_data(reply)});
    if (!tested.next.empty()) out.push_back({"nextState", tested.next});
    out.push_back({"status", test_statuses[static_cast<std::size_t>(tested.status)]});
    return json::Value::object(std::move(out));
}

}  // namespace

// AWS API: https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html
void test_state(const Context& context, const json::Value& request, Answer answer)
{
    TestOptions options;
    Result<runtime::TestStateRequest> test = read_request(context, request, options);
    if (!test) return answer(tl::unexpected(std::move(test).error()));
    context.runtime.test_state(
        context.loop, *std::move(test),
        [options, answer = std::move(answer)](Result<runtime::TestStateReply> reply) mutable {
            if (!reply) return answer(tl::unexpected(std::move(reply).error()));
            answer(shape(*reply, options));
        });
}

}  // namespace weft::api::states
