#include "json/value.h"

#include "json/build.h"
#include "json/parse.h"
#include "json/write.h"

#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <type_traits>
#include <vector>

using namespace weft::json;

namespace {

Value nested(std::size_t depth)
{
    Value value(1);
    for (std::size_t i = 0; i < depth; ++i) {
        ObjectBuilder object(1);
        object.add("in", std::move(value));
        std::vector<Value> items;
        items.push_back(std::move(object).build());
        value = Value::array(std::move(items));
    }
    return value;
}

Value numbered(int members)
{
    ObjectBuilder object;
    for (int i = 0; i < members; ++i) object.add("key " + std::to_string(i * 7919), Value(i));
    return std::move(object).build();
}

}  // namespace

TEST_CASE("a value is two words that move without throwing")
{
    CHECK(sizeof(Value) == 16);
    CHECK(std::is_nothrow_move_constructible_v<Value>);
    CHECK(std::is_nothrow_move_assignable_v<Value>);
    CHECK(std::is_nothrow_copy_constructible_v<Value>);
    CHECK_FALSE(std::is_convertible_v<const void*, Value>);
    Value value("a text that has a node of its own");
    const Value taken = std::move(value);
    CHECK(value.is_null());  // NOLINT: what this test is about
    CHECK(taken.as_string() == "a text that has a node of its own");
    String name("a name that has a node of its own");
    const String moved = std::move(name);
    CHECK(name.view().empty());  // NOLINT
    CHECK(moved == "a name that has a node of its own");
}

TEST_CASE("kinds and their contents")
{
    CHECK(Value().is_null());
    CHECK(Value(nullptr).is_null());
    CHECK(Value(true).as_bool());
    CHECK_FALSE(Value(false).as_bool());
    CHECK(Value(-1).as_int() == -1);
    CHECK(Value(std::int64_t{INT64_MIN}).as_int() == INT64_MIN);
    CHECK(Value(std::uint64_t{7}).kind() == Kind::Int);
    CHECK(Value(std::uint64_t{7}).as_uint() == 7);
    CHECK(Value(UINT64_MAX).kind() == Kind::UInt);
    CHECK(Value(UINT64_MAX).as_uint() == UINT64_MAX);
    CHECK(Value(UINT64_MAX).is_integer());
    CHECK(Value(2.5).as_double() == 2.5);
    CHECK(Value(-3).as_double() == -3.0);
    CHECK(Value("").as_string().empty());
    CHECK(Value::array().is_array());
    CHECK(Value::array().size() == 0);
    CHECK(Value::array().items().empty());
    CHECK(Value::object().is_object());
    CHECK(Value::object().members().empty());
    CHECK(Value::object().find("a") == nullptr);
    CHECK(Value(1).find("a") == nullptr);
    CHECK(Value(1).at(0) == nullptr);
    CHECK(Value(1).size() == 0);
}

TEST_CASE("texts of every size around the inline limit")
{
    for (std::size_t size = 0; size < 40; ++size) {
        std::string text(size, 'x');
        if (size > 0) text.back() = '\0';
        const Value value(text);
        const Value copy = value;
        CHECK(value.as_string() == text);
        CHECK(copy == value);
        CHECK(value == Value(std::string_view(text)));
        CHECK(value.as_shared_string() == text);
        CHECK((value.identity() != nullptr) == (size > 14));
        CHECK(copy.identity() == value.identity());
        CHECK_FALSE(value == Value(text + "y"));
    }
}

TEST_CASE("copies share their node, and equal identities mean the same subtree")
{
    const Value value = parse(R"({"list":[1,2,{"deep":true}]})").value();
    const Value copy = value;  // NOLINT: the copy is the point
    CHECK(copy.identity() == value.identity());
    CHECK(value.find("list")->identity() != nullptr);
    CHECK(Value(1).identity() == nullptr);
    CHECK(Value::array().identity() == nullptr);
}

TEST_CASE("members are found in small and in large objects")
{
    for (const int members : {1, 2, 15, 16, 17, 18, 100, 5000}) {
        const Value object = numbered(members);
        REQUIRE(object.size() == static_cast<std::size_t>(members));
        bool all = true;
        for (int i = 0; i < members; ++i) {
            const Value* found = object.find("key " + std::to_string(i * 7919));
            all = all && found != nullptr && found->as_int() == i;
        }
        CHECK(all);
        CHECK(object.find("") == nullptr);
        CHECK(object.find("key 1") == nullptr);
        CHECK(object.find("a key that is not there, and is long") == nullptr);
        CHECK(object.members().front().key == "key 0");
    }
}

TEST_CASE("a document nested two hundred thousand deep is freed, measured, written and compared")
{
    const Value deep = nested(100'000);
    const Value same = nested(100'000);
    CHECK(deep == same);
    CHECK(equivalent(deep, same));
    const std::string text = write(deep);
    CHECK(text.size() == deep.written_size());
    CHECK(write_canonical(deep) == text);
    CHECK(parse(text, {.depth_max = 1'000'000}).value() == deep);
}

TEST_CASE("one value is copied and dropped by many threads")
{
    const Value value = numbered(50);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&value] {
            for (int i = 0; i < 2'000; ++i) {
                Value copy = value;
                copy = with_member(copy, "key 0", Value("changed by this thread alone"));
            }
        });
    for (std::thread& thread : threads) thread.join();
    CHECK(value == numbered(50));
}

TEST_CASE("builders keep order, and set() replaces")
{
    ObjectBuilder object;
    object.add("b", Value(1)).set("a", Value(2)).set("b", Value(3));
    CHECK(write(std::move(object).build()) == R"({"b":3,"a":2})");
    ArrayBuilder array(2);
    array.add(Value(1)).add(Value("x"));
    CHECK(write(std::move(array).build()) == R"([1,"x"])");
}
