#include "gateway/gateway.h"
#include "gateway/providers/builtin.h"
#include "tests/support/scripted_transport.h"
#include "json/parse.h"
#include "json/write.h"

#include <doctest/doctest.h>

#include <fmt/core.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace weft;
using namespace weft::gateway;

namespace {

constexpr std::string_view messages_body =
    R"({"anthropic_version":"bedrock-2023-05-31","anthropic_beta":["b1","b2"],"max_tokens":50,"system":"Be brief.",)"
    R"("messages":[{"role":"user","content":[{"type":"text","text":"Hello?"}]}]})";

// A gateway over a scripted transport, with keys in its environment.
struct Fixture {
    explicit Fixture(std::string_view yaml)
    {
        const auto config = read_config(yaml, "weft.yaml");
        REQUIRE_MESSAGE(config, config.error().message);
        const Environment environment = [](std::string_view name) -> std::optional<std::string> {
            if (name == "ANTHROPIC_API_KEY") return "sk-ant-secret\n";
            if (name == "OPENAI_API_KEY") return "sk-oai-secret";
            if (name == "AWS_ACCESS_KEY_ID") return "AKIDEXAMPLE";
            if (name == "AWS_SECRET_ACCESS_KEY") return "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
            return {};
        };
        gateway = std::make_unique<Gateway>(*config, transport, pool, environment);
    }

    ModelOutcome ask(std::string_view model_id, std::string_view body,
                     Timestamp deadline = timestamp_max)
    {
        ModelRequest request;
        request.model_id = model_id;
        request.body = *json::parse(body);
        request.deadline = deadline;
        request.idempotency_key = "key-1";
        auto outcome = loop.run(gateway->invoke(*loop.loop, std::move(request)));
        REQUIRE_MESSAGE(outcome, outcome.error().message);
        return *std::move(outcome);
    }

    ModelFailure failure(std::string_view model_id = "anthropic.claude-3-haiku-20240307-v1:0")
    {
        const ModelOutcome outcome = ask(model_id, messages_body);
        REQUIRE(std::holds_alternative<ModelFailure>(outcome));
        const ModelFailure& failed = std::get<ModelFailure>(outcome);
        CHECK(failed.message.find("secret") == std::string::npos);
        return failed;
    }

    test::OneLoop loop;
    test::ScriptedTransport transport;
    async::InlinePool pool;
    std::unique_ptr<Gateway> gateway;
};

constexpr std::string_view to_anthropic = "models: { default: anthropic }";
constexpr std::string_view to_openai = "models: { default: openai }";
constexpr std::string_view to_bedrock =
    "models: { default: bedrock, providers: { bedrock: { region: eu-west-1 } } }";
constexpr std::string_view haiku = "anthropic.claude-3-haiku-20240307-v1:0";
constexpr std::string_view message_answer =
    R"({"id":"msg_1","type":"message","role":"assistant","model":"claude-3-haiku-20240307",)"
    R"("content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn","stop_sequence":null,)"
    R"("usage":{"input_tokens":9,"output_tokens":2,"cache_read_input_tokens":4}})";

}  // namespace

TEST_CASE("anthropic: the native body goes out with model and headers in their places")
{
    Fixture fixture(to_anthropic);
    fixture.transport.answer(200, std::string(message_answer),
                             {{"content-type", "application/json"}, {"Request-Id", "req_7"}});
    const ModelOutcome outcome = fixture.ask(haiku, messages_body);
    REQUIRE(std::holds_alternative<ModelResponse>(outcome));
    const ModelResponse& response = std::get<ModelResponse>(outcome);
    CHECK(json::write(response.body) == message_answer);
    CHECK(json::write(to_value(response.usage)) ==
          R"({"inputTokens":9,"outputTokens":2,"cacheReadInputTokens":4,"provider":"anthropic",)"
          R"("model":"claude-3-haiku-20240307","requestId":"req_7"})");
    REQUIRE(fixture.transport.sent.size() == 1);
    const net::HttpRequest& sent = fixture.transport.sent[0];
    CHECK(sent.method == "POST");
    CHECK(sent.url == "https://api.anthropic.com/v1/messages");
    CHECK(fixture.transport.header(0, "x-api-key") == "sk-ant-secret");
    CHECK(fixture.transport.header(0, "anthropic-version") == "2023-06-01");
    CHECK(fixture.transport.header(0, "anthropic-beta") == "b1,b2");
    CHECK(fixture.transport.header(0, "idempotency-key") == "key-1");
    CHECK(sent.body ==
          R"({"max_tokens":50,"system":"Be brief.","messages":[{"role":"user","content":)"
          R"([{"type":"text","text":"Hello?"}]}],"model":"claude-3-haiku-20240307"})");
    CHECK(sent.timeout == Seconds(60));
}

