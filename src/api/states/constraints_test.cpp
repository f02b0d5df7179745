#include "api/states/operation.h"

#include "tests/support/runtime_world.h"
#include "json/parse.h"
#include "json/write.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

using namespace weft;
using namespace weft::api::states;

namespace {

// What an operation says of a request that it refuses for its members' constraints alone, behind
// "1 validation error detected: ".
class Refusals {
public:
    Refusals()
    {
        // Short, so that what is too long is still short.
        m_limits.payload_bytes_max = 4;
        m_limits.definition_bytes_max = 4;
    }

    std::string say(std::string_view operation, const std::string& request)
    {
        const Context context{*m_world.runtime, m_world.home(), m_limits, {}};
        std::string said = "accepted, or given to the runtime";
        find_operation(operation)->run(context, *json::parse(request),
                                       [&said](const Result<json::Value>& answer) {
                                           if (!answer) said = answer.error().message;
                                       });
        constexpr std::string_view prefix = "1 validation error detected: ";
        return said.starts_with(prefix) ? said.substr(prefix.size()) : said;
    }

private:
    test::RuntimeWorld m_world;
    Limits m_limits;
};

constexpr const char* fails = "failed to satisfy constraint: Member must";

struct Row {
    std::string_view operation;
    std::string_view member;
    std::size_t max = 0;
    std::string request;  // with "?" where the member's value is
};

}  // namespace

