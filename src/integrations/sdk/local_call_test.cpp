#include "integrations/sdk/local_call.h"

#include "async/spawn.h"
#include "async/virtual_loop.h"
#include "json/parse.h"
#include "json/write.h"

#include <doctest/doctest.h>

#include <functional>
#include <optional>
#include <string>
#include <utility>

using namespace weft;
using namespace weft::integrations;
using weft::integrations::sdk::LocalCall;

namespace {

// Answers with what it was told to, and remembers what it was asked; without an answer it waits
// until its caller goes.
class Told final : public LocalService {
public:
    void call(async::Loop&, std::string_view name, const json::Value& input, ServiceScope scope,
              OnGone gone, Reply reply) override
    {
        operation = name;
        request = json::write(input);
        region = scope.region;
        if (answer) return reply(*answer);
        auto held = std::make_shared<Reply>(std::move(reply));
        gone([held] { (*held)(json::Value::object()); });
    }
    ServiceError describe(const Error& error) const override { return {"X", 400, error.message}; }

    std::optional<tl::expected<json::Value, ServiceError>> answer;
    std::string operation;
    std::string request;
    std::string region;
};

struct Fixture {
    async::VirtualWorld world;
    std::unique_ptr<async::VirtualLoop> loop = world.make_loop();
    Told service;
    LocalCall call{service, "Sfn"};
    std::optional<Result<Outcome>> outcome;

    async::Spawned start(const char* action, const char* parameters)
    {
        Call request;
        request.resource = json::String(std::string("arn:aws:states:::aws-sdk:sfn:") + action);
        request.parameters = *json::parse(parameters);
        request.idempotency_key = "key";
        request.region = "eu-west-1";
        return async::spawn(*loop, call.invoke(*loop, std::move(request)),
                            [this](Result<Outcome> result) { outcome = std::move(result); });
    }
    std::string output()
    {
        world.run_until_idle();
        REQUIRE(outcome);
        REQUIRE(*outcome);
        const auto* success = std::get_if<Success>(&**outcome);
        REQUIRE(success != nullptr);
        return json::write(success->output);
    }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a call of the process's own API has the SDK's spelling on both sides")
{
    service.answer = *json::parse(
        R"({"executionArn":"a","startDate":1700000000.123,"nothing":null,"list":[{"stopDate":1.5}]})");
    start("startExecution.waitForTaskToken",
          R"({"StateMachineArn":"m","Input":{"Key":[1]},"Name":null,"Tags":[{"Key":"k"}]})");
    CHECK(output() == R"({"ExecutionArn":"a","StartDate":"2023-11-14T22:13:20.123Z",)"
                      R"("List":[{"StopDate":"1970-01-01T00:00:01.500Z"}]})");
    CHECK(service.operation == "StartExecution");
    // A document where a text is wanted is its JSON; the API's own structures are not.
    CHECK(service.request ==
          R"({"stateMachineArn":"m","input":"{\"Key\":[1]}","tags":[{"key":"k"}]})");
    CHECK(service.region == "eu-west-1");
}

TEST_CASE_FIXTURE(Fixture, "a refusal has the SDK's name and the recorded form of cause")
{
    for (const auto& [type, name] : {std::pair{"InvalidToken", "Sfn.InvalidTokenException"},
                                     {"ValidationException", "Sfn.ValidationException"}}) {
        service.answer = tl::unexpected(ServiceError{type, 400, "no"});
        start("sendTaskSuccess", "{}");
        world.run_until_idle();
        REQUIRE(outcome);
        const auto* failure = std::get_if<Failure>(&**outcome);
        REQUIRE(failure != nullptr);
        CHECK(failure->error == name);
        CHECK(failure->cause == "no (Service: Sfn, Status Code: 400, Request ID: key)");
    }
}

TEST_CASE_FIXTURE(Fixture, "a call that is cancelled leaves, and ends")
{
    async::Spawned running = start("getActivityTask", R"({"ActivityArn":"a"})");
    world.run_until_idle();
    CHECK_FALSE(outcome);
    loop->post([&running] { running.cancel(); });
    world.run_until_idle();
    CHECK(outcome);
}
