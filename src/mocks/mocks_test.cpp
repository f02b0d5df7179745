#include "mocks/mocks.h"

#include "mocks/script.h"
#include "json/parse.h"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

using namespace weft;
using namespace weft::mocks;

namespace {

constexpr std::string_view example = R"(# answers
Ask the model:
  - error: Bedrock.ThrottlingException
    cause: Too many requests
    delay_seconds: 1.5
    times: 2
  - output: { Body: { content: [ { text: "Yes" } ] } }
    repeat: true
Notify:
  output: sent
arn:aws:states:::dynamodb:putItem:
  - output: {}
    delay_ms: 20
)";

std::string error_of(std::string_view text)
{
    const auto mocks = read(text, "mocks.yaml");
    return mocks ? "none" : mocks.error().message;
}

}  // namespace

TEST_CASE("mocks are read from YAML")
{
    const auto mocks = read(example, "mocks.yaml");
    REQUIRE_MESSAGE(mocks, mocks.error().message);
    REQUIRE(mocks->sequences.size() == 3);
    const auto& [name, sequence] = mocks->sequences[0];
    CHECK(name == "Ask the model");
    REQUIRE(sequence.answers.size() == 2);
    CHECK(sequence.answers[0].error == "Bedrock.ThrottlingException");
    CHECK(sequence.answers[0].cause == "Too many requests");
    CHECK(sequence.answers[0].delay == Milliseconds(1500));
    CHECK(sequence.answers[0].times == 2);
    CHECK_FALSE(sequence.answers[0].output);
    CHECK(sequence.answers[1].repeat);
    CHECK_FALSE(sequence.calls());
    CHECK(mocks->sequences[1].second.answers[0].repeat);  // one answer without a list
    CHECK(mocks->sequences[2].second.calls() == 1);
    CHECK(mocks->sequences[2].second.answers[0].delay == Milliseconds(20));
    CHECK(mocks->sequences[2].second.place == "mocks.yaml:11:1");
}

TEST_CASE("the same mocks as JSON are the same value")
{
    const auto yaml = read("T:\n  - error: Busy\n  - output: 1.0\n", "m");
    const auto text = read(R"({ "T": [ { "error": "Busy" }, { "output": 1.0 } ] })", "m");
    REQUIRE(yaml);
    REQUIRE(text);
    CHECK(yaml->sequences[0].second.answers == text->sequences[0].second.answers);
    const auto document =
        Document::of(*json::parse(R"({"T":[{"error":"Busy"},{"output":1.0}]})"), "case.json");
    const auto value = read(Node(document), "case.json");
    REQUIRE(value);
    CHECK(value->sequences[0].second.answers == text->sequences[0].second.answers);
}

TEST_CASE("a mistake in a mocks file is named with its place")
{
    CHECK(error_of("T:\n  - output: 1\n    tims: 2\n") ==
          "mocks.yaml:3:5: unknown field 'tims' in an answer; did you mean 'times'?");
    CHECK(error_of("T:\n  - outptu: 1\n") ==
          "mocks.yaml:2:5: unknown field 'outptu' in an answer; did you mean 'output'?");
    CHECK(error_of("T:\n  - result: 1\n")
              .starts_with("mocks.yaml:2:5: unknown field 'result' in an answer"));
    CHECK(error_of("T:\n  - {}\n") == "mocks.yaml:2:5: an answer needs output or error");
    CHECK(error_of("T: []\n") == "mocks.yaml:1:1: a list of answers needs at least one");
    CHECK(error_of("T: 3\n") == "mocks.yaml:1:1: expected a list of answers, or one answer");
    CHECK(error_of("T: [{output: 1, error: X}]") ==
          "mocks.yaml:1:17: an answer has output or error, not both");
    CHECK(error_of("T: [{output: 1, repeat: true}, {output: 2}]") ==
          "mocks.yaml:1:5: only the last answer can repeat: those below it would never be given");
    CHECK(error_of("T: [{output: 1, times: 0}]") ==
          "mocks.yaml:1:17: times must be a whole number from 1 to 1000000000");
    CHECK(error_of("T: [{output: 1, delay_seconds: -1}]").find("delay_seconds must be a number") !=
          std::string::npos);
    CHECK(error_of("- output: 1\n").starts_with("mocks.yaml:1:1: mocks map a state's name"));
    CHECK(error_of("T: [{output: 1}]\nT: [{output: 2}]\n") ==
          "mocks.yaml:2:1: the key 'T' stands twice, first in line 1");
    CHECK(error_of("T: [{output: \n").starts_with("mocks.yaml:"));
    CHECK(error_of("T: {output: .inf}").find("is not a number JSON has") != std::string::npos);
    CHECK(error_of("a: 1\n---\nb: 2\n").find("a second document or stray text begins") !=
          std::string::npos);
    // yaml-cpp alone would look for documents behind these without end.
    for (const char* text : {"{}},", "{a: {output: 1}}},", "{a: {b: 1}}}}, \"c: [d]}, [e]}"})
        CHECK(error_of(text).starts_with("mocks.yaml:1:"));
    CHECK(error_of("a: \xff").starts_with("mocks.yaml:1:1: the text is no UTF-8"));
    CHECK(error_of("a: {output: \"\x01\"}").starts_with("mocks.yaml:1:14: the control character"));
    CHECK(error_of("{\n  \"T\": [ { \"output\": 1, \"tims\": 2 } ]\n}") ==
          "mocks.yaml:2:25: unknown field 'tims' in an answer; did you mean 'times'?");
    CHECK(error_of("").starts_with("mocks.yaml"));
    CHECK(error_of(std::string(2000, '[')).starts_with("mocks.yaml:"));

    const auto document =
        Document::of(*json::parse(R"({"T":[{"output":1,"tims":2}]})"), "case.json");
    CHECK(read(Node(document), "case.json").error().message ==
          "case.json at /T/0/tims: unknown field 'tims' in an answer; did you mean 'times'?");
}

