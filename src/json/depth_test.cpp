#include "json/depth.h"

#include "json/parse.h"

#include <doctest/doctest.h>

namespace weft::json {

TEST_CASE("how deep a document nests")
{
    CHECK_FALSE(nests_deeper(Value(1), 0));
    CHECK(nests_deeper(*parse("[]"), 0));
    CHECK_FALSE(nests_deeper(*parse("[]"), 1));
    const Value document = *parse(R"({"a": [1, {"b": {}}], "c": 2})");
    CHECK(nests_deeper(document, 3));
    CHECK_FALSE(nests_deeper(document, 4));
    Value deep;
    for (int i = 0; i < 100'000; ++i) deep = Value::array({deep});
    CHECK(nests_deeper(deep, 99'999));
    CHECK_FALSE(nests_deeper(deep, 100'000));
}

}  // namespace weft::json
