#include "jsonpath/java_text.h"

#include "json/parse.h"

#include <doctest/doctest.h>

using namespace weft;

TEST_CASE("values as Java shows them")
{
    struct Row {
        std::string_view json;
        std::string_view text;
        std::string_view type;
    };
    const Row rows[] = {
        {"null", "null", "null"},
        {"true", "true", "java.lang.Boolean"},
        {"-7", "-7", "java.lang.Integer"},
        {"2147483648", "2147483648", "java.lang.Long"},
        {"18446744073709551615", "18446744073709551615", "java.math.BigInteger"},
        {"1.0", "1.0", "java.lang.Double"},
        {"-0.0", "-0.0", "java.lang.Double"},
        {"0.001", "0.001", "java.lang.Double"},
        {"0.00099", "9.9E-4", "java.lang.Double"},
        {"9999999.5", "9999999.5", "java.lang.Double"},
        {"1e7", "1.0E7", "java.lang.Double"},
        {"12345678.9", "1.23456789E7", "java.lang.Double"},
        {"1.5e300", "1.5E300", "java.lang.Double"},
        {"-5e-300", "-5.0E-300", "java.lang.Double"},
        {"123456789012345680000.0", "1.2345678901234568E20", "java.lang.Double"},
        {R"("a b")", "a b", "java.lang.String"},
        {R"([1, "a", [], {}])", "[1, a, [], {}]", "java.util.ArrayList"},
        {R"({"a": 1, "b": {"c": null}})", "{a=1, b={c=null}}", "java.util.LinkedHashMap"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.json);
        const Result<json::Value> value = json::parse(row.json);
        REQUIRE(value);
        CHECK(jsonpath::java_text(*value) == row.text);
        CHECK(jsonpath::java_class(*value) == row.type);
    }
}
