#include "asl/compile.h"

#include "asl/render.h"
#include "encoding/hash.h"
#include "json/parse.h"
#include "json/write.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace weft::asl {
namespace {

MachinePtr must_compile(std::string_view text)
{
    auto compiled = compile(text);
    const std::string fault = compiled.findings.empty() ? "" : compiled.findings.front().fault();
    CAPTURE(fault);
    REQUIRE(compiled.machine != nullptr);
    return compiled.machine;
}

constexpr std::string_view nested = R"json({
  "Comment": "top", "TimeoutSeconds": 60, "StartAt": "Split",
  "States": {
    "Split": { "Type": "Parallel", "Next": "Each", "Branches": [
      { "StartAt": "A", "States": {
          "A": { "Type": "Pass", "Next": "B" }, "B": { "Type": "Succeed" } } },
      { "StartAt": "C", "States": { "C": { "Type": "Wait", "Seconds": 5, "End": true } } } ] },
    "Each": { "Type": "Map", "ItemsPath": "$[0].items", "MaxConcurrency": 2, "Next": "Ask",
      "ItemSelector": { "v.$": "$$.Map.Item.Value", "fixed": { "deep": [1, 2] } },
      "ItemProcessor": { "StartAt": "D", "States": {
          "D": { "Type": "Pass", "Result": 1, "End": true } } } },
    "Ask": { "Type": "Task", "Resource": "arn:aws:states:::bedrock:invokeModel",
      "TimeoutSeconds": 30,
      "Parameters": { "ModelId": "m", "Body": { "q.$": "States.Format('{}', $.q)" } },
      "ResultPath": "$.answer", "OutputPath": "$.answer", "InputPath": null,
      "Retry": [ { "ErrorEquals": ["X"], "MaxAttempts": 7, "JitterStrategy": "FULL",
                   "MaxDelaySeconds": 9 } ],
      "Catch": [ { "ErrorEquals": ["States.ALL"], "ResultPath": null, "Next": "Check" } ],
      "Next": "Check" },
    "Check": { "Type": "Choice", "Default": "Bad",
      "Choices": [ { "Variable": "$.ok", "BooleanEquals": true, "Next": "Good" } ] },
    "Good": { "Type": "Succeed" },
    "Bad": { "Type": "Fail", "Error": "E", "CausePath": "$.cause" }
  }
})json";

}  // namespace

TEST_CASE("states and scopes are numbered in document order")
{
    const MachinePtr machine = must_compile(nested);
    std::string names;
    for (const State& state : machine->states) {
        CHECK(&machine->states[state.index] == &state);
        CHECK(machine->find(state.name.view()) == &state);
        names += fmt::format("{}{} ", state.name.view(), state.scope);
    }
    CHECK(names == "Split0 A1 B1 C2 Each0 D3 Ask0 Check0 Good0 Bad0 ");
    REQUIRE(machine->scopes.size() == 4);
    CHECK(machine->scopes[0].owner == no_state);
    CHECK(machine->scopes[0].start == machine->find("Split")->index);
    CHECK(machine->scopes[2].owner == machine->find("Split")->index);
    CHECK(machine->scopes[2].branch == 1);
    CHECK(machine->scopes[2].start == machine->find("C")->index);
    CHECK(machine->scopes[3].owner == machine->find("Each")->index);
    CHECK(machine->comment == "top");
    CHECK(machine->timeout_seconds == 60);
    CHECK(machine->hash == encoding::sha256_hex(nested));
    CHECK(machine->find("Nobody") == nullptr);
}