TEST_CASE("anthropic: bodies of other families are translated both ways")
{
    Fixture fixture(
        "models: { default: anthropic, providers: { anthropic: { model: claude-x } } }");
    fixture.transport.answer(200, std::string(message_answer));
    const ModelOutcome outcome =
        fixture.ask("amazon.nova-micro-v1:0",
                    R"({"messages":[{"role":"user","content":[{"text":"Hello?"}]}]})");
    REQUIRE(std::holds_alternative<ModelResponse>(outcome));
    CHECK(
        json::write(std::get<ModelResponse>(outcome).body) ==
        R"({"output":{"message":{"content":[{"text":"Hi"}],"role":"assistant"}},"stopReason":"end_turn",)"
        R"("usage":{"inputTokens":9,"outputTokens":2,"totalTokens":11}})");
    CHECK(fixture.transport.sent[0].body.find(R"("max_tokens":1024)") != std::string::npos);

    Fixture nameless(to_anthropic);
    const ModelFailure failed = nameless.failure("amazon.nova-micro-v1:0");
    CHECK(failed.fault == ModelFault::Validation);
    CHECK(nameless.transport.sent.empty());
}

TEST_CASE("anthropic: its errors have Bedrock's names, and no secret in them")
{
    struct Case {
        int status;
        std::string_view body;
        std::string_view error;
    };
    for (
        const Case& one : {
            Case{429,
                 R"({"type":"error","error":{"type":"rate_limit_error","message":"slow down"}})",
                 "Bedrock.ThrottlingException"},
            Case{529, R"({"type":"error","error":{"type":"overloaded_error","message":"busy"}})",
                 "Bedrock.ServiceUnavailableException"},
            Case{
                401,
                R"({"type":"error","error":{"type":"authentication_error","message":"bad key sk-ant-secret"}})",
                "Bedrock.AccessDeniedException"},
            Case{
                404,
                R"({"type":"error","error":{"type":"not_found_error","message":"model: claude-9"}})",
                "Bedrock.ResourceNotFoundException"},
            Case{400, R"({"type":"error","error":{"type":"invalid_request_error","message":"no"}})",
                 "Bedrock.ValidationException"},
            Case{503, "<html>Service Unavailable</html>", "Bedrock.ServiceUnavailableException"},
            Case{500, "", "Bedrock.InternalServerException"},
            Case{302, "", "Bedrock.InternalServerException"},
        }) {
        Fixture fixture(to_anthropic);
        fixture.transport.answer(one.status, std::string(one.body), {{"request-id", "req_1"}});
        const ModelFailure failed = fixture.failure();
        CHECK(failed.error_name() == one.error);
        CHECK(failed.message.starts_with(
            fmt::format("anthropic (api.anthropic.com) answered {}: ", one.status)));
        CHECK(failed.cause().ends_with(fmt::format(
            "(Service: BedrockRuntime, Status Code: {}, Request ID: req_1)", one.status)));
    }
}