TEST_CASE("an alias bomb is refused")
{
    std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 9; ++i) {
        text += fmt::format(
            "a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]\n", i, i - 1);
    }
    CHECK(error_of(text).find("more than 200000 values") != std::string::npos);
}

TEST_CASE("scalars follow YAML's core schema")
{
    const auto document =
        Document::parse("{a: no, b: 'true', c: true, d: 3, e: 3.0, f: ~, g: 0x1F, h: 1e3, i: "
                        "12345678901234567890123, j: 1.2.3, k: -7}",
                        "x");
    REQUIRE_MESSAGE(document, document.error().message);
    const auto expected =
        json::parse(R"({"a":"no","b":"true","c":true,"d":3,"e":3.0,"f":null,"g":31,"h":1e3,
        "i":12345678901234567890123,"j":"1.2.3","k":-7})");
    CHECK(document->value() == *expected);
}

TEST_CASE("a script answers by order of calls and says when it is used up")
{
    Script script(*read(example, "mocks.yaml"));
    CHECK(script.next("Ask the model", "r")->error == "Bedrock.ThrottlingException");
    CHECK(script.next("Ask the model", "r")->error == "Bedrock.ThrottlingException");
    CHECK(script.next("Ask the model", "r")->output);
    CHECK(script.next("Ask the model", "r")->output);
    CHECK(script.names("Other", "arn:aws:states:::dynamodb:putItem"));
    CHECK(script.next("Other", "arn:aws:states:::dynamodb:putItem")->output ==
          json::Value::object());
    const auto used_up = script.next("Other", "arn:aws:states:::dynamodb:putItem");
    REQUIRE_FALSE(used_up);
    CHECK(used_up.error().code == ErrorCode::NotFound);
    CHECK(used_up.error().message ==
          "mocks.yaml:11:1 has no answer for call 2 of state 'Other': 1 are scripted; add "
          "answers, or 'repeat: true' to the last");
    const auto unknown = script.next("Ask the modle", "r");
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().message ==
          "mocks.yaml names neither state 'Ask the modle' nor its resource r; did you mean "
          "'Ask the model'?");
    CHECK_FALSE(script.names("Ask the modle", "r"));
}

TEST_CASE("each answer is given once, whatever thread asks")
{
    std::string text = "T:\n";
    for (int i = 0; i < 400; ++i) text += fmt::format("  - output: {}\n", i);
    Script script(*read(text, "m"));
    std::vector<std::vector<std::int64_t>> seen(4);
    std::vector<std::thread> threads;
    for (auto& mine : seen) {
        threads.emplace_back([&script, &mine] {
            for (int i = 0; i < 100; ++i) mine.push_back(script.next("T", "r")->output->as_int());
        });
    }
    for (auto& thread : threads) thread.join();
    std::set<std::int64_t> all;
    for (const auto& mine : seen) all.insert(mine.begin(), mine.end());
    CHECK(all.size() == 400);
}
