#include "json/number.h"

#include "json/parse.h"
#include "json/write.h"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

using namespace weft::json;

namespace {

Value read(std::string_view text)
{
    return parse(text).value();
}

}  // namespace

TEST_CASE("numbers keep what was written")
{
    struct Row {
        const char* text;
        Kind kind;
    };
    const Row rows[] = {
        {"0", Kind::Int},
        {"3", Kind::Int},
        {"3.0", Kind::Double},
        {"0.1", Kind::Double},
        {"-0.0", Kind::Double},
        {"9223372036854775807", Kind::Int},
        {"-9223372036854775808", Kind::Int},
        {"9223372036854775808", Kind::UInt},
        {"18446744073709551615", Kind::UInt},
        {"18446744073709551616", Kind::BigNumber},
        {"-9223372036854775809", Kind::BigNumber},
        {"123456789012345678901234567890", Kind::BigNumber},
        {"0.1234567890123456789", Kind::BigNumber},
        {"0.10000000000000001", Kind::BigNumber},
        {"9007199254740993.0", Kind::BigNumber},
        {"1e400", Kind::BigNumber},
        {"-1e-400", Kind::BigNumber},
        {"1e99999999999999999999", Kind::BigNumber},
        {"0.30000000000000004", Kind::Double},
        {"1.7976931348623157E308", Kind::Double},
        {"4.9E-324", Kind::BigNumber},
        {"1.0E100", Kind::Double},
        {"1234567.125", Kind::Double},
    };
    for (const Row& row : rows) {
        INFO(row.text);
        const Value value = read(row.text);
        CHECK(value.kind() == row.kind);
        CHECK(write(value) == row.text);
        CHECK(value.written_size() == write(value).size());
        CHECK(read(write(value)) == value);
        CHECK(Value::big_number(row.text) == value);
    }
    CHECK(read("-0").as_int() == 0);
    CHECK(read("1e2").kind() == Kind::Double);
}

TEST_CASE("doubles are laid out as Java lays them out")
{
    const auto text = [](double value) { return write(Value(value)); };
    CHECK(text(100.0) == "100.0");
    CHECK(text(1e2) == "100.0");
    CHECK(text(0.001) == "0.001");
    CHECK(text(0.00099) == "9.9E-4");
    CHECK(text(9999999.0) == "9999999.0");
    CHECK(text(1e7) == "1.0E7");
    CHECK(text(1.5e7) == "1.5E7");
    CHECK(text(-1e21) == "-1.0E21");
    CHECK(text(1e100) == "1.0E100");
    CHECK(text(0.0) == "0.0");
    CHECK(text(-0.5) == "-0.5");
    CHECK(text(1.0 / 3) == "0.3333333333333333");
}

TEST_CASE("every double reads back from its text")
{
    std::mt19937_64 random(7);
    for (int i = 0; i < 20'000; ++i) {
        double value = std::bit_cast<double>(random());
        // Half of them of the size people write.
        if (i % 2 == 0) value = static_cast<double>(random() % 100'000'000) / std::pow(10, i % 9);
        if (!std::isfinite(value)) continue;
        const Value number(value);
        const std::string text = write(number);
        const Value back = read(text);
        if (!(back == number)) {
            INFO(text);
            CHECK(back == number);
        }
        // No shorter than the library's shortest.
        CHECK(decimal_of(std::string_view(text)) == decimal_of(number));
    }
}

TEST_CASE("big numbers as doubles")
{
    CHECK(read("18446744073709551616").as_double() == 18446744073709551616.0);
    CHECK(read("1e400").as_double() == HUGE_VAL);
    CHECK(read("-1e400").as_double() == -HUGE_VAL);
    CHECK(read("1e-400").as_double() == 0);
    CHECK(read("18446744073709551615").as_double() == 18446744073709551615.0);
}

TEST_CASE("what is not a JSON number")
{
    for (const char* text : {"01", "-", "+1", "1.", ".5", "1e", "1e+", "1.e5", "-01", "0x10", "1_0",
                             "NaN", "Infinity", "-Infinity", "1a", "--1"}) {
        INFO(text);
        CHECK_FALSE(parse(text));
    }
}

TEST_CASE("canonical numbers follow RFC 8785")
{
    const auto canonical = [](std::string_view text) { return write_canonical(read(text)); };
    CHECK(canonical("3.0") == "3");
    CHECK(canonical("1E30") == "1e+30");
    CHECK(canonical("4.50") == "4.5");
    CHECK(canonical("2e-3") == "0.002");
    CHECK(canonical("0.000000000000000000000000001") == "1e-27");
    CHECK(canonical("1e21") == "1e+21");
    CHECK(canonical("1e20") == "100000000000000000000");
    CHECK(canonical("-0.0") == "0");
    CHECK(canonical("0.000001") == "0.000001");
    CHECK(canonical("0.0000001") == "1e-7");
    CHECK(canonical("9007199254740993") == "9007199254740993");
    CHECK(canonical("18446744073709551615") == "18446744073709551615");
}
