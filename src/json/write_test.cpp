#include "json/write.h"

#include "json/parse.h"

#include <doctest/doctest.h>

#include <string>

using namespace weft::json;

TEST_CASE("a document survives parse and write")
{
    const std::string text =
        R"({"a":[1,-2,3.0,0.1,-0.0,18446744073709551615,123456789012345678901234567890,1.0E100],)"
        R"("a key that is longer than fourteen bytes":{"x":null,"y":true,"z":false},"e":[],"o":{},)"
        R"("s":"\ud800 ü € 😀 \u0001\n"})";
    const Value value = parse(text).value();
    CHECK(write(value) == text);
    CHECK(value.written_size() == text.size());
    std::string appended = "before ";
    write_to(appended, value);
    CHECK(appended == "before " + text);
}

TEST_CASE("strings escape only what they must")
{
    const auto string = [](std::string_view text) {
        std::string out;
        write_string_to(out, text);
        CHECK(Value(text).written_size() == out.size());
        CHECK(write(Value(text)) == out);
        return out;
    };
    CHECK(string("") == R"("")");
    CHECK(string("a\"b\\c/d") == R"("a\"b\\c/d")");
    CHECK(string("\b\f\n\r\t\v\x1f\x7f") == "\"\\b\\f\\n\\r\\t\\u000b\\u001f\x7f\"");
    CHECK(string("\xED\x9F\xBF\xEE\x80\x80") == "\"\xED\x9F\xBF\xEE\x80\x80\"");
    CHECK(string("\xED\xA0\x80") == R"("\ud800")");
    CHECK(string("\xED\xBF\xBF") == R"("\udfff")");
    // A special character at every place of texts of every size around the block's.
    for (std::size_t size = 1; size < 50; ++size) {
        for (std::size_t at = 0; at < size; ++at) {
            std::string text(size, 'x');
            text[at] = '\n';
            std::string expected = "\"" + text + "\"";
            expected.replace(at + 1, 1, "\\n");
            CHECK(string(text) == expected);
            CHECK(parse(expected)->as_string() == text);
        }
    }
    CHECK(string(std::string(1000, '\x01')).size() == 6002);
}

TEST_CASE("the written size stops at its limit")
{
    const Value value = parse(R"([1,22,[333,"four"],{"five":[]}])").value();
    const std::size_t size = write(value).size();
    CHECK(value.written_size() == size);
    CHECK(value.written_size(size) == size);
    CHECK(value.written_size(size - 1) > size - 1);
    CHECK(value.written_size(0) > 0);
    CHECK(Value(INT64_MIN).written_size() == 20);
}

TEST_CASE("pretty text")
{
    const Value value = parse(R"({"a":[1,{}],"b":{"c":[]}})").value();
    CHECK(write_pretty(value) ==
          "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": {\n    \"c\": []\n  }\n}");
    CHECK(write_pretty(Value(1)) == "1");
    CHECK(parse(write_pretty(value, 0)).value() == value);
}

TEST_CASE("canonical text sorts members as RFC 8785 does")
{
    const Value value =
        parse(R"({"€":1,"\r":2,"\ufb33":3,"1":4,"😀":5,"\u0080":6,"ö":7,"a":{"z":0,"y":[1.0]}})")
            .value();
    CHECK(write_canonical(value) ==
          "{\"\\r\":2,\"1\":4,\"a\":{\"y\":[1],\"z\":0},\"\u0080\":6,\"\u00f6\":7,\"\u20ac\":1,"
          "\"\U0001F600\":5,\"\ufb33\":3}");
    CHECK(write_canonical(parse("[]").value()) == "[]");
}
