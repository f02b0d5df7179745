#pragma once

#include "json/value.h"

#include <rapidcheck.h>

#include <string>

// Arbitrary JSON values, small enough to shrink well and rich enough to meet every kind: texts
// around the inline size with escapes, characters of every length and lone surrogates; numbers at
// the edges of each kind.
namespace weft::test {

rc::Gen<std::string> json_text();
rc::Gen<json::Value> json_number();
rc::Gen<json::Value> json_value(int depth = 4);
rc::Gen<json::Value> json_object(int depth, int members_max);

}  // namespace weft::test

namespace rc {

template <> struct Arbitrary<weft::json::Value> {
    static Gen<weft::json::Value> arbitrary() { return weft::test::json_value(); }
};

}  // namespace rc

namespace weft::json {
void showValue(const Value& value, std::ostream& out);
}  // namespace weft::json
