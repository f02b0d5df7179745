#include "cli/definition_file.h"

#include <doctest/doctest.h>

namespace weft::cli {

namespace {

std::string filled(std::string text, const Definitions& definitions, bool json = true)
{
    const Result<std::string> result = substitute(std::move(text), definitions, json);
    return result ? *result : "error: " + result.error().message;
}

}  // namespace

TEST_CASE("definitions are NAME=VALUE")
{
    const Result<Definitions> good = read_definitions({"Arn=a=b", "Empty="});
    REQUIRE(good);
    CHECK(good->at("Arn") == "a=b");
    CHECK(good->at("Empty").empty());
    CHECK_FALSE(read_definitions({"Arn"}));
    CHECK_FALSE(read_definitions({"=x"}));
    CHECK_FALSE(read_definitions({"a b=x"}));
}

TEST_CASE("placeholders are filled as SAM fills them")
{
    CHECK(filled(R"("${A}-${B}${A}")", {{"A", "1"}, {"B", "2"}}) == R"("1-21")");
    CHECK(filled(R"({"n": ${N}})", {{"N", "5"}}) == R"({"n": 5})");
    CHECK(filled(R"("${A} ${AWS::Region}")", {{"A", "x"}}) == R"("x ${AWS::Region}")");
    CHECK(filled("${A", {}) == "${A");
    CHECK(filled("${A} ${A", {{"A", "x"}}) == "x ${A");
    CHECK(filled("${${A}}", {{"A", "x"}}) == "${x}");
}

TEST_CASE("values are escaped inside JSON and filled only once")
{
    CHECK(filled(R"("${A}")", {{"A", "a\"b\\\n"}}) == R"("a\"b\\\n")");
    CHECK(filled("a: ${A}", {{"A", "\"b\""}}, false) == "a: \"b\"");
    CHECK(filled("${A}", {{"A", "${B}"}, {"B", "x"}}) ==
          "error: --define: the definition has no ${B}");
    CHECK(filled("${A} ${B}", {{"A", "${B}"}, {"B", "x"}}) == "${B} x");
}

TEST_CASE("a name that occurs nowhere is an error with a suggestion")
{
    CHECK(filled("${FunctionArn}", {{"FunctonArn", "x"}}) ==
          "error: --define: the definition has no ${FunctonArn}; did you mean 'FunctionArn'?");
}

TEST_CASE("a machine's name is its file's without folder and endings")
{
    const auto named = [](std::string path) {
        DefinitionFile file;
        file.path = std::move(path);
        return std::pair(file.machine_name(), file.express_by_name());
    };
    CHECK(named("a/b/rfp.asl.json") == std::pair(std::string("rfp"), false));
    CHECK(named("rfp.express.asl.yaml") == std::pair(std::string("rfp"), true));
    CHECK(named("order.v2.json") == std::pair(std::string("order.v2"), false));
    CHECK(named("plain") == std::pair(std::string("plain"), false));
    CHECK(named(".asl.json") == std::pair(std::string(".asl"), false));
    CHECK(named("express.json") == std::pair(std::string("express"), false));
}

}  // namespace weft::cli