TEST_CASE("transitions lead to the states they name")
{
    const MachinePtr machine = must_compile(nested);
    const auto index = [&](std::string_view name) { return machine->find(name)->index; };
    CHECK(machine->find("Split")->next == index("Each"));
    CHECK(machine->find("A")->next == index("B"));
    CHECK(machine->find("C")->next == no_state);
    CHECK(machine->find("Ask")->catchers.front().next == index("Check"));
    const auto& choice = std::get<Choice>(machine->find("Check")->kind);
    CHECK(choice.rules.front().next == index("Good"));
    CHECK(choice.default_next == index("Bad"));
    const auto& parallel = std::get<Parallel>(machine->find("Split")->kind);
    CHECK(parallel.branches == std::vector<ScopeIndex>{1, 2});
}

TEST_CASE("fields are compiled")
{
    const MachinePtr machine = must_compile(nested);
    const State& ask = *machine->find("Ask");
    CHECK(ask.input_path.kind == DataPath::Kind::Discard);
    CHECK(ask.output_path.kind == DataPath::Kind::Path);
    CHECK(ask.output_path.text == "$.answer");
    CHECK(ask.result_path.kind == ResultPath::Kind::Path);
    CHECK(ask.result_path.path.steps().size() == 1);
    CHECK(ask.catchers.front().result_path.kind == ResultPath::Kind::Discard);
    const Retrier& retrier = ask.retry.front();
    CHECK(retrier.attempts_max == 7);
    CHECK(retrier.interval_seconds == 1);
    CHECK(retrier.backoff_rate == 2);
    CHECK(retrier.delay_seconds_max == 9);
    CHECK(retrier.jitter == Retrier::Jitter::Full);

    const auto& task = std::get<Task>(ask.kind);
    CHECK(task.resource.type == "bedrock");
    CHECK(task.resource.action == "invokeModel");
    CHECK(task.timeout_seconds->literal == 30);
    CHECK_FALSE(task.heartbeat_seconds.has_value());

    const auto& map = std::get<Map>(machine->find("Each")->kind);
    CHECK(map.processor == 3);
    CHECK_FALSE(map.distributed);
    CHECK(map.items_path_text == "$[0].items");
    CHECK(map.max_concurrency->literal == 2);
    CHECK_FALSE(machine->find("Each")->parameters.has_value());
    CHECK(std::get<Wait>(machine->find("C")->kind).seconds == 5);
    CHECK(std::get<Pass>(machine->find("D")->kind).result == json::Value(1));
    const auto& bad = std::get<Fail>(machine->find("Bad")->kind);
    CHECK(bad.error == "E");
    CHECK(bad.cause_path_text == "$.cause");
    CHECK_FALSE(bad.error_path.has_value());
}

TEST_CASE("a subtree of a template without expressions stays one literal")
{
    const MachinePtr machine = must_compile(nested);
    const auto& map = std::get<Map>(machine->find("Each")->kind);
    const auto& selector = std::get<Template::Object>(map.item_selector->node);
    REQUIRE(selector.fields.size() == 2);
    CHECK(selector.fields[0].key.view() == "v");
    CHECK(selector.fields[0].source == "v.$");
    CHECK(selector.fields[0].text == "$$.Map.Item.Value");
    CHECK(std::holds_alternative<Template::Path>(selector.fields[0].value.front().node));
    const auto& fixed = std::get<Template::Literal>(selector.fields[1].value.front().node);
    CHECK(json::write(fixed.value) == R"({"deep":[1,2]})");

    const State& ask = *machine->find("Ask");
    const auto& parameters = std::get<Template::Object>(ask.parameters->node);
    const auto& body = std::get<Template::Object>(parameters.fields[1].value.front().node);
    CHECK(std::holds_alternative<Template::Intrinsic>(body.fields[0].value.front().node));
}

TEST_CASE("Parameters of a Map are its item selector")
{
    const MachinePtr machine = must_compile(
        R"({"StartAt":"M","States":{"M":{"Type":"Map","End":true,"Parameters":{"a":1},"Iterator":{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}}}})");
    const State& state = *machine->find("M");
    CHECK_FALSE(state.parameters.has_value());
    const auto& map = std::get<Map>(state.kind);
    CHECK(map.item_selector.has_value());
    CHECK(map.item_selector_is_parameters);
}