TEST_CASE("an unreachable, silent or senseless provider is a failure that says so")
{
    Fixture down(to_anthropic);
    down.transport.answer(ErrorCode::Io, "api.anthropic.com: connection refused");
    CHECK(down.failure() == ModelFailure(ModelFault::ServiceUnavailable,
                                         "the exchange with anthropic (api.anthropic.com) failed: "
                                         "api.anthropic.com: connection refused"));
    Fixture silent(to_anthropic);
    silent.transport.answer(ErrorCode::Timeout, "no answer");
    CHECK(silent.failure() ==
          ModelFailure(ModelFault::ModelTimeout,
                       "anthropic (api.anthropic.com) gave no answer within 60 s"));
    Fixture large(to_anthropic);
    large.transport.answer(ErrorCode::LimitExceeded, "too large");
    CHECK(large.failure() ==
          ModelFailure(ModelFault::ModelError,
                       "anthropic (api.anthropic.com) answered with more than 33554432 bytes"));
    Fixture garbage(to_anthropic);
    garbage.transport.answer(200, "<html>sk-ant-secret</html>");
    CHECK(garbage.failure().message.starts_with(
        "anthropic (api.anthropic.com) answered 200 with a body that is not JSON"));
    Fixture half(to_anthropic);
    half.transport.answer(200, R"({"content":[{"type":"te)");
    CHECK(half.failure().fault == ModelFault::ModelError);
    Fixture empty(to_anthropic);
    empty.transport.answer(200, "{}");
    CHECK(empty.failure().message ==
          "anthropic (api.anthropic.com) answered 200 without a list 'content': {}");
}

TEST_CASE("the deadline of the call bounds the wait")
{
    Fixture fixture(to_anthropic);
    fixture.transport.answer(200, std::string(message_answer));
    (void)fixture.ask(haiku, messages_body, fixture.loop.loop->now() + Seconds(7));
    CHECK(fixture.transport.sent[0].timeout == Seconds(7));
    const ModelOutcome late = fixture.ask(haiku, messages_body, fixture.loop.loop->now());
    REQUIRE(std::holds_alternative<ModelFailure>(late));
    CHECK(std::get<ModelFailure>(late).fault == ModelFault::ModelTimeout);
    CHECK(fixture.transport.sent.size() == 1);
}

TEST_CASE("cancellation is no failure of the provider")
{
    Fixture fixture(to_anthropic);
    fixture.transport.answer(ErrorCode::Cancelled, "cancelled");
    ModelRequest request;
    request.model_id = haiku;
    request.body = *json::parse(messages_body);
    const auto outcome =
        fixture.loop.run(fixture.gateway->invoke(*fixture.loop.loop, std::move(request)));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == ErrorCode::Cancelled);
}

TEST_CASE("openai: messages become chat messages, with system, images, tools and tool results")
{
    Fixture fixture(to_openai);
    fixture.transport.answer(
        200,
        R"({"id":"c1","model":"gpt-4o-mini-2024","choices":[{"message":{"content":null,"tool_calls":)"
        R"([{"id":"t2","type":"function","function":{"name":"find","arguments":"{\"q\":2}"}}]},)"
        R"("finish_reason":"tool_calls"}],"usage":{"prompt_tokens":11,"completion_tokens":3}})");
    const ModelOutcome outcome = fixture.ask(
        haiku,
        R"({"anthropic_version":"x","max_tokens":50,"system":"Be brief.","temperature":0.2,"stop_sequences":["END"],"messages":[
           {"role":"user","content":[{"type":"text","text":"See"},{"type":"image","source":{"type":"base64",
            "media_type":"image/png","data":"AAAA"}}]},
           {"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"find","input":{"q":1}}]},
           {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"none"},{"type":"text","text":"Again"}]}],
           "tools":[{"name":"find","input_schema":{"type":"object"}}],"tool_choice":{"type":"any"}})");
    REQUIRE(std::holds_alternative<ModelResponse>(outcome));
    CHECK(fixture.transport.sent[0].url == "https://api.openai.com/v1/chat/completions");
    CHECK(fixture.transport.header(0, "authorization") == "Bearer sk-oai-secret");
    CHECK(
        fixture.transport.sent[0].body ==
        R"({"model":"gpt-4o-mini","messages":[{"role":"system","content":"Be brief."},)"
        R"({"role":"user","content":[{"type":"text","text":"See"},)"
        R"({"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]},)"
        R"({"role":"assistant","content":null,"tool_calls":[{"id":"t1","type":"function",)"
        R"("function":{"name":"find","arguments":"{\"q\":1}"}}]},)"
        R"({"role":"tool","tool_call_id":"t1","content":"none"},{"role":"user","content":"Again"}],)"
        R"("max_completion_tokens":50,"temperature":0.2,"stop":["END"],)"
        R"("tools":[{"type":"function","function":{"name":"find","parameters":{"type":"object"}}}],"tool_choice":"required"})");
    CHECK(
        json::write(std::get<ModelResponse>(outcome).body) ==
        R"({"id":"c1","type":"message","role":"assistant","model":"gpt-4o-mini-2024","content":[{"type":"tool_use","id":"t2",)"
        R"("name":"find","input":{"q":2}}],"stop_reason":"tool_use","stop_sequence":null,)"
        R"("usage":{"input_tokens":11,"output_tokens":3}})");
}

