#include "scenario/test_file.h"

#include "scenario/mock_config.h"
#include "json/write.h"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <string_view>

namespace weft::scenario {
namespace {

// Files by path; a definition's text is its path and what fills it.
Files files_of(std::map<std::string, std::string> texts)
{
    Files files;
    files.text = [texts](const std::string& path) -> Result<std::string> {
        const auto found = texts.find(path);
        if (found == texts.end()) return fail(ErrorCode::Io, "cannot read '{}'", path);
        return found->second;
    };
    files.definition = [](const std::string& path,
                          const Files::Defines& defines) -> Result<Definition> {
        if (path.find("none") != std::string::npos)
            return fail(ErrorCode::Io, "cannot read '{}'", path);
        std::string text = path;
        for (const auto& [name, value] : defines) text += " " + name + "=" + value;
        return Definition{path, "machine", text, text};
    };
    return files;
}

std::string problem(std::string_view text, std::map<std::string, std::string> texts = {})
{
    const auto tests = read_tests(text, "d/t.yaml", files_of(std::move(texts)));
    return tests ? std::string("(none)") : tests.error().message;
}

constexpr std::string_view config = R"({
  "StateMachines": {"Orders": {"TestCases": {"Happy": {"Pay": "Paid"}, "Slow": {"Pay": "PaidLate"},
    "Gap": {"Pay": "Gap"}, "Twice": {"Pay": "Twice"}, "None": {"Pay": "Piad"}}}},
  "MockedResponses": {
    "Paid": {"0": {"Return": {"ok": true}}},
    "PaidLate": {"3": {"Return": {"ok": true}}, "0": {"Throw": {"Error": "E0", "Cause": "c"}},
                 "1-2": {"Throw": {"Error": "E1"}}},
    "Gap": {"0": {"Return": 1}, "2": {"Return": 1}},
    "Twice": {"0-1": {"Return": 1}, "1": {"Return": 1}}}})";

}  // namespace

TEST_CASE("a file is a test, a list, or tests with what they have in common")
{
    const auto one =
        read_tests("{definition: m.json, expect: {output: 1}}", "d/t.yaml", files_of({}));
    REQUIRE(one);
    REQUIRE(one->size() == 1);
    CHECK(one->front().name == "t.yaml");
    CHECK(one->front().definition->json == "d/m.json");
    CHECK(one->front().expect.status == "SUCCEEDED");

    const auto list = read_tests(R"([{"name": "a", "definition": {"StartAt": "A"},
        "expect": {"status": "TIMED_OUT"}}])",
                                 "t.json", files_of({}));
    REQUIRE(list);
    CHECK(list->front().definition->machine == "main");
    CHECK(list->front().expect.status == "TIMED_OUT");

    const auto many = read_tests(R"(
definition: ../m.json
define: {KEY: v, N: 3}
type: EXPRESS
limits: aws
input: {a: 1}
mocks:
  A: {output: 1}
  B: {output: 2}
tests:
  - name: one
    expect: {error: E}
  - name: two
    type: STANDARD
    limits: weft
    input: text
    definition: other.json
    mocks: {B: {error: Broken}}
    execution_name: run-2
    start_time: 2030-01-01T00:00:00Z
    seed: 7
    events_max: 10
    expect: {output: {$is: any}}
)",
                                 "d/t.yaml", files_of({}));
    const std::string message = many ? std::string() : many.error().message;
    CAPTURE(message);
    REQUIRE(many);
    REQUIRE(many->size() == 2);
    const Test& first = (*many)[0];
    CHECK(first.definition->json == "m.json KEY=v N=3");
    CHECK(first.type == asl::MachineType::Express);
    CHECK(first.limits == LimitsProfile::Aws);
    CHECK(json::write(first.input) == R"({"a":1})");
    CHECK(first.mocks.sequences.size() == 2);
    CHECK(first.expect.status == "FAILED");
    CHECK(first.expect.error->place == "d/t.yaml:12:14");
    const Test& second = (*many)[1];
    CHECK(second.definition->json == "d/other.json KEY=v N=3");
    CHECK(second.type == asl::MachineType::Standard);
    CHECK(second.limits == LimitsProfile::Weft);
    CHECK(second.input == json::Value("text"));
    CHECK(second.execution_name == "run-2");
    CHECK(second.start.time_since_epoch().count() == 1'893'456'000'000);
    CHECK(second.seed == 7);
    CHECK(second.events_max == 10);
    REQUIRE(second.mocks.sequences.size() == 2);
    CHECK(second.mocks.sequences[1].second.answers[0].error == "Broken");
}

