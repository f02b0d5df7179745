#include "scenario/runner.h"

#include "scenario/test_file.h"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace weft::scenario {
namespace {

std::vector<Outcome> run_all(std::string_view text)
{
    const auto tests = read_tests(text, "t.yaml", {});
    const std::string message = tests ? std::string() : tests.error().message;
    CAPTURE(message);
    REQUIRE(tests);
    Runner runner;
    std::vector<Outcome> outcomes;
    for (const Test& test : *tests) outcomes.push_back(runner.run(test));
    return outcomes;
}

// "what: -expected +actual" of the first mismatch, or why the test is unusable.
std::string first(const Outcome& outcome)
{
    if (!outcome.unusable.empty()) return outcome.unusable;
    if (outcome.mismatches.empty()) return {};
    const Mismatch& mismatch = outcome.mismatches.front();
    std::string text = mismatch.place + " " + mismatch.what + ":";
    for (const Line& line : mismatch.lines) {
        text += line.mark == Line::Mark::Expected ? " -" : " ";
        if (line.mark == Line::Mark::Actual) text += "+";
        text += line.text;
    }
    return text;
}

// A Task with a retry, an inline Map of Tasks and a Parallel.
constexpr std::string_view common = R"(
definition:
  StartAt: Ask
  States:
    Ask:
      Type: Task
      Resource: arn:aws:states:::lambda:invoke
      Parameters: {FunctionName: f, Payload: {n.$: $.n}}
      Retry: [{ErrorEquals: [Busy], IntervalSeconds: 2}]
      ResultPath: $.answer
      Next: Each
    Each:
      Type: Map
      ItemsPath: $.items
      MaxConcurrency: 1
      ItemProcessor:
        StartAt: Size
        States:
          Size:
            Type: Choice
            Choices: [{Variable: $, NumericGreaterThan: 10, Next: Store}]
            Default: Skip
          Store: {Type: Task, Resource: 'arn:aws:states:::lambda:invoke', Parameters: {FunctionName: g, Payload.$: $}, End: true}
          Skip: {Type: Pass, End: true}
      ResultPath: null
      Next: Both
    Both:
      Type: Parallel
      Branches:
        - {StartAt: Left, States: {Left: {Type: Wait, Seconds: 60, End: true}}}
        - {StartAt: Right, States: {Right: {Type: Pass, End: true}}}
      ResultPath: null
      End: true
input: {n: 1, items: [5, 20]}
mocks:
  Ask: [{error: Busy}, {output: 42, delay_seconds: 0.5}]
  Store: {output: stored}
tests:
)";

std::string first_of(const std::string& test)
{
    return first(run_all(std::string(common) + "  - {name: x, " + test + "}\n").front());
}

}  // namespace

TEST_CASE("scenario: what holds passes")
{
    CHECK(first_of("expect: {output: {n: 1, items: [5, 20], answer: 42}}").empty());
    CHECK(first_of("expect: {output: {$contains: {answer: 42}}}").empty());
    CHECK(first_of("expect: {simulated_seconds: 62.5}").empty());
    CHECK(first_of("expect: {simulated_seconds: {min: 60}}").empty());
    CHECK(first_of("expect: {path: [Ask, Each, Both]}").empty());
    CHECK(first_of("expect: {path: [Ask, {Each: [[Size, Skip], [Size, Store]]}, Both]}").empty());
    CHECK(first_of("expect: {path: [Ask, Each, {Both: [[Left], [Right]]}]}").empty());
    CHECK(
        first_of("expect: {path: [Ask, Each, {Both: [[Left], [Right]]}]}, input: {n: 1, items: []}")
            .empty());
    CHECK(first_of("input: {n: 1, items: [1, 2, 3]}, expect: {path: [Ask, {Each: {each: [Size, "
                   "Skip], times: 3}}, Both]}")
              .empty());
    CHECK(first_of("expect: {calls: {Ask: 2, Store: 1}}").empty());
    CHECK(first_of("expect: {calls: {Store: [{FunctionName: g, Payload: 20}]}}").empty());
    CHECK(first_of("expect: {calls: {Ask: {count: 2, arguments: {$contains: {Payload: {n: 1}}}}}}")
              .empty());
    CHECK(first_of("type: EXPRESS, expect: {output: {$is: object}}").empty());
    CHECK(first_of("mocks: {Ask: {error: Broken, cause: why}}, expect: {error: Broken, cause: "
                   "{$contains: wh}}")
              .empty());
}