TEST_CASE("openai: a local server needs no key, and its first model is taken when none is named")
{
    Fixture fixture("models: { default: ollama }");
    fixture.transport.answer(
        200, R"({"object":"list","data":[{"id":"nomic-embed-text"},{"id":"llama3.2:latest"}]})");
    const std::string reply =
        R"({"choices":[{"message":{"content":"Hi"},"finish_reason":"length"}],"usage":{"prompt_tokens":1,"completion_tokens":1}})";
    fixture.transport.answer(200, reply);
    fixture.transport.answer(200, reply);
    for (int i = 0; i < 2; ++i) {
        const ModelOutcome outcome = fixture.ask(haiku, messages_body);
        REQUIRE(std::holds_alternative<ModelResponse>(outcome));
        CHECK(std::get<ModelResponse>(outcome).body.find("stop_reason")->as_string() ==
              "max_tokens");
    }
    REQUIRE(fixture.transport.sent.size() == 3);  // the list is asked for once
    CHECK(fixture.transport.sent[0].url == "http://127.0.0.1:11434/v1/models");
    CHECK(fixture.transport.header(1, "authorization").empty());
    CHECK(fixture.transport.sent[1].body.find(R"("model":"llama3.2:latest")") != std::string::npos);
    CHECK(fixture.transport.sent[1].body.find(R"("max_tokens":50)") != std::string::npos);
}

TEST_CASE("openai: errors of the servers that speak its API")
{
    struct Case {
        int status;
        std::string_view body;
        std::string_view error;
        std::string_view text;
    };
    for (
        const Case& one : {
            Case{
                429,
                R"({"error":{"message":"quota","type":"insufficient_quota","code":"insufficient_quota"}})",
                "Bedrock.ServiceQuotaExceededException", "quota"},
            Case{429,
                 R"({"error":{"message":"limit","type":"requests","code":"rate_limit_exceeded"}})",
                 "Bedrock.ThrottlingException", "limit"},
            Case{
                404,
                R"({"error":{"message":"no model","type":"invalid_request_error","code":"model_not_found"}})",
                "Bedrock.ResourceNotFoundException", "no model"},
            Case{404, R"({"error":"model 'x' not found, try pulling it first"})",
                 "Bedrock.ResourceNotFoundException", "try pulling it first"},
            Case{503,
                 R"({"error":{"code":503,"message":"Loading model","type":"unavailable_error"}})",
                 "Bedrock.ModelNotReadyException", "Loading model"},
            Case{400,
                 R"({"object":"error","message":"too long","type":"BadRequestError","code":400})",
                 "Bedrock.ValidationException", "too long"},
            Case{422, R"({"detail":"wrong"})", "Bedrock.ValidationException", "wrong"},
        }) {
        Fixture fixture(to_openai);
        fixture.transport.answer(one.status, std::string(one.body));
        const ModelFailure failed = fixture.failure();
        CHECK(failed.error_name() == one.error);
        CHECK(failed.message.find(one.text) != std::string::npos);
    }
    Fixture senseless(to_openai);
    senseless.transport.answer(200, R"({"choices":[]})");
    CHECK(senseless.failure().message ==
          R"(openai (api.openai.com) answered 200 without 'choices': {"choices":[]})");
}