TEST_CASE("mocks and inputs may stand in files of their own")
{
    const auto tests =
        read_tests("{definition: m, input_file: i.json, mocks: m.yaml, expect: {status: FAILED}}",
                   "d/t.yaml", files_of({{"d/i.json", "[1]"}, {"d/m.yaml", "A: {output: 5}"}}));
    REQUIRE(tests);
    CHECK(json::write(tests->front().input) == "[1]");
    CHECK(tests->front().mocks.sequences[0].first == "A");
    CHECK(problem("{definition: m, mocks: m.yaml, expect: {status: FAILED}}",
                  {{"d/m.yaml", "A: {outptu: 5}"}})
              .find("d/m.yaml:1:5: unknown field 'outptu'") == 0);
}

TEST_CASE("expectations are read with their places")
{
    const auto tests = read_tests(R"(
definition: m
expect:
  path: [A, {B: [[C], []]}, {D: {each: [E], times: 3}}]
  calls:
    A: 3
    B: [{x: 1}, {$is: any}]
    C: {count: 2, arguments: {y: 1}}
  simulated_seconds: {min: 1, max: 2.5}
  events: [ExecutionStarted, 2<0 PassStateEntered]
  assigned: [{v: 1}]
)",
                                  "t.yaml", files_of({}));
    const std::string message = tests ? std::string() : tests.error().message;
    CAPTURE(message);
    REQUIRE(tests);
    const Expectation& expect = tests->front().expect;
    CHECK(expect.path->place == "t.yaml:4:3");
    REQUIRE(expect.calls.size() == 3);
    CHECK(expect.calls[0].count == 3U);
    CHECK(expect.calls[1].each->size() == 2);
    CHECK(expect.calls[1].each->front().place == "t.yaml:7:9");
    CHECK(expect.calls[2].all->place == "t.yaml:8:19");
    CHECK(expect.time->seconds_max == doctest::Approx(2.5));
    CHECK(expect.events->value.size() == 2);
    CHECK(expect.assigned->value.size() == 1);
}

