#include "json/parse.h"
#include "json/write.h"

#include <doctest/doctest.h>

using namespace weft::json;

namespace {

Value read(std::string_view text)
{
    return parse(text).value();
}

}  // namespace

TEST_CASE("equality is structural, by representation, in any order of members")
{
    CHECK(read(R"({"a":1,"b":[2,{}]})") == read(R"({"b":[2,{}],"a":1})"));
    CHECK_FALSE(read("3") == read("3.0"));
    CHECK_FALSE(read("0.0") == read("-0.0"));
    CHECK_FALSE(read("[]") == read("{}"));
    CHECK_FALSE(read("[1,2]") == read("[2,1]"));
    CHECK_FALSE(read(R"({"a":1})") == read(R"({"a":1,"b":2})"));
    CHECK_FALSE(read(R"({"a":null})") == read(R"({"b":null})"));
    CHECK_FALSE(read(R"([[1]])") == read(R"([[]])"));
    CHECK_FALSE(read(R"([[]])") == read(R"([[1]])"));
    CHECK_FALSE(read(R"({"a":[]})") == read(R"({"a":[1]})"));
    CHECK(read("123456789012345678901234567890") == read("123456789012345678901234567890"));
    CHECK_FALSE(read("123456789012345678901234567890") == read("123456789012345678901234567891"));
}

TEST_CASE("equivalent numbers are equal by value")
{
    const auto same = [](const char* left, const char* right) {
        const bool equal = equivalent(read(left), read(right));
        CHECK(equivalent(read(right), read(left)) == equal);
        CHECK((write_canonical(read(left)) == write_canonical(read(right))) == equal);
        return equal;
    };
    CHECK(same("3", "3.0"));
    CHECK(same("3", "3.00"));
    CHECK(same("100", "1e2"));
    CHECK(same("0", "-0.0"));
    CHECK(same("18446744073709551616", "18446744073709551616.0"));
    CHECK(same("1000000000000000000000000000000", "1e30"));
    CHECK(same("1e400", "10e399"));
    CHECK(same(R"({"a":[1.0,2],"b":{}})", R"({"b":{},"a":[1,2.0]})"));
    CHECK(same("55e274567578901234563456757890", "55e274567578901234563456757890"));
    CHECK_FALSE(same("3", "3.5"));
    CHECK_FALSE(same("9007199254740993", "9007199254740992.0"));
    CHECK_FALSE(same("1e400", "1e401"));
    CHECK_FALSE(same("1", "true"));
    CHECK_FALSE(same("0", "null"));
    CHECK_FALSE(same("1", "\"1\""));
    CHECK_FALSE(same("[]", "[1]"));
    CHECK_FALSE(same("[[]]", "[{}]"));
}