TEST_CASE("bedrock: the native body passes untouched, signed")
{
    Fixture fixture(to_bedrock);
    fixture.transport.answer(200, std::string(message_answer),
                             {{"Content-Type", "application/json"},
                              {"x-amzn-RequestId", "aws-1"},
                              {"X-Amzn-Bedrock-Input-Token-Count", "21"}});
    const ModelOutcome outcome = fixture.ask(haiku, messages_body);
    REQUIRE(std::holds_alternative<ModelResponse>(outcome));
    CHECK(std::get<ModelResponse>(outcome).usage.input_tokens == 21);
    CHECK(std::get<ModelResponse>(outcome).usage.request_id == "aws-1");
    const net::HttpRequest& sent = fixture.transport.sent[0];
    CHECK(sent.url == "https://bedrock-runtime.eu-west-1.amazonaws.com/model/"
                      "anthropic.claude-3-haiku-20240307-v1%3A0/invoke");
    CHECK(sent.body == json::write(*json::parse(messages_body)));
    std::string authorization;
    for (const auto& [name, value] : sent.headers) {
        if (name.size() == 13 && (name[0] == 'A' || name[0] == 'a')) authorization = value;
    }
    CHECK(authorization.starts_with(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/eu-west-1/bedrock/aws4_request"));
    CHECK(authorization.find("wJalr") == std::string::npos);
}

TEST_CASE("bedrock: its errors keep their name and words")
{
    Fixture fixture(to_bedrock);
    fixture.transport.answer(
        429, R"({"message":"Too many requests, please wait before trying again."})",
        {{"x-amzn-ErrorType", "ThrottlingException:http://internal.amazon.com/"},
         {"x-amzn-RequestId", "r9"}});
    const ModelFailure failed = fixture.failure();
    CHECK(failed.error_name() == "Bedrock.ThrottlingException");
    CHECK(failed.cause() == "Too many requests, please wait before trying again. (Service: "
                            "BedrockRuntime, Status Code: 429, "
                            "Request ID: r9)");
    Fixture timeout(to_bedrock);
    timeout.transport.answer(408, R"({"message":"late"})",
                             {{"x-amzn-errortype", "ModelTimeoutException"}});
    CHECK(timeout.failure().fault == ModelFault::ModelTimeout);
}

TEST_CASE("mock: scripted answers, errors and delays on the loop's clock")
{
    Fixture fixture(R"(models:
  default: fake
  providers:
    fake:
      kind: mock
      answers:
        - { output: Yes., delay_seconds: 3600 }
        - { error: ThrottlingException, cause: Slow down }
        - { output: { custom: true } }
)");
    const Timestamp begin = fixture.loop.loop->now();
    const ModelOutcome first = fixture.ask(haiku, messages_body);
    CHECK(fixture.loop.loop->now() - begin == Seconds(3600));
    REQUIRE(std::holds_alternative<ModelResponse>(first));
    CHECK(std::get<ModelResponse>(first).body.find("content")->at(0)->find("text")->as_string() ==
          "Yes.");
    const ModelFailure second = fixture.failure();
    CHECK(second.error_name() == "Bedrock.ThrottlingException");
    CHECK(second.message == "Slow down");
    const ModelOutcome third = fixture.ask(haiku, messages_body);
    CHECK(json::write(std::get<ModelResponse>(third).body) == R"({"custom":true})");
    CHECK(fixture.failure().message.find("has no answer for call 4") != std::string::npos);
}

TEST_CASE("builtin is the default and says who it is")
{
    Fixture fixture("");
    const ModelOutcome outcome = fixture.ask(
        haiku,
        R"({"anthropic_version":"x","max_tokens":99,"messages":[{"role":"user","content":)"
        R"("Acme was founded in 1990. It sells boats.\n\nQuestion: When was Acme founded?"}]})");
    REQUIRE(std::holds_alternative<ModelResponse>(outcome));
    const ModelResponse& response = std::get<ModelResponse>(outcome);
    CHECK(response.body.find("model")->as_string() == "weft.extractive-v1");
    CHECK(response.body.find("content")->at(0)->find("text")->as_string() ==
          "Acme was founded in 1990.");
    CHECK(response.usage.estimated);
    CHECK(response.usage.provider == "builtin");
    CHECK(fixture.transport.sent.empty());
}

// Runs its work when told to.
class HeldPool final : public async::Pool {
public:
    void run(async::Loop& home, Function<void()> work, Function<void()> done) override
    {
        m_home = &home;
        m_work = std::move(work);
        m_done = std::move(done);
    }
    std::size_t waiting() const override { return pretended; }
    bool holds() const { return m_home != nullptr; }
    void release()
    {
        m_work();
        std::exchange(m_home, nullptr)->post(std::move(m_done));
    }
    std::size_t pretended = 0;

private:
    async::Loop* m_home = nullptr;
    Function<void()> m_work;
    Function<void()> m_done;
};

TEST_CASE("the embedded model reads on a pool, and the loop goes on meanwhile")
{
    async::VirtualWorld world;
    HeldPool pool;
    const auto loop = world.make_loop();
    BuiltinProvider provider(*default_config().find("builtin"), pool);
    ModelRequest request;
    request.model_id = haiku;
    // As many different words as a prompt can hold: what costs most to read.
    std::string text;
    for (int i = 0; text.size() < 200'000; ++i) text += fmt::format("Word{} word{}. ", i, i * 7);
    request.body = json::Value::object(
        {{"anthropic_version", "bedrock-2023-05-31"},
         {"max_tokens", 100},
         {"messages", json::Value::array({json::Value::object(
                          {{"role", "user"}, {"content", text + "\n\nWhat is word7?"}})})}});
    std::vector<std::string> order;
    std::optional<Result<ModelOutcome>> answer;
    const async::Spawned call =
        async::spawn<ModelOutcome>(*loop, provider.invoke(*loop, request),
                                   Function<void(Result<ModelOutcome>)>([&](auto result) {
                                       order.emplace_back("answer");
                                       answer.emplace(std::move(result));
                                   }));
    loop->post([&] { order.emplace_back("something else"); });
    REQUIRE(world.run_until_idle(1'000));
    CHECK(pool.holds());
    CHECK(order == std::vector<std::string>{"something else"});
    pool.release();
    REQUIRE(world.run_until_idle(1'000));
    CHECK(order == std::vector<std::string>{"something else", "answer"});
    REQUIRE(answer);
    REQUIRE(*answer);
    CHECK(std::holds_alternative<ModelResponse>(**answer));

    pool.pretended = 1'000'000;
    const async::Spawned refused =
        async::spawn<ModelOutcome>(*loop, provider.invoke(*loop, request),
                                   Function<void(Result<ModelOutcome>)>(
                                       [&](auto result) { answer.emplace(std::move(result)); }));
    REQUIRE(world.run_until_idle(1'000));
    CHECK_FALSE(pool.holds());
    REQUIRE(*answer);
    REQUIRE(std::holds_alternative<ModelFailure>(**answer));
    CHECK(std::get<ModelFailure>(**answer).fault == ModelFault::Throttling);
}

TEST_CASE("a missing key fails the call, before it leaves")
{
    for (const std::string_view provider : {"anthropic", "openai", "bedrock"}) {
        test::ScriptedTransport transport;
        test::OneLoop loop;
        const Environment nothing = [](std::string_view) -> std::optional<std::string> {
            return {};
        };
        async::InlinePool pool;
        Gateway gateway(*with_provider(default_config(), provider), transport, pool, nothing);
        ModelRequest request;
        request.model_id = haiku;
        request.body = *json::parse(messages_body);
        const auto outcome = loop.run(gateway.invoke(*loop.loop, std::move(request)));
        REQUIRE(outcome);
        REQUIRE(std::holds_alternative<ModelFailure>(*outcome));
        CHECK(std::get<ModelFailure>(*outcome).fault == ModelFault::AccessDenied);
        CHECK(transport.sent.empty());
    }
}