TEST_CASE("scenario: what does not hold is told with the place of the expectation")
{
    CHECK(first_of("expect: {output: {n: 2, items: [5, 20], answer: 42}}") ==
          "t.yaml:39:24 output: $.n -2 +1");
    CHECK(first_of("expect: {error: Busy}").find("status: -FAILED +SUCCEEDED") !=
          std::string::npos);
    CHECK(first_of("mocks: {Ask: {error: Broken, cause: why}}, expect: {output: 1}")
              .find("status: -SUCCEEDED +FAILED error: Broken cause: why") != std::string::npos);
    CHECK(first_of("expect: {simulated_seconds: 62}") ==
          "t.yaml:39:24 simulated_seconds: -62 s +62.5 s");
    CHECK(
        first_of("expect: {path: [Ask, Both]}") ==
        "t.yaml:39:24 path: Ask +Each +  [0] +    Size +    Skip +  [1] +    Size +    Store Both");
    CHECK(first_of("expect: {path: [Ask, {Each: [[Size, Store], [Size, Store]]}, Both]}") ==
          "t.yaml:39:24 path: Ask Each   [0]     Size -    Store +    Skip   [1]     Size     "
          "Store Both");
    CHECK(first_of("expect: {path: [Ask, {Each: {each: [Size, Skip]}}, Both]}").find("-  [each]") !=
          std::string::npos);
    CHECK(first_of("expect: {calls: {Store: 0}}") ==
          "t.yaml:39:32 calls of 'Store': -0 calls +1 call");
    CHECK(first_of("expect: {calls: {Store: [{FunctionName: g, Payload: 21}]}}") ==
          "t.yaml:39:40 arguments of call 1 of 'Store': $.Payload -21 +20");
    CHECK(first_of("expect: {events: [ExecutionStarted]}").find("+TaskStateEntered") !=
          std::string::npos);
    CHECK(first_of("mocks: {Ask: [{error: Busy}]}, expect: {output: 1}")
              .find("has no answer for call 2 of state 'Ask'") != std::string::npos);
}

TEST_CASE("scenario: names that the definition does not have are mistakes of the test")
{
    CHECK(first_of("mocks: {Aks: {output: 1}}, expect: {output: 1}") ==
          "t.yaml:39:23: the definition has no state 'Aks'; did you mean 'Ask'?");
    CHECK(first_of("expect: {calls: {Stoer: 1}}").find("no state 'Stoer'; did you mean 'Store'?") !=
          std::string::npos);
    CHECK(first_of("expect: {path: [Ask, {Each: [[Skp]]}]}").find("did you mean 'Skip'?") !=
          std::string::npos);
    CHECK(first_of(
              "mocks: {'arn:aws:states:::lambda:invoke': {output: 1}}, expect: {calls: {Ask: 2}}")
              .empty());
    CHECK(first_of("definition: {StartAt: A, States: {A: {Type: Pass}}}, mocks: {}, expect: "
                   "{output: 1}")
              .find("is not a valid state machine") != std::string::npos);
}

TEST_CASE("scenario: an execution that does not end is stopped, with what it is doing")
{
    constexpr std::string_view loop = R"({"definition": {"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsPresent": true, "Next": "End"}],
        "Default": "A"}, "End": {"Type": "Succeed"}}},
        "events_max": 1000, "expect": {"output": 1}})";
    const Outcome outcome = run_all(loop).front();
    CHECK(outcome.observed.status == "RUNNING");
    CHECK(first(outcome).find("stopped after") != std::string::npos);
    CHECK(first(outcome).find("was entered") != std::string::npos);
    // A year of simulated time ends what waits.
    const Outcome year = run_all(R"({"definition": {"StartAt": "A", "States": {
        "A": {"Type": "Wait", "Seconds": 99999999, "End": true}}},
        "expect": {"status": "TIMED_OUT", "simulated_seconds": 31536000}})")
                             .front();
    CHECK(first(year).empty());
}

TEST_CASE("scenario: time, names and randomness are what the test says")
{
    const std::string text = R"(
definition:
  QueryLanguage: JSONata
  StartAt: P
  States:
    P:
      Type: Pass
      Output: {name: '{% $states.context.Execution.Name %}', now: '{% $now() %}', id: '{% $uuid() %}'}
      End: true
tests:
  - {name: a, execution_name: run-1, start_time: 2030-01-01T00:00:00Z, expect: {output: {name: run-1, now: 2030-01-01T00:00:00.000Z, id: {$is: uuid}}}}
  - {name: b, seed: 5, expect: {output: {$is: object}}}
  - {name: c, seed: 5, expect: {output: {$is: object}}}
  - {name: d, seed: 6, expect: {output: {$is: object}}}
)";
    const std::vector<Outcome> outcomes = run_all(text);
    REQUIRE(outcomes.size() == 4);
    for (const Outcome& outcome : outcomes) CHECK(first(outcome).empty());
    CHECK(*outcomes[1].observed.output == *outcomes[2].observed.output);
    CHECK(*outcomes[1].observed.output != *outcomes[3].observed.output);
}

TEST_CASE("scenario: the limits are the test's")
{
    const std::string text = R"(
definition: {QueryLanguage: JSONata, StartAt: P, States: {P: {Type: Pass, Output: '{% null ?? 1 %}', End: true}}}
tests:
  - {name: weft, expect: {output: null}}
  - {name: aws, limits: aws, expect: {output: null}}
)";
    const std::vector<Outcome> outcomes = run_all(text);
    CHECK(first(outcomes[0]).empty());
    CHECK(first(outcomes[1]).find("AWS has 2.0.6") != std::string::npos);
}

}  // namespace weft::scenario
