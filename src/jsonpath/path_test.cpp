#include "jsonpath/path.h"

#include "jsonpath/functions.h"
#include "json/parse.h"
#include "json/write.h"

#include <doctest/doctest.h>

#include <map>
#include <string>

using namespace weft;
using jsonpath::Path;

namespace {

struct Table final : jsonpath::Variables {
    std::map<std::string, json::Value, std::less<>> values;
    const json::Value* find(std::string_view name) const override
    {
        const auto found = values.find(name);
        return found == values.end() ? nullptr : &found->second;
    }
};

json::Value parsed(std::string_view text)
{
    return *json::parse(text);
}

}  // namespace

TEST_CASE("what a path is, and Jayway's spelling of it")
{
    struct Row {
        std::string_view text;
        bool definite;
        bool simple;
        std::string_view canonical;
    };
    const Row rows[] = {
        {"$", true, true, "$"},
        {"$$", true, true, "$$"},
        {"$x1_y", true, true, "$x1_y"},
        {"$.a[0]['b c']", true, true, "$['a'][0]['b c']"},
        {"$.a[-1]", true, true, "$['a'][-1]"},
        {"$['a','b']", true, false, "$['a','b']"},
        {"$['a','b'].c", false, false, "$['a','b']['c']"},
        {"$[0,1]", false, false, "$[0,1]"},
        {"$[1:]", false, false, "$[1:]"},
        {"$[:2:2]", false, false, "$[:2:2]"},
        {"$.*", false, false, "$[*]"},
        {"$..a", false, false, "$..['a']"},
        {"$[?(@.a)]", false, false, "$[?]"},
        {"$.a.length()", true, false, "$['a'].length()"},
        {"$.a[*].length()", false, false, "$['a'][*].length()"},
        {"$..a.sum()", true, false, "$..['a'].sum()"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const Result<Path> path = Path::parse(row.text);
        REQUIRE(path);
        CHECK(path->text() == row.text);
        CHECK(path->definite() == row.definite);
        CHECK(path->simple() == row.simple);
        CHECK(path->canonical() == row.canonical);
    }
    CHECK(Path::parse("$")->is_root());
    CHECK_FALSE(Path::parse("$.a")->is_root());
    CHECK(*Path::parse("$.a") == *Path::parse("$.a"));
}

TEST_CASE("a path tells where it starts and what it reads")
{
    CHECK(Path::parse("$.a")->root() == jsonpath::RootKind::Input);
    CHECK(Path::parse("$$.a")->root() == jsonpath::RootKind::Context);
    CHECK(Path::parse("$a.b")->root() == jsonpath::RootKind::Variable);
    CHECK(Path::parse("$a.b")->variable() == "a");
    CHECK_FALSE(Path::parse("$.a")->uses_context());
    const Result<Path> path =
        Path::parse("$.a[?(@.x == $$.State.Name && @.y == $w || @.z == $v.k)]");
    REQUIRE(path);
    CHECK(path->uses_context());
    CHECK(path->variables() == std::vector<std::string>{"v", "w"});
}

TEST_CASE("the three roots")
{
    const json::Value input = parsed(R"({"a": [{"k": 1}, {"k": 2}]})");
    const json::Value context = parsed(R"({"want": 2})");
    Table variables;
    variables.values.emplace("v", parsed(R"({"x": 1})"));
    const jsonpath::Roots roots{&input, &context, &variables};
    StepMeter meter(1'000);
    CHECK(json::write(*jsonpath::evaluate(*Path::parse("$v.x"), roots, meter)) == "1");
    CHECK(json::write(*jsonpath::evaluate(*Path::parse("$.a[?(@.k == $$.want)]"), roots, meter)) ==
          R"([{"k":2}])");
    CHECK(json::write(*jsonpath::evaluate(*Path::parse("$.a[?(@.k == $v.x)]"), roots, meter)) ==
          R"([{"k":1}])");
    const auto absent = jsonpath::evaluate(*Path::parse("$w.x"), roots, meter);
    REQUIRE_FALSE(absent);
    CHECK(absent.error().message == "The variable '$w' is not assigned");
}

TEST_CASE("find borrows what a simple path names")
{
    const json::Value input = parsed(R"({"a": {"b": [10, 20, {"c": null}]}})");
    const jsonpath::Roots roots{&input, nullptr, nullptr};
    CHECK(jsonpath::find(*Path::parse("$.a.b[1]"), roots) == input.find("a")->find("b")->at(1));
    CHECK(jsonpath::find(*Path::parse("$.a.b[-1].c"), roots)->is_null());
    CHECK(jsonpath::find(*Path::parse("$.a.b[3]"), roots) == nullptr);
    CHECK(jsonpath::find(*Path::parse("$.a.x.y"), roots) == nullptr);
    CHECK(jsonpath::find(*Path::parse("$$.a"), roots) == nullptr);
    CHECK(jsonpath::find(*Path::parse("$a"), roots) == nullptr);
    CHECK(jsonpath::find(*Path::parse("$"), roots) == &input);
}

TEST_CASE("visits are metered")
{
    std::vector<json::Value> items(1'000, json::Value(1));
    const json::Value input = json::Value::array(std::move(items));
    for (const std::string_view text :
         {"$..a", "$[*]", "$[0:]", "$[?(@ == 1)]", "$..[?(@ == 1)]"}) {
        CAPTURE(text);
        StepMeter few(1);
        const jsonpath::Roots roots{&input, nullptr, nullptr};
        const auto stopped = jsonpath::evaluate(*Path::parse(text), roots, few);
        if (text == "$..a") {
            CHECK(stopped);  // one array of scalars is one visit
            continue;
        }
        REQUIRE_FALSE(stopped);
        CHECK(stopped.error().code == ErrorCode::OutOfFuel);
    }
}

TEST_CASE("a pattern that backtracks without end is stopped")
{
    const json::Value input = json::Value::array({json::Value(std::string(60, 'a') + "b")});
    const auto value = jsonpath::evaluate(*Path::parse("$[?(@ =~ /(a*)*(a*)*(a*)*c/)]"), input);
    if (!value) CHECK(value.error().code == ErrorCode::LimitExceeded);
    // In a text that is no valid UTF-8 (a lone surrogate) it still matches around it.
    const json::Value lone = parsed(R"(["x\ud800"])");
    CHECK(jsonpath::evaluate(*Path::parse("$[?(@ =~ /x.*/)]"), lone));
}

TEST_CASE("a deep document is scanned whole")
{
    std::string text = "1";
    for (int i = 0; i < 900; ++i) text = R"({"a":)" + text + "}";
    const auto value = jsonpath::evaluate(*Path::parse("$..a"), parsed(text));
    REQUIRE(value);
    CHECK(value->size() == 900);
}

TEST_CASE("texts are bounded")
{
    CHECK_FALSE(Path::parse("$." + std::string(jsonpath::path_bytes_max, 'a')));
    std::string steps = "$";
    for (std::size_t i = 0; i <= jsonpath::path_steps_max; ++i) steps += ".a";
    CHECK_FALSE(Path::parse(steps));
    for (const jsonpath::Function& row : jsonpath::functions()) CHECK_FALSE(row.doc.empty());
}
