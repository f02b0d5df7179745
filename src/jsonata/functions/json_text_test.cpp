#include "jsonata/functions/json_text.h"

#include "json/parse.h"

#include <doctest/doctest.h>

#include <string>

using weft::json::Value;
using namespace weft::jsonata::functions;

namespace {

Value parsed(std::string_view text)
{
    return *weft::json::parse(text);
}

std::string text_of(std::string_view json, Layout layout = Layout::Compact)
{
    return *string_of(parsed(json), layout, 1000);
}

}  // namespace

TEST_CASE("$string writes JSON as the reference does")
{
    CHECK(text_of(R"("plain \"text\"")") == "plain \"text\"");
    CHECK(text_of("5.0") == "5");
    CHECK(text_of("1E+22") == "1e+22");
    CHECK(text_of("9007199254740993") == "9007199254740992");
    CHECK(text_of("0.1000000000000000055") == "0.1");
    CHECK(text_of(R"({"a":[1,2.5,0.30000000000000004,null,true,"x\n\"\u0001é"],"b":{}})") ==
          R"({"a":[1,2.5,0.3,null,true,"x\n\"\u0001é"],"b":{}})");
    CHECK(text_of(R"(["\ud83d\ude00","\ud83d","\u2028"])") == "[\"😀\",\"\\ud83d\",\"\u2028\"]");
}

TEST_CASE("keys that are array indices come first")
{
    CHECK(text_of(R"({"b":1,"10":2,"9":3,"a":4,"01":5,"4294967294":6,"4294967295":7})") ==
          R"({"9":3,"10":2,"4294967294":6,"b":1,"a":4,"01":5,"4294967295":7})");
}

TEST_CASE("the pretty layout indents by two blanks")
{
    CHECK(text_of(R"({"a":[1,{"b":[]}],"c":{}})", Layout::Pretty) ==
          "{\n  \"a\": [\n    1,\n    {\n      \"b\": []\n    }\n  ],\n  \"c\": {}\n}");
    CHECK(text_of("[]", Layout::Pretty) == "[]");
}

TEST_CASE("$string refuses infinities and texts that are too long")
{
    const Value huge = Value::big_number("1e999");
    CHECK(string_of(huge, Layout::Compact, 1000).error().code == "D3001");
    CHECK(string_of(Value::array({huge}), Layout::Compact, 1000).error().code == "D1001");
    CHECK(string_of(parsed("[1,2,3,4]"), Layout::Compact, 8).error().code == "U1002");
    CHECK(string_of(parsed("[1,2,3,4]"), Layout::Compact, 9).has_value());
}