TEST_CASE("what is wrong with a test file is told with its place")
{
    const struct {
        std::string_view text;
        std::string_view message;  // its beginning
    } rows[] = {
        {"x", "d/t.yaml:1:1: a test file is a test"},
        {"[]", "d/t.yaml:1:1: there is no test"},
        {"{}", "d/t.yaml:1:1: a test needs a 'definition'"},
        {"{definition: m}", "d/t.yaml:1:1: a test needs 'expect'"},
        {"{definition: m, expect: {}}", "d/t.yaml:1:17: expect says nothing"},
        {"definition: m\nexpect: {status: FAILED}\ntims: 1",
         "d/t.yaml:3:1: unknown field 'tims' in a test"},
        {"tests: []\nnam: x", "d/t.yaml:2:1: unknown field 'nam' in a test file"},
        {"{definition: none, expect: {status: FAILED}}", "d/t.yaml:1:2: cannot read 'd/none'"},
        {"{definition: m, type: EXPRES, expect: {status: FAILED}}",
         "d/t.yaml:1:17: type is one of STANDARD, EXPRESS; 'EXPRES' given; did you mean "
         "'EXPRESS'?"},
        {"{definition: m, expect: {status: SUCCEDED}}",
         "d/t.yaml:1:26: unknown status 'SUCCEDED'; did you mean 'SUCCEEDED'?"},
        {"{definition: m, expect: {status: FAILED, output: 1}}",
         "d/t.yaml:1:42: only an execution"},
        {"{definition: m, expect: {status: SUCCEEDED, error: E}}",
         "d/t.yaml:1:17: an execution that succeeds"},
        {"{definition: m, expect: {error: 5}}", "d/t.yaml:1:26: error must be a text"},
        {"{definition: m, expect: {path: A}}", "d/t.yaml:1:26: a path is a list"},
        {"{definition: m, expect: {path: [{A: 1}]}}", "d/t.yaml:1:34: the paths of a Map"},
        {"{definition: m, expect: {path: [1]}}", "d/t.yaml:1:33: a path has names"},
        {"{definition: m, expect: {calls: [A]}}", "d/t.yaml:1:26: calls map"},
        {"{definition: m, expect: {calls: {A: x}}}", "d/t.yaml:1:34: the calls of a state"},
        {"{definition: m, expect: {calls: {A: -1}}}", "d/t.yaml:1:34: a count must be"},
        {"{definition: m, expect: {simulated_seconds: {min: 2, max: 1}}}",
         "d/t.yaml:1:26: min is greater"},
        {"{definition: m, expect: {events: [1]}}", "d/t.yaml:1:35: an event must be a text"},
        {"{definition: m, expect: {output: {$iss: any}}}", "d/t.yaml:1:35: unknown matcher"},
        {"{definition: {StartAt: A}, define: {A: b}, expect: {status: FAILED}}",
         "d/t.yaml:1:28: define fills"},
        {"{definition: m, start_time: yesterday, expect: {status: FAILED}}",
         "d/t.yaml:1:17: start_time is a time"},
        {"{definition: m, input: 1, input_file: i, expect: {status: FAILED}}",
         "d/t.yaml:1:27: there is input or input_file"},
        {"{definition: m, test_case: A, expect: {status: FAILED}}",
         "d/t.yaml:1:17: test_case goes with mock_config"},
        {"{definition: m, mocks: {A: {}}, expect: {status: FAILED}}",
         "d/t.yaml:1:25: an answer needs output or error"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        const std::string got = problem(row.text);
        CHECK(got.substr(0, row.message.size()) == row.message);
    }
}

TEST_CASE("Step Functions Local's mock configuration gives the answers of a test case")
{
    const auto read = [](std::string_view test_case, std::string_view machine = "") {
        return read_mock_config(*mocks::Document::parse(config, "mock.json"), machine, test_case);
    };
    const auto slow = read("Slow");
    REQUIRE(slow);
    REQUIRE(slow->sequences.size() == 1);
    CHECK(slow->sequences[0].first == "Pay");
    const std::vector<mocks::Answer>& answers = slow->sequences[0].second.answers;
    REQUIRE(answers.size() == 3);
    CHECK(answers[0].error == "E0");
    CHECK(answers[0].cause == "c");
    CHECK(answers[1].error == "E1");
    CHECK(answers[1].times == 2);
    CHECK(json::write(*answers[2].output) == R"({"ok":true})");
    CHECK(slow->sequences[0].second.calls() == 4U);

    const auto message = [](const Result<mocks::Mocks>& result) {
        return result ? std::string() : result.error().message;
    };
    CHECK(message(read("Gap")) == "mock.json:8:33: call 1 has no answer");
    CHECK(message(read("Twice")) == "mock.json:9:37: call 1 has an answer already");
    CHECK(message(read("None")).find("no mocked response 'Piad'; did you mean 'Paid'?") !=
          std::string::npos);
    CHECK(message(read("Hapy")).find("no test case 'Hapy'; did you mean 'Happy'?") !=
          std::string::npos);
    CHECK(message(read("Happy", "Order")).find("did you mean 'Orders'?") != std::string::npos);
    CHECK(message(read_mock_config(*mocks::Document::parse("{StateMachines: {}}", "m.json"), "",
                                   "x")) == "m.json:1:1: MockedResponses is missing");
}

TEST_CASE("a test names the mock configuration and its case, and its own mocks come first")
{
    const std::map<std::string, std::string> texts = {{"d/c.json", std::string(config)}};
    const auto tests = read_tests(R"(
mock_config: c.json
definition: m
tests:
  - {name: a, test_case: Slow, expect: {output: 1}}
  - {name: b, test_case: Slow, mocks: {Pay: {output: 2}}, expect: {output: 1}}
  - {name: c, mocks: {Pay: {output: 2}}, expect: {output: 1}}
)",
                                  "d/t.yaml", files_of(texts));
    REQUIRE(tests);
    CHECK((*tests)[0].mocks.sequences[0].second.answers.size() == 3);
    CHECK((*tests)[1].mocks.sequences[0].second.answers.size() == 1);
    CHECK(
        problem("{mock_config: c.json, definition: m, test_case: Hapy, expect: {output: 1}}", texts)
            .find("d/t.yaml:1:38: d/c.json") == 0);
    CHECK(problem("{mock_config: c.json, definition: m, expect: {output: 1}}", texts) ==
          "d/t.yaml:1:1: mock_config needs a test_case");
}

}  // namespace weft::scenario
