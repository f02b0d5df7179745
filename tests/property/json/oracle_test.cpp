// Layers: json

#include "tests/property/json/generators.h"
#include "json/parse.h"
#include "json/write.h"

#include <doctest/doctest.h>
#include <rapidjson/document.h>
#include <rapidjson/memorystream.h>

#include <cmath>
#include <string>

// RapidJSON says what is JSON and what it means. It differs on purpose in what the conditions below
// name.

using namespace weft;
using namespace weft::json;

namespace {

constexpr unsigned flags = rapidjson::kParseFullPrecisionFlag |
                           rapidjson::kParseValidateEncodingFlag | rapidjson::kParseIterativeFlag;

// Of some 50 digits RapidJSON makes a neighbour of the nearest double.
bool nearly(double left, double right)
{
    return left == right || std::nextafter(left, right) == right;
}

bool same(const Value& value, const rapidjson::Value& oracle)
{
    switch (value.kind()) {
    case Kind::Null: return oracle.IsNull();
    case Kind::Bool: return oracle.IsBool() && oracle.GetBool() == value.as_bool();
    case Kind::Int: return oracle.IsInt64() && oracle.GetInt64() == value.as_int();
    case Kind::UInt: return oracle.IsUint64() && oracle.GetUint64() == value.as_uint();
    case Kind::Double: return oracle.IsDouble() && oracle.GetDouble() == value.as_double();
    case Kind::BigNumber: return oracle.IsDouble() && nearly(oracle.GetDouble(), value.as_double());
    case Kind::String:
        return oracle.IsString() &&
               value.as_string() == std::string_view(oracle.GetString(), oracle.GetStringLength());
    case Kind::Array:
        if (!oracle.IsArray() || oracle.Size() != value.size()) return false;
        for (rapidjson::SizeType i = 0; i < oracle.Size(); ++i)
            if (!same(*value.at(i), oracle[i])) return false;
        return true;
    case Kind::Object: {
        if (!oracle.IsObject() || oracle.MemberCount() != value.size()) return false;
        auto other = oracle.MemberBegin();
        for (const Member& member : value.members()) {
            const std::string_view name(other->name.GetString(), other->name.GetStringLength());
            if (member.key != name || !same(member.value, other->value)) return false;
            ++other;
        }
        return true;
    }
    }
    return false;
}

void compare(const std::string& text)
{
    rapidjson::Document oracle;
    oracle.Parse<flags>(text.data(), text.size());
    const auto value = parse_or_fault(text);
    if (value) {
        if (!oracle.HasParseError()) RC_ASSERT(same(*value, oracle));
        // It has no numbers beyond double's range, and refuses half a pair of surrogates.
        if (oracle.HasParseError())
            RC_ASSERT(oracle.GetParseError() == rapidjson::kParseErrorNumberTooBig ||
                      oracle.GetParseError() ==
                          rapidjson::kParseErrorStringUnicodeSurrogateInvalid);
        return;
    }
    // It keeps duplicate keys. A raw zero byte it takes for the end of the text.
    if (!oracle.HasParseError())
        RC_ASSERT(value.error().fault == Fault::DuplicateKey ||
                  text.find('\0') != std::string::npos);
}

}  // namespace

TEST_CASE("written values mean the same to RapidJSON")
{
    CHECK(rc::check("values", [](const Value& value) {
        compare(write(value));
        compare(write_pretty(value));
    }));
}

TEST_CASE("spoiled texts are refused where RapidJSON refuses them")
{
    CHECK(rc::check("one to four edits", [](const Value& value) {
        std::string text = write(value);
        const auto edits = *rc::gen::inRange(1, 5);
        for (int i = 0; i < edits; ++i) {
            const auto at = *rc::gen::inRange<std::size_t>(0, text.size() + 1);
            const auto insert = *rc::gen::element<std::string>(
                "", "\"", "\\", "\\u", "\\ud83d", "[", "]", "{", "}", ",", ":", " ", "\n", "0", "1",
                "-", ".", "e", "E5", "true", "nul", "\x80", "\xC3", "\xED\xA0\x80", "\x01", "/",
                "x");
            const auto erase = *rc::gen::inRange<std::size_t>(0, 3);
            text.replace(at, erase, insert);
        }
        compare(text);
    }));
}
