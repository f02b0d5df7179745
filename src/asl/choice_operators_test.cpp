#include "asl/choice_operators.h"

#include "asl/compile.h"
#include "json/parse.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

namespace weft::asl {
namespace {

// Compiles a machine whose Choice has this one rule, and keeps it.
MachinePtr machine_with(std::string_view rule)
{
    auto compiled = compile(fmt::format(
        R"({{"StartAt":"C","States":{{"C":{{"Type":"Choice","Choices":[{}]}},"Z":{{"Type":"Succeed"}}}}}})",
        rule));
    const std::string fault = compiled.findings.empty() ? "" : compiled.findings.front().fault();
    CAPTURE(fault);
    REQUIRE(compiled.machine != nullptr);
    return compiled.machine;
}

Result<bool> evaluate(std::string_view test, std::string_view input, std::uint64_t fuel = 1'000)
{
    const MachinePtr machine = machine_with(fmt::format(R"({{{},"Next":"Z"}})", test));
    const auto value = json::parse(input);
    REQUIRE(value.has_value());
    const auto context = json::parse(R"({"Execution":{"Name":"n"}})");
    StepMeter meter(fuel);
    const Choice& choice = std::get<Choice>(machine->find("C")->kind);
    return matches(choice.rules.front(), {&*value, &*context, nullptr}, meter);
}

bool holds(std::string_view test, std::string_view input)
{
    const auto result = evaluate(test, input);
    const std::string problem = result ? "" : result.error().message;
    CAPTURE(test);
    CAPTURE(input);
    CAPTURE(problem);
    REQUIRE(result.has_value());
    return *result;
}

}  // namespace

TEST_CASE("texts compare by UTF-16 code units")
{
    CHECK(compare_utf16("", "") == 0);
    CHECK(compare_utf16("a", "ab") < 0);
    CHECK(compare_utf16("b", "ab") > 0);
    CHECK(compare_utf16("é", "z") > 0);
    CHECK(compare_utf16("\U0001F600", "\uFF5E") < 0);  // D83D DE00 before FF5E
    CHECK(compare_utf16("\uFF5E", "\U0001F600") > 0);
    CHECK(compare_utf16("\U0001F600", "\uD7FB") > 0);  // D83D behind D7FB
    CHECK(compare_utf16("\U0001F600", "\U0001F601") < 0);

    CHECK(holds(R"("Variable":"$.a","StringLessThan":"b")", R"({"a":"a"})"));
    CHECK_FALSE(holds(R"("Variable":"$.a","StringLessThan":"b")", R"({"a":"b"})"));
    CHECK(holds(R"("Variable":"$.a","StringGreaterThanEquals":"b")", R"({"a":"b"})"));
    CHECK(holds(R"("Variable":"$.a","StringEqualsPath":"$.b")", R"({"a":"x","b":"x"})"));
}

TEST_CASE("numbers compare as binary64 however written")
{
    CHECK(holds(R"("Variable":"$.a","NumericEquals":1)", R"({"a":1.0})"));
    CHECK(holds(R"("Variable":"$.a","NumericEquals":0)", R"({"a":-0.0})"));
    CHECK(
        holds(R"("Variable":"$.a","NumericEquals":9007199254740993)", R"({"a":9007199254740992})"));
    CHECK(holds(R"("Variable":"$.a","NumericGreaterThan":1)", R"({"a":1e300})"));
    CHECK(holds(R"("Variable":"$.a","NumericLessThanEqualsPath":"$.b")", R"({"a":1,"b":1.0})"));
    CHECK_FALSE(holds(R"("Variable":"$.a","NumericEquals":1)", R"({"a":"1"})"));
}

TEST_CASE("timestamps compare as instants, to the nanosecond")
{
    CHECK(holds(R"("Variable":"$.a","TimestampEquals":"2020-01-01T00:00:00Z")",
                R"({"a":"2020-01-01T05:30:00+05:30"})"));
    CHECK(holds(R"("Variable":"$.a","TimestampGreaterThan":"2020-01-01T00:00:00.000000001Z")",
                R"({"a":"2020-01-01T00:00:00.000000002Z"})"));
    CHECK_FALSE(holds(R"("Variable":"$.a","TimestampLessThan":"2020-01-01T00:00:00Z")",
                      R"({"a":"yesterday"})"));
}

TEST_CASE("types are told apart")
{
    struct Row {
        std::string_view test;
        std::string_view yes;
        std::string_view no;
    };
    for (const Row& row : {Row{"IsNull", "null", "0"}, Row{"IsBoolean", "false", "null"},
                           Row{"IsNumeric", "1.5", "\"1\""}, Row{"IsString", "\"\"", "1"},
                           Row{"IsTimestamp", "\"2020-01-01T00:00:00Z\"", "\"2020\""}}) {
        const std::string is = fmt::format(R"("Variable":"$.a","{}":true)", row.test);
        const std::string is_not = fmt::format(R"("Variable":"$.a","{}":false)", row.test);
        const std::string yes = fmt::format(R"({{"a":{}}})", row.yes);
        const std::string no = fmt::format(R"({{"a":{}}})", row.no);
        CHECK(holds(is, yes));
        CHECK_FALSE(holds(is, no));
        CHECK_FALSE(holds(is_not, yes));
        CHECK(holds(is_not, no));
    }
    CHECK(holds(R"("Variable":"$.a","BooleanEquals":false)", R"({"a":false})"));
    CHECK_FALSE(holds(R"("Variable":"$.a","BooleanEquals":false)", R"({"a":null})"));
}

TEST_CASE("what is absent is an error, except for IsPresent")
{
    CHECK(holds(R"("Variable":"$.a","IsPresent":false)", "{}"));
    CHECK_FALSE(holds(R"("Variable":"$.a","IsPresent":true)", "{}"));
    CHECK(holds(R"("Variable":"$.a","IsPresent":true)", R"({"a":null})"));

    const auto missing = evaluate(R"("Variable":"$.a.b","IsNull":true)", R"({"a":1})");
    REQUIRE_FALSE(missing.has_value());
    CHECK(missing.error().code == ErrorCode::PathNotFound);
    CHECK(missing.error().message == "Invalid path '$.a.b': The choice state's condition path "
                                     "references an invalid value.");
    CHECK(missing.error().where == "$.a.b");
    const auto operand = evaluate(R"("Variable":"$.a","StringEqualsPath":"$.b")", R"({"a":"x"})");
    REQUIRE_FALSE(operand.has_value());
    CHECK(operand.error().where == "$.b");
}

TEST_CASE("rules combine and stop early")
{
    CHECK(holds(R"("Not":{"Variable":"$.a","IsPresent":true})", "{}"));
    // The second test would be an error: it is not reached.
    CHECK_FALSE(
        holds(R"("And":[{"Variable":"$.a","IsPresent":true},{"Variable":"$.a","NumericEquals":1}])",
              "{}"));
    CHECK(
        holds(R"("Or":[{"Variable":"$.a","IsPresent":false},{"Variable":"$.a","NumericEquals":1}])",
              "{}"));
    CHECK(holds(R"("Variable":"$$.Execution.Name","StringEquals":"n")", "{}"));

    const auto tired = evaluate(R"("Not":{"Not":{"Variable":"$.a","IsPresent":true}})", "{}", 2);
    REQUIRE_FALSE(tired.has_value());
    CHECK(tired.error().code == ErrorCode::OutOfFuel);
}

TEST_CASE("wildcards match any number of characters")
{
    CHECK(matches_wildcards("", ""));
    CHECK(matches_wildcards("", "*"));
    CHECK(matches_wildcards("zebra", "z*"));
    CHECK(matches_wildcards("zebra", "*b*a"));
    CHECK(matches_wildcards("foobar.zebra", "foo*.*"));
    CHECK(matches_wildcards("abab", "*ab"));
    CHECK_FALSE(matches_wildcards("zebra", "z"));
    CHECK_FALSE(matches_wildcards("zebra", "*x*"));
    CHECK_FALSE(matches_wildcards("", "?"));
    CHECK(matches_wildcards("a*b", R"(a\*b)"));
    CHECK_FALSE(matches_wildcards("axb", R"(a\*b)"));
    CHECK(matches_wildcards(R"(a\b)", R"(a\\b)"));
    CHECK(matches_wildcards(R"(a\xyz)", R"(a\\*)"));
    CHECK(matches_wildcards(R"(a\n)", R"(a\n)"));
    // A pattern of many stars takes no more than text times pattern.
    CHECK_FALSE(matches_wildcards(std::string(20'000, 'a'), "*a*a*a*a*a*a*a*a*b"));
}

TEST_CASE("every operator is found by its name")
{
    for (const Comparison& row : comparisons()) CHECK(find_comparison(row.name) == &row);
    CHECK(find_comparison("StringEqual") == nullptr);
    CHECK(comparisons().size() == 39);
}

}  // namespace weft::asl
