#include "json/parse.h"
#include "json/write.h"

#include <doctest/doctest.h>

using namespace weft::json;

TEST_CASE("a document survives parse and write")
{
    const std::string text =
        R"({"a":[1,-2,3.0,0.1,-0.0,18446744073709551615,123456789012345678901234567890,1.0E100],)"
        R"("a key that is longer than fourteen bytes":{"x":null,"y":true,"z":false},"e":[],"o":{},)"
        R"("s":"\ud800 ü € 😀 \u0001\n"})";
    const auto value = parse(text);
    REQUIRE(value.has_value());
    CHECK(write(*value) == text);
    CHECK(value->written_size() == text.size());
}
