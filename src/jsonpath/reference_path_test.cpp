#include "jsonpath/reference_path.h"

#include "json/parse.h"
#include "json/write.h"

#include <doctest/doctest.h>

using namespace weft;
using jsonpath::ReferencePath;

namespace {

json::Value parsed(std::string_view text)
{
    return *json::parse(text);
}

}  // namespace

// ASL, Reference Paths: its own list of examples.
TEST_CASE("what is a reference path")
{
    for (const std::string_view text :
         {"$", "$.store.book", "$.store\\.book", "$.\\stor\\e.boo\\k", "$.store.book.title",
          "$.foo.\\.bar", "$.foo\\@bar.baz\\[\\[.\\?pretty", "$.&Ж中.\\uD800\\uDF46",
          "$.ledgers.branch[0].pending.count", "$.ledgers.branch[0]", "$.ledgers[0][22][315].foo",
          "$['store']['book']", "$['store'][0]['book']"}) {
        CAPTURE(text);
        CHECK(ReferencePath::parse(text));
    }
    for (const std::string_view text :
         {"", "a", "$$", "$$.a", "$v", "$v.a", "$.a[-1]", "$.a[*]", "$.*", "$..a", "$.a[0,1]",
          "$['a','b']", "$.a[0:1]", "$[?(@.a)]", "$.a.length()", "$."}) {
        CAPTURE(text);
        const Result<ReferencePath> path = ReferencePath::parse(text);
        REQUIRE_FALSE(path);
        CHECK(path.error().code == ErrorCode::InvalidPath);
    }
}

TEST_CASE("writing to a reference path")
{
    struct Row {
        std::string_view path;
        std::string_view target;
        std::string_view result;  // empty: a mismatch
    };
    const Row rows[] = {
        {"$", R"({"a":1})", R"("new")"},
        {"$", "3", R"("new")"},
        {"$.a", R"({"a":1,"b":2})", R"({"a":"new","b":2})"},
        {"$.c", R"({"a":1})", R"({"a":1,"c":"new"})"},
        {"$.x.y.z", R"({"a":1})", R"({"a":1,"x":{"y":{"z":"new"}}})"},
        {"$.a.b", R"({"a":{"c":1}})", R"({"a":{"c":1,"b":"new"}})"},
        {"$.a[1]", R"({"a":[1,2,3]})", R"({"a":[1,"new",3]})"},
        {"$.a[0].b.c", R"({"a":[{}]})", R"({"a":[{"b":{"c":"new"}}]})"},
        {"$[0]", "[1]", R"(["new"])"},
        {"$.a.b", R"({"a":5})", ""},
        {"$.a.b", R"({"a":null})", ""},
        {"$.a.b", R"({"a":[1]})", ""},
        {"$.a", "3", ""},
        {"$.a", "null", ""},
        {"$.a", "[1]", ""},
        {"$[0]", R"({"a":1})", ""},
        {"$.a[3]", R"({"a":[1,2,3]})", ""},
        {"$.a[0]", "{}", ""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.path);
        CAPTURE(row.target);
        const Result<ReferencePath> path = ReferencePath::parse(row.path);
        REQUIRE(path);
        const json::Value target = parsed(row.target);
        const Result<json::Value> result = jsonpath::put(*path, target, json::Value("new"));
        CHECK(json::write(target) == row.target);
        if (row.result.empty()) {
            REQUIRE_FALSE(result);
            CHECK(result.error().code == ErrorCode::EvaluationFailed);
            CHECK(
                result.error().message ==
                fmt::format("Unable to apply ReferencePath {} to input {}", row.path, row.target));
        } else {
            REQUIRE(result);
            CHECK(json::write(*result) == row.result);
            // What was written is what the path reads.
            CHECK(json::write(*jsonpath::evaluate(path->path(), *result)) == R"("new")");
        }
    }
}

TEST_CASE("writing shares what it does not touch")
{
    const json::Value target = parsed(R"({"big":{"a":[1,2,3]},"x":1})");
    const Result<json::Value> result =
        jsonpath::put(*ReferencePath::parse("$.y.z"), target, json::Value(1));
    REQUIRE(result);
    CHECK(result->find("big")->identity() == target.find("big")->identity());
}