TEST_CASE("the value of a sensitive member is not said, that of any other is")
{
    const std::string machine = R"("name":"m","roleArn":"r","definition":)";
    const std::string mock = R"({"definition":"{}","mock":)";
    const std::string configuration = R"({"definition":"{}","stateConfiguration":)";
    // AWS: the shapes that the service's model marks as sensitive.
    const std::vector<Row> sensitive = {
        {"CreateStateMachine", "definition", 4, "{" + machine + "?}"},
        {"CreateStateMachine", "versionDescription", 256,
         "{" + machine + R"("{}","publish":true,"versionDescription":?})"},
        {"UpdateStateMachine", "definition", 4, R"({"stateMachineArn":"a","definition":?})"},
        {"UpdateStateMachine", "versionDescription", 256,
         R"({"stateMachineArn":"a","publish":true,"versionDescription":?})"},
        {"ValidateStateMachineDefinition", "definition", 4, R"({"definition":?})"},
        {"CreateStateMachineAlias", "description", 256,
         R"({"name":"a","routingConfiguration":[{"stateMachineVersionArn":"a","weight":100}],)"
         R"("description":?})"},
        {"UpdateStateMachineAlias", "description", 256,
         R"({"stateMachineAliasArn":"a","description":?})"},
        {"PublishStateMachineVersion", "description", 256,
         R"({"stateMachineArn":"a","description":?})"},
        {"SendTaskFailure", "error", 256, R"({"taskToken":"t","error":?})"},
        {"SendTaskFailure", "cause", 32'768, R"({"taskToken":"t","cause":?})"},
        {"SendTaskSuccess", "output", 4, R"({"taskToken":"t","output":?})"},
        {"StopExecution", "error", 256, R"({"executionArn":"a","error":?})"},
        {"StopExecution", "cause", 32'768, R"({"executionArn":"a","cause":?})"},
        {"StartExecution", "input", 4, R"({"stateMachineArn":"a","input":?})"},
        {"StartSyncExecution", "input", 4, R"({"stateMachineArn":"a","input":?})"},
        {"TestState", "definition", 4, R"({"definition":?})"},
        {"TestState", "input", 4, R"({"definition":"{}","input":?})"},
        {"TestState", "variables", 4, R"({"definition":"{}","variables":?})"},
        {"TestState", "context", 4, R"({"definition":"{}","context":?})"},
        {"TestState", "stateName", 80, R"({"definition":"{}","stateName":?})"},
        {"TestState", "mock.result", 4, mock + R"({"result":?}})"},
        {"TestState", "mock.errorOutput.error", 256, mock + R"({"errorOutput":{"error":?}}})"},
        {"TestState", "mock.errorOutput.cause", 32'768, mock + R"({"errorOutput":{"cause":?}}})"},
        {"TestState", "stateConfiguration.errorCausedByState", 80,
         configuration + R"({"errorCausedByState":?}})"},
        {"TestState", "stateConfiguration.mapItemReaderData", 4,
         configuration + R"({"mapItemReaderData":?}})"},
    };
    const std::vector<Row> open = {
        {"CreateStateMachine", "name", 80, R"({"name":?,"roleArn":"r","definition":"{}"})"},
        {"CreateStateMachine", "roleArn", 256, R"({"name":"m","roleArn":?,"definition":"{}"})"},
        {"SendTaskFailure", "taskToken", 2'048, R"({"taskToken":?})"},
        {"StartExecution", "name", 80, R"({"stateMachineArn":"a","name":?})"},
        {"StartExecution", "traceHeader", 256, R"({"stateMachineArn":"a","traceHeader":?})"},
        {"RedriveExecution", "clientToken", 64, R"({"executionArn":"a","clientToken":?})"},
        {"GetActivityTask", "workerName", 80, R"({"activityArn":"a","workerName":?})"},
        {"TestState", "roleArn", 256, R"({"definition":"{}","roleArn":?})"},
        {"TagResource", "tags.1.member.key", 128,
         R"({"resourceArn":"a","tags":[{"key":?,"value":""}]})"},
        {"TagResource", "tags.1.member.value", 256,
         R"({"resourceArn":"a","tags":[{"key":"k","value":?}]})"},
    };

    Refusals refusals;
    const auto said = [&refusals](const Row& row, const std::string& value) {
        std::string request = row.request;
        request.replace(request.find('?'), 1, json::write(json::Value(value)));
        return refusals.say(row.operation, request);
    };
    for (const Row& row : sensitive) {
        CAPTURE(row.operation);
        CHECK(said(row, std::string(row.max + 1, 'x')) ==
              fmt::format("Value at '{}' {} have length less than or equal to {}", row.member,
                          fails, row.max));
    }
    for (const Row& row : open) {
        CAPTURE(row.operation);
        const std::string value(row.max + 1, 'x');
        CHECK(said(row, value) ==
              fmt::format("Value '{}' at '{}' {} have length less than or equal to {}", value,
                          row.member, fails, row.max));
    }
}

TEST_CASE("what does not match a member's pattern is said with the pattern")
{
    Refusals refusals;
    for (const char* operation : {"StartExecution", "StartSyncExecution"})
        CHECK(
            refusals.say(operation, R"({"stateMachineArn":"a","traceHeader":"é"})") ==
            fmt::format(
                R"(Value 'é' at 'traceHeader' {} satisfy regular expression pattern: \p{{ASCII}}*)",
                fails));
    CHECK(refusals.say("RedriveExecution", R"({"executionArn":"a","clientToken":"a b"})") ==
          fmt::format("Value 'a b' at 'clientToken' {} satisfy regular expression pattern: [!-~]+",
                      fails));
}

TEST_CASE("members inside TestState's mock and configuration are named by their place")
{
    Refusals refusals;
    CHECK(refusals.say("TestState",
                       R"({"definition":"{}","mock":{"result":"{}","fieldValidationMode":"X"}})") ==
          fmt::format("Value 'X' at 'mock.fieldValidationMode' {} satisfy enum value set: [STRICT, "
                      "PRESENT, NONE]",
                      fails));
    for (const char* member : {"retrierRetryCount", "mapIterationFailureCount"})
        CHECK(
            refusals.say("TestState",
                         fmt::format(R"({{"definition":"{{}}","stateConfiguration":{{"{}":-1}}}})",
                                     member)) ==
            fmt::format("Value '-1' at 'stateConfiguration.{}' {} have value greater than or "
                        "equal to 0",
                        member, fails));
    CHECK(refusals.say("TestState", R"({"definition":"{}","mock":{"errorOutput":{"cause":1}}})") ==
          "The member 'mock.errorOutput.cause' must be a string");
}

TEST_CASE("a tag's key of the wrong length is said with the list it is in")
{
    Refusals refusals;
    const std::string key(129, 'a');
    constexpr const char* constraint =
        "failed to satisfy constraint: Member must satisfy constraint: [Member must have length "
        "less than or equal to 128, Member must have length greater than or equal to 1]";
    CHECK(refusals.say("UntagResource", R"({"resourceArn":"a","tagKeys":["k",")" + key + "\"]}") ==
          fmt::format("Value '[k, {}]' at 'tagKeys' {}", key, constraint));
    CHECK(refusals.say("UntagResource", R"({"resourceArn":"a","tagKeys":[""]})") ==
          fmt::format("Value '[]' at 'tagKeys' {}", constraint));
}