TEST_CASE("a machine with a distributed Map compiles and says so")
{
    const MachinePtr machine = must_compile(
        R"({"StartAt":"M","States":{"M":{"Type":"Map","End":true,"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}}}})");
    CHECK(std::get<Map>(machine->find("M")->kind).distributed);
}

TEST_CASE("a definition over the size allowed is refused unread")
{
    CompileOptions options;
    options.bytes_max = 10;
    const Compiled compiled = compile("this is no JSON at all", options);
    REQUIRE(compiled.findings.size() == 1);
    CHECK(compiled.findings[0].message == "Definition has 22 bytes, more than the 10 allowed");
    CHECK(compiled.machine == nullptr);
}

TEST_CASE("deep documents are findings, not crashes")
{
    std::string parameters(5'000, '[');
    const Compiled compiled = compile(parameters);
    REQUIRE(compiled.findings.size() == 1);
    CHECK(compiled.findings[0].code == code::json);

    std::string rule = R"({"Variable":"$.a","IsNull":true})";
    for (int i = 0; i < 400; ++i) rule = fmt::format(R"({{"Not":{}}})", rule);
    const Compiled choice = compile(fmt::format(
        R"({{"StartAt":"C","States":{{"C":{{"Type":"Choice","Choices":[{{"Not":{},"Next":"Z"}}]}},"Z":{{"Type":"Succeed"}}}}}})",
        rule));
    CHECK(choice.machine != nullptr);
}

TEST_CASE("findings are bounded")
{
    std::string states;
    for (int i = 0; i < 3'000; ++i) {
        states += fmt::format("{}\"S{}\":{{}}", i == 0 ? "" : ",", i);
    }
    const Compiled compiled = compile(fmt::format(R"({{"StartAt":"S0","States":{{{}}}}})", states));
    CHECK(compiled.findings.size() == Findings::findings_max);
    CHECK(compiled.machine == nullptr);
}

TEST_CASE("a finding is written as compilers do")
{
    const std::string text = "{\n  \"StartAt\": \"A\",\n  \"States\": {\n"
                             "    \"A\": { \"Type\": \"Pass\", \"Next\": \"Anwser\" },\n"
                             "    \"Answer\": { \"Type\": \"Succeed\" }\n  }\n}\n";
    CompileOptions options;
    options.with_positions = true;
    const Compiled compiled = compile(text, options);
    REQUIRE(compiled.findings.size() == 2);
    CHECK(render(compiled.findings[0], text, "f.asl.json") ==
          "f.asl.json:4:36: error: Missing 'Next' target: Anwser [MISSING_TRANSITION_TARGET]\n"
          "  at /States/A/Next\n"
          "     4 |     \"A\": { \"Type\": \"Pass\", \"Next\": \"Anwser\" },\n"
          "       |                                    ^\n"
          "  hint: did you mean 'Answer'?\n");

    const Compiled bad = compile("{\n  oops\n}", options);
    REQUIRE(bad.findings.size() == 1);
    const std::string rendered = render(bad.findings[0], "{\n  oops\n}", "f");
    CHECK(rendered.starts_with("f:2:3: error: "));
    CHECK(rendered.find("     2 |   oops\n       |   ^\n") != std::string::npos);
}

TEST_CASE("a long line is shown around the column")
{
    const std::string text = "{\"StartAt\":\"A\",\"Comment\":\"" + std::string(500, 'x') +
                             "\",\"States\":{\"A\":{\"Type\":\"Pass\"}}" + std::string(500, ' ') +
                             "}";
    CompileOptions options;
    options.with_positions = true;
    const Compiled compiled = compile(text, options);
    REQUIRE(compiled.findings.size() == 1);
    const std::string rendered = render(compiled.findings[0], text, "f");
    CHECK(rendered.size() < 500);
    CHECK(rendered.find("{\"Type\":\"Pass\"}}") != std::string::npos);
}

}  // namespace weft::asl
