#include "json/parse.h"
#include "json/write.h"

#include <doctest/doctest.h>

#include <string>

using namespace weft::json;

TEST_CASE("a member is replaced in place, appended or taken away, and the rest is shared")
{
    const Value value = parse(R"({"a":[1,2],"b":{"c":3}})").value();
    const Value replaced = with_member(value, "a", Value("new"));
    CHECK(write(replaced) == R"({"a":"new","b":{"c":3}})");
    CHECK(replaced.find("b")->identity() == value.find("b")->identity());
    const Value longer = with_member(value, "a key of more than fourteen bytes", Value());
    CHECK(write(longer) == R"({"a":[1,2],"b":{"c":3},"a key of more than fourteen bytes":null})");
    CHECK(write(without_member(value, "a")) == R"({"b":{"c":3}})");
    CHECK(without_member(value, "x").identity() == value.identity());
    CHECK(write(without_member(without_member(value, "a"), "b")) == "{}");
    CHECK(write(with_member(Value::object(), "x", Value(1))) == R"({"x":1})");
    CHECK(write(value) == R"({"a":[1,2],"b":{"c":3}})");
}

TEST_CASE("an item is replaced")
{
    const Value value = parse(R"([1,{"a":0},3])").value();
    const Value changed = with_item(value, 0, Value("x"));
    CHECK(write(changed) == R"(["x",{"a":0},3])");
    CHECK(changed.at(1)->identity() == value.at(1)->identity());
    CHECK(changed.at(3) == nullptr);
}

TEST_CASE("an object that grows past the index limit and shrinks again finds all its members")
{
    Value value = Value::object();
    for (int i = 0; i < 60; ++i) value = with_member(value, "k" + std::to_string(i), Value(i));
    value = with_member(value, "k30", Value("changed"));
    CHECK(value.size() == 60);
    CHECK(value.find("k30")->as_string() == "changed");
    CHECK(value.find("k59")->as_int() == 59);
    for (int i = 0; i < 60; i += 2) value = without_member(value, "k" + std::to_string(i));
    CHECK(value.size() == 30);
    CHECK(value.find("k30") == nullptr);
    for (int i = 1; i < 60; i += 2) CHECK(value.find("k" + std::to_string(i))->as_int() == i);
}
