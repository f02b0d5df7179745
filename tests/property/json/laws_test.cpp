// Layers: json

#include "tests/property/json/generators.h"
#include "json/build.h"
#include "json/parse.h"
#include "json/write.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using namespace weft;
using namespace weft::json;

namespace {

// The same document of other nodes.
Value rebuilt(const Value& value)
{
    if (value.is_string()) return Value(std::string(value.as_string()));
    if (value.is_array()) {
        ArrayBuilder array;
        for (const Value& item : value.items()) array.add(rebuilt(item));
        return std::move(array).build();
    }
    if (!value.is_object()) return value;
    ObjectBuilder object;
    for (const Member& member : value.members())
        object.add(String(std::string(member.key.view())), rebuilt(member.value));
    return std::move(object).build();
}

Value reversed(const Value& object)
{
    std::vector<Member> members(object.members().begin(), object.members().end());
    std::reverse(members.begin(), members.end());
    return Value::object(std::move(members));
}

}  // namespace

TEST_CASE("what is written reads back the same")
{
    CHECK(rc::check("parse(write(v)) == v", [](const Value& value) {
        const std::string text = write(value);
        const auto back = parse(text);
        RC_ASSERT(back.has_value());
        RC_ASSERT(*back == value);
        RC_ASSERT(write(*back) == text);
        RC_ASSERT(value.written_size() == text.size());
        RC_ASSERT(value.written_size(text.size() / 2) > text.size() / 2);
        RC_ASSERT(parse(write_pretty(value)).value() == value);
    }));
}

TEST_CASE("equality looks at contents, not at nodes")
{
    CHECK(rc::check("a rebuilt value is equal", [](const Value& value) {
        const Value other = rebuilt(value);
        RC_ASSERT(other == value);
        RC_ASSERT(equivalent(other, value));
    }));
    CHECK(
        rc::check("two values are equal when their texts are", [](const Value& a, const Value& b) {
            if (write(a) == write(b)) RC_ASSERT(a == b);
            if (a == b) RC_ASSERT(write_canonical(a) == write_canonical(b));
            RC_ASSERT(equivalent(a, b) == (write_canonical(a) == write_canonical(b)));
        }));
}

TEST_CASE("the canonical form does not depend on the order of members")
{
    CHECK(rc::check("sorted", [] {
        const Value object = *test::json_object(2, 30);
        const Value other = reversed(object);
        RC_ASSERT(object == other);
        RC_ASSERT(write_canonical(object) == write_canonical(other));
        const Value canonical = parse(write_canonical(object)).value();
        RC_ASSERT(equivalent(canonical, object));
        RC_ASSERT(write_canonical(canonical) == write_canonical(object));
    }));
}

TEST_CASE("a path copy equals an object built anew")
{
    CHECK(rc::check("with_member, without_member", [](const Value& value) {
        const Value object = *test::json_object(2, 40);
        const Value before = rebuilt(object);
        const std::string key = object.size() != 0 && *rc::gen::arbitrary<bool>()
                                    ? std::string(object.members()[object.size() / 2].key.view())
                                    : *test::json_text();
        ObjectBuilder expected;
        for (const Member& member : object.members()) expected.add(member.key, member.value);
        expected.set(key, value);
        const Value changed = with_member(object, key, value);
        RC_ASSERT(write(changed) == write(std::move(expected).build()));
        RC_ASSERT(changed.find(key) != nullptr);
        for (const Member& member : changed.members())
            RC_ASSERT(changed.find(member.key) == &member.value);

        const Value shorter = without_member(changed, key);
        RC_ASSERT(shorter.find(key) == nullptr);
        RC_ASSERT(shorter.size() + 1 == changed.size());
        RC_ASSERT(object == before);
    }));
    CHECK(rc::check("with_item", [](const std::vector<Value>& items, const Value& value) {
        RC_PRE(!items.empty());
        const auto index = *rc::gen::inRange<std::size_t>(0, items.size());
        std::vector<Value> expected = items;
        expected[index] = value;
        RC_ASSERT(with_item(Value::array(items), index, value) == Value::array(expected));
    }));
}
