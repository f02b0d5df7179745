#include "scenario/match.h"

#include "json/parse.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace weft::scenario {
namespace {

// The differences in one text: "path expected/actual", '~' for nothing.
std::string differences(std::string_view expected, std::string_view actual)
{
    std::string text;
    for (const Difference& difference : compare(*json::parse(expected), *json::parse(actual))) {
        if (!text.empty()) text += ' ';
        text += difference.path + ":" + difference.expected.value_or("~") + "/" +
                difference.actual.value_or("~");
    }
    return text;
}

std::string problem(std::string_view expected)
{
    const Result<mocks::Document> document = mocks::Document::parse(expected, "t.yaml");
    REQUIRE(document);
    const Result<> checked = check_expected(mocks::Node(*document));
    return checked ? std::string() : checked.error().message;
}

TEST_CASE("values are compared by value, and what differs is named by its path")
{
    CHECK(differences("3", "3.0").empty());
    CHECK(differences(R"({"a": 1, "b": 2})", R"({"b": 2, "a": 1})").empty());
    CHECK(differences(R"({"a": [1, {"b": 2}]})", R"({"a": [1, {"b": 3}]})") == "$.a[1].b:2/3");
    CHECK(differences(R"({"a": 1})", R"({"b": 1})") == "$.a:1/~ $.b:~/1");
    CHECK(differences("[1, 2]", "[1]") == "$[1]:2/~");
    CHECK(differences("[1]", "[1, 2]") == "$[1]:~/2");
    CHECK(differences(R"({"a b": 1})", R"({"a b": "1"})") == R"($["a b"]:1/"1")");
    CHECK(differences("null", "{}") == "$:null/{}");
    CHECK(differences("[]", "{}") == "$:[]/{}");
}

TEST_CASE("$is asks for a kind of value")
{
    CHECK(differences(R"({"$is": "any"})", "null").empty());
    CHECK(differences(R"({"$is": "string"})", R"("x")").empty());
    CHECK(differences(R"({"$is": "string"})", "1") == R"($:{$is: "string"}/1)");
    CHECK(differences(R"({"$is": ["null", "number"]})", "1").empty());
    CHECK_FALSE(differences(R"({"$is": ["null", "number"]})", "true").empty());
    CHECK(differences(R"({"$is": "uuid"})", R"("0b9e3b56-93e5-4d4f-9c4c-0a4b0f7f9b11")").empty());
    CHECK_FALSE(
        differences(R"({"$is": "uuid"})", R"("0b9e3b56-93e5-4d4f-9c4c-0a4b0f7f9bxx")").empty());
    CHECK(differences(R"({"$is": "timestamp"})", R"("2026-01-01T00:00:00.000Z")").empty());
    CHECK_FALSE(differences(R"({"$is": "timestamp"})", R"("yesterday")").empty());
    CHECK(differences(R"([{"$is": "array"}, {"$is": "object"}, {"$is": "boolean"}])",
                      R"([[], {}, false])")
              .empty());
}

TEST_CASE("$contains asks for a part")
{
    CHECK(differences(R"({"$contains": "ell"})", R"("hello")").empty());
    CHECK_FALSE(differences(R"({"$contains": "elk"})", R"("hello")").empty());
    CHECK(differences(R"({"$contains": {"a": {"b": 1}}})", R"({"a": {"b": 1, "c": 2}, "d": 3})")
              .empty());
    CHECK(differences(R"({"$contains": {"a": {"b": 1}}})", R"({"a": {"b": 2, "c": 2}})") ==
          "$.a.b:1/2");
    CHECK(
        differences(R"({"$contains": {"a": [{"b": 1}]}})", R"({"a": [{"b": 1, "c": 2}]})").empty());
    CHECK_FALSE(differences(R"({"$contains": {"a": [1]}})", R"({"a": [1, 2]})").empty());
    CHECK(differences(R"({"$contains": [3, {"a": 1}]})", R"([{"a": 1, "b": 2}, 3])").empty());
    CHECK(differences(R"({"$contains": [4]})", "[3]") == "$:an item 4/[3]");
    CHECK_FALSE(differences(R"({"$contains": {"a": 1}})", "1").empty());
}

TEST_CASE("$literal is what looks like a matcher")
{
    CHECK(differences(R"({"$literal": {"$is": "uuid"}})", R"({"$is": "uuid"})").empty());
    CHECK_FALSE(differences(R"({"$literal": {"$is": "uuid"}})", R"("x")").empty());
}

TEST_CASE("matchers are checked when they are read")
{
    CHECK(problem("{a: [{$is: uuid}, {$contains: {b: {$is: any}}}], $b: 1, c: 2}").empty());
    CHECK(problem("a:\n  $iss: uuid") == "t.yaml:2:3: unknown matcher '$iss'; did you mean '$is'?");
    CHECK(problem("{$ref: x}").find("$literal") != std::string::npos);
    CHECK(problem("$is: uid") == "t.yaml:1:1: unknown kind 'uid'; did you mean 'uuid'?");
    CHECK(problem("$is: []").find("at least one") != std::string::npos);
    CHECK(problem("$literal: {$ref: x}").empty());
}

TEST_CASE("differences are bounded, and so is what is shown of a value")
{
    std::string left = "[";
    std::string right = "[";
    for (int i = 0; i < 100; ++i) {
        left += i == 0 ? "0" : ",0";
        right += i == 0 ? "1" : ",1";
    }
    const auto found = compare(*json::parse(left + "]"), *json::parse(right + "]"));
    REQUIRE(found.size() == differences_max + 1);
    CHECK(found.back().path == "... and 75 more");
    const auto large = compare(json::Value(std::string(10'000, 'x')), json::Value(1));
    REQUIRE(large.size() == 1);
    CHECK(large.front().expected->size() < 500);
}

TEST_CASE("lines are compared by what they have in common")
{
    using Mark = Line::Mark;
    const std::vector<Line> lines = line_diff({"a", "b", "c"}, {"a", "x", "c", "d"});
    const std::vector<Line> wanted = {{Mark::Same, "a"},
                                      {Mark::Expected, "b"},
                                      {Mark::Actual, "x"},
                                      {Mark::Same, "c"},
                                      {Mark::Actual, "d"}};
    CHECK(lines == wanted);
    CHECK(line_diff({}, {}).empty());
}

}  // namespace
}  // namespace weft::scenario
