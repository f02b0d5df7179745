#include "tests/property/json/generators.h"

#include "json/build.h"
#include "json/write.h"

#include <cmath>
#include <ostream>
#include <utility>
#include <vector>

namespace weft::json {

void showValue(const Value& value, std::ostream& out)
{
    out << write(value);
}

}  // namespace weft::json

namespace weft::test {

namespace {

using json::Value;

rc::Gen<std::string> piece()
{
    // No piece of one surrogate may follow another that makes a pair: the reader would join them.
    // Hence low ones only.
    return rc::gen::element<std::string>(
        "a", "key", " ", "plain words ", "\"", "\\", "/", "\n", "\t", std::string(1, '\0'), "\x1f",
        "\x7f", "\u00fc", "\u20ac", "\ufb33", "\U0001F600", "\xED\xB0\x80", "\xED\x9F\xBF", "0",
        "a run of text that is longer than a block");
}

Value object_of(const std::vector<std::pair<std::string, Value>>& pairs)
{
    json::ObjectBuilder object;
    for (const auto& [key, value] : pairs) object.set(key, value);
    return std::move(object).build();
}

}  // namespace

rc::Gen<std::string> json_text()
{
    const auto pieces = rc::gen::scale(0.1, rc::gen::container<std::vector<std::string>>(piece()));
    return rc::gen::map(pieces, [](const std::vector<std::string>& parts) {
        std::string text;
        for (const std::string& part : parts) text += part;
        return text;
    });
}

rc::Gen<Value> json_number()
{
    const auto doubles = rc::gen::map(rc::gen::arbitrary<std::uint64_t>(), [](std::uint64_t bits) {
        const auto value = std::bit_cast<double>(bits);
        return Value(std::isfinite(value) ? value : 0.5);
    });
    const auto decimals = rc::gen::map(
        rc::gen::pair(rc::gen::arbitrary<std::int32_t>(), rc::gen::inRange(0, 12)),
        [](std::pair<std::int32_t, int> of) { return Value(of.first / std::pow(10, of.second)); });
    const auto big = rc::gen::map(
        rc::gen::container<std::string>(rc::gen::inRange('0', static_cast<char>('9' + 1))),
        [](const std::string& digits) {
            return Value::big_number("-7" + digits + ".25" + digits);
        });
    return rc::gen::oneOf(
        rc::gen::map(rc::gen::arbitrary<std::int64_t>(), [](std::int64_t i) { return Value(i); }),
        rc::gen::map(rc::gen::arbitrary<std::uint64_t>(), [](std::uint64_t i) { return Value(i); }),
        rc::gen::element(Value(INT64_MIN), Value(INT64_MAX), Value(UINT64_MAX), Value(0),
                         Value(-0.0), Value(1e7), Value(1e-3), Value(5e-324),
                         Value(1.7976931348623157e308)),
        doubles, decimals, big);
}

rc::Gen<Value> json_object(int depth, int members_max)
{
    const auto member = rc::gen::pair(json_text(), json_value(depth - 1));
    const auto members = rc::gen::mapcat(rc::gen::inRange(0, members_max + 1), [=](int count) {
        return rc::gen::container<std::vector<std::pair<std::string, Value>>>(
            static_cast<std::size_t>(count), member);
    });
    return rc::gen::map(members, object_of);
}

rc::Gen<Value> json_value(int depth)
{
    const auto scalar = rc::gen::oneOf(
        rc::gen::map(json_text(), [](const std::string& text) { return Value(text); }),
        json_number(), rc::gen::element(Value(), Value(true), Value(false)));
    if (depth <= 0) return scalar;
    const auto array = rc::gen::mapcat(rc::gen::inRange(0, 6), [depth](int count) {
        return rc::gen::map(
            rc::gen::container<std::vector<Value>>(static_cast<std::size_t>(count),
                                                   json_value(depth - 1)),
            [](std::vector<Value> items) { return Value::array(std::move(items)); });
    });
    return rc::gen::oneOf(scalar, array, json_object(depth, 6), json_object(1, 40));
}

}  // namespace weft::test
