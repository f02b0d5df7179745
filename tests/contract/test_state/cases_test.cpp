// Layers: api runtime service_model_data
// The cases of tests/cases/test_state: TestState as the API answers it, in simulated time, over the
// models that are part of the binary. What AWS has as JSON text stands in a case as JSON.
#include "api/error_table.h"
#include "api/states/operation.h"
#include "server/service_model_data.h"
#include "tests/support/case_files.h"
#include "tests/support/runtime_world.h"
#include "json/write.h"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace weft;

namespace {

integrations::ServiceModelCache& models()
{
    static integrations::ServiceModelCache cache = [] {
        auto opened = aws::ServiceModels::open(server::service_model_data());
        REQUIRE(opened.has_value());
        return integrations::ServiceModelCache(*std::move(opened));
    }();
    return cache;
}

json::Value as_text(const json::Value& value)
{
    return value.is_string() ? value : json::Value(json::write(value));
}

// The members of a request that are JSON text, from JSON.
json::Value request_of(const json::Value& given)
{
    json::Value request = given;
    for (const char* name : {"definition", "input", "variables", "context"})
        if (const json::Value* value = given.find(name))
            request = json::with_member(request, name, as_text(*value));
    const auto within = [&](const char* object, const char* name) {
        const json::Value* part = request.find(object);
        const json::Value* value = part != nullptr ? part->find(name) : nullptr;
        if (value == nullptr) return;
        json::Value changed = json::with_member(*part, name, as_text(*value));
        request = json::with_member(request, object, std::move(changed));
    };
    within("mock", "result");
    within("stateConfiguration", "mapItemReaderData");
    return request;
}

// The answer with its JSON texts parsed.
json::Value parsed_members(const json::Value& answer)
{
    std::vector<json::Member> out;
    for (const json::Member& member : answer.members()) {
        if (member.key == "inspectionData") {
            out.push_back({member.key, parsed_members(member.value)});
            continue;
        }
        const bool text = member.key != "error" && member.key != "cause" &&
                          member.key != "status" && member.key != "nextState";
        Result<json::Value> parsed = text && member.value.is_string()
                                         ? json::parse(member.value.as_string())
                                         : Result<json::Value>(member.value);
        REQUIRE(parsed);
        out.push_back({member.key, *std::move(parsed)});
    }
    return json::Value::object(std::move(out));
}

void script(test::RuntimeWorld& world, const json::Value& calls)
{
    for (const json::Member& state : calls.members()) {
        const json::Value& answer = state.value;
        test::ScriptedIntegration::Answer scripted;
        if (const json::Value* seconds = answer.find("delay_seconds"))
            scripted.delay = Milliseconds(seconds->as_int() * 1000);
        if (const json::Value* output = answer.find("output"))
            scripted.outcome = integrations::Success{*output, {}};
        else
            scripted.outcome =
                integrations::Failure{std::string(answer.find("error")->as_string()),
                                      std::string(answer.find("cause")->as_string())};
        world.integration.script(std::string(state.key.view()), std::move(scripted));
    }
}

void run(const json::Value& test)
{
    const std::string name(test.find("name")->as_string());
    CAPTURE(name);
    test::RuntimeWorld world(1, 2, {.models = &models()});
    if (const json::Value* calls = test.find("calls")) script(world, *calls);
    const json::Value request = request_of(*test.find("request"));
    const Limits limits = limits_for(LimitsProfile::Aws);
    const Timestamp begin = world.world.now();
    const Result<json::Value> answer = world.ask<json::Value>([&](api::states::Answer reply) {
        const api::states::Context context{*world.runtime, world.home(), limits, {}};
        api::states::test_state(context, request, std::move(reply));
    });
    if (const json::Value* refused = test.find("refused")) {
        REQUIRE_FALSE(answer.has_value());
        CHECK(api::error_row(answer.error().code).type == refused->find("code")->as_string());
        CHECK(answer.error().message == refused->find("message")->as_string());
        return;
    }
    REQUIRE_MESSAGE(answer.has_value(), (answer ? "" : answer.error().message));
    const json::Value got = parsed_members(*answer);
    const json::Value& expected = *test.find("answer");
    const std::string difference =
        got == expected ? "" : json::write(got) + "\n  is not\n" + json::write(expected);
    CHECK_MESSAGE(difference.empty(), difference);
    if (const json::Value* seconds = test.find("seconds"))
        CHECK((world.world.now() - begin).count() == seconds->as_int() * 1000);
}

}  // namespace

TEST_CASE("TestState: cases")
{
    const std::vector<json::Value> cases = test::read_cases("test_state");
    REQUIRE(cases.size() > 20);
    for (const json::Value& test : cases) run(test);
}

TEST_CASE("TestState: the examples of docs/test-state.md")
{
    const std::vector<json::Value> examples = test::read_examples("test-state.md");
    REQUIRE(examples.size() >= 3);
    for (const json::Value& example : examples) run(example);
}

TEST_CASE("TestState: too many at once are throttled, and a shut-down ends those under way")
{
    test::RuntimeWorld world;
    const json::Value request =
        request_of(*json::parse(R"({"definition":{"Type":"Wait","Seconds":200,"End":true}})"));
    const Limits limits = limits_for(LimitsProfile::Aws);
    std::vector<Result<json::Value>> answers;
    world.home().post([&] {
        const api::states::Context context{*world.runtime, world.home(), limits, {}};
        for (int i = 0; i < 1'001; ++i)
            api::states::test_state(context, request, [&](Result<json::Value> answer) {
                answers.push_back(std::move(answer));
            });
    });
    REQUIRE(world.world.run_until_idle(10'000'000));
    REQUIRE(answers.size() == 1);
    CHECK(answers[0].error().code == ErrorCode::Throttled);
    const Result<> down = world.ask<void>([&](runtime::Callback<void> done) {
        world.runtime->shut_down(world.home(), std::move(done));
    });
    CHECK(down.has_value());
    CHECK(answers.size() == 1'001);
    for (std::size_t i = 1; i < answers.size(); ++i)
        CHECK(answers[i].error().code == ErrorCode::Cancelled);
}
