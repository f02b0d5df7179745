#include "integrations/bedrock/invoke_model.h"

#include "integrations/tables.h"
#include "tests/support/scripted_transport.h"
#include "json/parse.h"
#include "json/write.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using namespace weft;
using namespace weft::integrations;

namespace {

constexpr std::string_view resource = "arn:aws:states:::bedrock:invokeModel";

gateway::Environment no_environment()
{
    return [](std::string_view) -> std::optional<std::string> { return {}; };
}

Call call_of(std::string_view parameters, std::string_view state = "Ask")
{
    Call call;
    call.resource = json::String(resource);
    call.state = json::String(state);
    call.parameters = *json::parse(parameters);
    call.idempotency_key = "0a0b";
    return call;
}

struct World {
    explicit World(std::string_view yaml = "")
        : gateway(*gateway::read_config(yaml, "weft.yaml"), transport, pool, no_environment()),
          invoke_model(gateway)
    {
    }
    Outcome call(std::string_view parameters)
    {
        return *loop.run(invoke_model.invoke(*loop.loop, call_of(parameters)));
    }

    test::OneLoop loop;
    test::ScriptedTransport transport;
    async::InlinePool pool;
    gateway::Gateway gateway;
    bedrock::InvokeModel invoke_model;
};

std::string cause_of(const Outcome& outcome)
{
    const auto* failure = std::get_if<Failure>(&outcome);
    return failure == nullptr ? "none" : failure->error + ": " + failure->cause;
}

}  // namespace

TEST_CASE("invokeModel answers {Body, ContentType}, with Body as object or text")
{
    World world;
    const std::string body =
        R"({"anthropic_version":"bedrock-2023-05-31","max_tokens":100,"messages":[{"role":"user",)"
        R"("content":"Acme sells boats.\n\nWhat does Acme sell?"}]})";
    for (const std::string& given : {body, json::write(json::Value(body))}) {
        const Outcome outcome = world.call(
            R"({"ModelId":"arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0",)"
            R"("ContentType":"application/json","Body":)" +
            given + "}");
        REQUIRE_MESSAGE(std::holds_alternative<Success>(outcome), cause_of(outcome));
        const Success& success = std::get<Success>(outcome);
        CHECK(success.output.find("ContentType")->as_string() == "application/json");
        CHECK(success.output.find("Body")->find("content")->at(0)->find("text")->as_string() ==
              "Acme sells boats.");
        CHECK(success.usage.find("provider")->as_string() == "builtin");
        CHECK(success.usage.find("estimated")->as_bool());
    }
}

TEST_CASE("wrong parameters are ValidationExceptions")
{
    World world;
    CHECK(cause_of(world.call("{}")) ==
          "Bedrock.ValidationException: The parameter ModelId is required (Service: "
          "BedrockRuntime, Status Code: 400, Request ID: 0a0b)");
    CHECK(cause_of(world.call(R"({"ModelId":"m"})")).find("The parameter Body is required") !=
          std::string::npos);
    CHECK(cause_of(world.call(R"({"ModelId":3,"Body":{}})")).find("ModelId must be a string") !=
          std::string::npos);
    CHECK(cause_of(world.call(R"({"ModelId":"m","Body":{},"Accept":"a\r\nb"})"))
              .find("not allowed") != std::string::npos);
    CHECK(cause_of(world.call("[]")).starts_with("Bedrock.ValidationException"));
    CHECK(cause_of(world.call(R"({"ModelId":"m","Body":"not json"})"))
              .starts_with("Bedrock.ValidationException: Malformed"));
    CHECK(cause_of(world.call(R"({"ModelId":"m","Input":{"S3Uri":"s3://a/b"}})")).find("S3") !=
          std::string::npos);
    CHECK(cause_of(world.call(R"({"ModelId":"anthropic.claude-3","Body":{"messages":[]}})"))
              .starts_with(
                  "Bedrock.ValidationException: messages: at least one message is required"));
}

TEST_CASE("permits are those of the model's provider")
{
    World world("models: { providers: { p: { kind: openai, base_url: 'http://127.0.0.1:1', "
                "concurrency: 3 } }, routes: { 'a*': p } }");
    const std::string key = world.invoke_model.permit_key(call_of(R"({"ModelId":"abc"})"));
    CHECK(key == "model:p");
    CHECK(world.invoke_model.permits_max(key) == 3);
    CHECK(world.invoke_model.permit_key(call_of(R"({"ModelId":"xyz"})")).empty());
    CHECK(world.invoke_model.permit_key(call_of("{}")).empty());
}

TEST_CASE("tables: partitions, mocks for everything, mocks over others")
{
    World world("models: { providers: { p: { kind: openai, base_url: 'http://127.0.0.1:1', "
                "concurrency: 3 } }, routes: { 'a*': p } }");
    std::vector<ResourceTable::Row> rows;
    rows.push_back({resource, std::make_unique<bedrock::InvokeModel>(world.gateway)});
    const ResourceTable table(std::move(rows));
    CHECK(table.find(resource) != nullptr);
    CHECK(table.find("arn:aws-cn:states:::bedrock:invokeModel") == table.find(resource));
    CHECK(table.find("arn:aws-us-gov:states:::bedrock:invokeModel") == table.find(resource));
    CHECK(table.find("arn:aws:states:::sns:publish") == nullptr);

    const auto script = std::make_shared<mocks::Script>(*mocks::read(
        "Ask:\n  - error: Busy\n    cause: later\n    delay_seconds: 5\n  - output: 7\n",
        "mocks.yaml"));
    const MockTable mocks(script);
    const auto run = [&](Integration* integration, Call call) {
        return *world.loop.run(integration->invoke(*world.loop.loop, std::move(call)));
    };
    Integration* mock = mocks.find("anything");
    const Timestamp begin = world.loop.loop->now();
    CHECK(cause_of(run(mock, call_of("{}"))) == "Busy: later");
    CHECK(world.loop.loop->now() - begin == Seconds(5));
    CHECK(std::get<Success>(run(mock, call_of("{}"))).output == json::Value(7));
    CHECK(cause_of(run(mock, call_of("{}"))).find("has no answer for call 3") != std::string::npos);
    CHECK(cause_of(run(mock, call_of("{}", "Aks"))) ==
          "States.Runtime: mocks.yaml names neither state 'Aks' nor its resource "
          "arn:aws:states:::bedrock:invokeModel; did "
          "you mean 'Ask'?");

    const auto again =
        std::make_shared<mocks::Script>(*mocks::read("Ask: { output: 8 }", "mocks.yaml"));
    const OverlayTable overlay(again, table);
    Integration* over = overlay.find(resource);
    REQUIRE(over != nullptr);
    CHECK(std::get<Success>(run(over, call_of("{}"))).output == json::Value(8));
    CHECK(over->permit_key(call_of(R"({"ModelId":"abc"})")).empty());
    CHECK(cause_of(run(over, call_of("{}", "Other"))).find("ModelId is required") !=
          std::string::npos);
    const std::string key = over->permit_key(call_of(R"({"ModelId":"abc"})", "Other"));
    CHECK(over->permits_max(key) == 3);
    Call unknown = call_of("{}", "Other");
    unknown.resource = json::String("arn:aws:states:::sns:publish");
    CHECK(cause_of(run(overlay.find("arn:aws:states:::sns:publish"), std::move(unknown)))
              .starts_with("States.Runtime"));
}
