#include "asl/yaml.h"

#include "asl/compile.h"

#include <doctest/doctest.h>

namespace weft::asl {
namespace {

std::string converted(std::string_view yaml)
{
    auto text = yaml_to_json(yaml);
    const std::string problem = text ? "" : text.error().message;
    CAPTURE(problem);
    REQUIRE(text.has_value());
    return *std::move(text);
}

std::string problem(std::string_view yaml)
{
    const auto text = yaml_to_json(yaml);
    REQUIRE_FALSE(text.has_value());
    return text.error().message;
}

}  // namespace

TEST_CASE("plain scalars are typed by the core schema")
{
    CHECK(converted("[1, -2, +3, 007, 0x1F, 0o17]") == "[1,-2,3,7,31,15]");
    CHECK(converted("[1.5, .5, 2., -1e3, 1.5E-2]") == "[1.5,0.5,2.0,-1.0e3,1.5e-2]");
    CHECK(converted("[true, False, TRUE, null, ~, ]") == "[true,false,true,null,null]");
    CHECK(converted("a:\nb: ~") == R"({"a":null,"b":null})");
    // What YAML 1.1 took for booleans, dates, base-60 numbers or nothing at all are texts.
    CHECK(converted("[yes, no, on, 2016-03-14, 12:30:00, 1_000, Null x, .]") ==
          R"(["yes","no","on","2016-03-14","12:30:00","1_000","Null x","."])");
}

TEST_CASE("quoted scalars stay texts, tags are obeyed")
{
    CHECK(converted(R"(["1", 'true', "", !!str 5, !!int "7", !!float "1.5"])") ==
          R"(["1","true","","5",7,1.5])");
    CHECK(converted("a: |\n  x\n  y\n") == R"({"a":"x\ny\n"})");
    CHECK(problem("a: !Sub x") ==
          "YAML, line 1, column 4: the tag !Sub has no meaning in a definition (tags such as !Sub "
          "belong to CloudFormation templates)");
    CHECK(problem("a: !!int x").starts_with("YAML, line 1, column 4: 'x' is no "));
    CHECK(problem("a: .inf") == "YAML, line 1, column 4: .inf is no number that JSON has");
}

TEST_CASE("aliases and merge keys are expanded")
{
    CHECK(converted("a: &x {k: 1}\nb: *x") == R"({"a":{"k":1},"b":{"k":1}})");
    CHECK(converted("a: &x {k: 1, l: 2}\nb:\n  <<: *x\n  l: 3") ==
          R"({"a":{"k":1,"l":2},"b":{"l":3,"k":1}})");
    CHECK(converted("b:\n  <<: [{k: 1}, {k: 2, m: 3}]") == R"({"b":{"k":1,"m":3}})");
    CHECK(converted("\"<<\": 1") == R"({"<<":1})");
    CHECK(problem("<<: 1") == "YAML, line 1, column 5: only a map can be merged with '<<'");
}

TEST_CASE("bombs of aliases are defused")
{
    std::string bomb = "a0: &a0 [x]\n";
    for (int i = 1; i < 12; ++i) {
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        for (int k = 0; k < 10; ++k) bomb += "*a" + std::to_string(i - 1) + ",";
        bomb += "]\n";
    }
    const auto text = yaml_to_json(bomb);
    REQUIRE_FALSE(text.has_value());
    CHECK(text.error().code == ErrorCode::LimitExceeded);

    std::string merges = "a0: &a0 {x: 1}\n";
    for (int i = 1; i < 30; ++i) {
        const std::string before = "*a" + std::to_string(i - 1);
        merges += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " {<<: [" + before + ", " +
                  before + "]}\n";
    }
    CHECK_FALSE(yaml_to_json(merges).has_value());
    // An anchor within itself never ends.
    CHECK_FALSE(yaml_to_json("a: &a [*a]").has_value());
}

TEST_CASE("what is wrong is said with line and column")
{
    CHECK(problem("a: 1\na: 2") == "YAML, line 2, column 1: the key 'a' is given twice");
    CHECK(problem("? [a]\n: 1").find("a key must be a text") != std::string::npos);
    CHECK(problem("a: [1").starts_with("YAML, line "));
    CHECK(problem("a: 1\n---\nb: 2").starts_with("YAML, line 2, column "));
    CHECK_FALSE(yaml_to_json(R"({"a":1}},"b":2})").has_value());  // yaml-cpp can hang here
    CHECK(problem("") == "YAML: no document");
    CHECK_FALSE(yaml_to_json(std::string(100'000, '[')).has_value());
    CHECK_FALSE(yaml_to_json(std::string_view("a: \xFF\xFE", 5)).has_value());
}

TEST_CASE("control characters are refused where they stand")
{
    const std::string text = std::string("a: 1\nbä: ") + '\0' + "2\n";
    CHECK(yaml_to_json(text).error().message ==
          "YAML, line 2, column 5: the control character 0x00; write it as \"\\x00\"");
    CHECK(yaml_to_json("a: \"\\x00\"\n").value() == R"({"a":"\u0000"})");
    CHECK(yaml_to_json("a:\t1\r\n").value() == R"({"a":1})");
}

TEST_CASE("laid out as written, findings point into the YAML")
{
    constexpr std::string_view yaml = "# a comment\n"
                                      "StartAt: A\n"
                                      "States:\n"
                                      "  A:\n"
                                      "    Type: Pass\n"
                                      "    Next: Anwser\n"
                                      "  Answer:\n"
                                      "    Type: Succeed\n";
    const auto text = yaml_to_json(yaml, YamlLayout::AsWritten);
    REQUIRE(text.has_value());
    CompileOptions options;
    options.with_positions = true;
    const Compiled compiled = compile(*text, options);
    REQUIRE(compiled.findings.size() == 2);
    CHECK(compiled.findings[0].line == 6);
    CHECK(compiled.findings[1].line == 7);
}

}  // namespace weft::asl
