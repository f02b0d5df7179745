#include "jsonata/functions/number_text.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

using weft::jsonata::functions::Digits;
using weft::jsonata::functions::number_text;
using weft::jsonata::functions::number_value;

TEST_CASE("numbers are written as JavaScript writes them")
{
    CHECK(number_text(0) == "0");
    CHECK(number_text(-0.0) == "0");
    CHECK(number_text(-17) == "-17");
    CHECK(number_text(0.1) == "0.1");
    CHECK(number_text(-2.5) == "-2.5");
    CHECK(number_text(123.456) == "123.456");
    CHECK(number_text(9007199254740993.0) == "9007199254740992");
    CHECK(number_text(1e20) == "100000000000000000000");
    CHECK(number_text(123456789012345680000.0) == "123456789012345680000");
    CHECK(number_text(1e21) == "1e+21");
    CHECK(number_text(-1.5e300) == "-1.5e+300");
    CHECK(number_text(0.000001) == "0.000001");
    CHECK(number_text(0.00000123) == "0.00000123");
    CHECK(number_text(1e-7) == "1e-7");
    CHECK(number_text(1.25e-7) == "1.25e-7");
    CHECK(number_text(5e-324) == "5e-324");
    CHECK(number_text(1.0 / 3) == "0.3333333333333333");
    CHECK(number_text(0.1 + 0.2) == "0.30000000000000004");
    CHECK(number_text(std::numeric_limits<double>::max()) == "1.7976931348623157e+308");
    CHECK(number_text(std::numeric_limits<double>::infinity()) == "Infinity");
    CHECK(number_text(-std::numeric_limits<double>::infinity()) == "-Infinity");
    CHECK(number_text(std::nan("")) == "NaN");
}

TEST_CASE("a number's text reads back as the same number")
{
    std::uint64_t state = 1;
    for (int i = 0; i < 50'000; ++i) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        const double scale = std::pow(10, static_cast<double>(state % 8));
        const double value = static_cast<double>(state >> 33) / scale;
        const std::string text = number_text(value);
        CAPTURE(text);
        CHECK(std::stod(text) == value);
        CHECK(text.size() <= 12);  // ten digits at most, a point and a zero before it
        CHECK(number_text(-value) == (value == 0 ? "0" : "-" + text));
    }
}

TEST_CASE("numbers with a fraction are rounded to fifteen digits")
{
    const auto text = [](double value) { return number_text(value, Digits::Fifteen); };
    CHECK(text(1.0 / 3) == "0.333333333333333");
    CHECK(text(2.0 / 3) == "0.666666666666667");
    CHECK(text(0.1 + 0.2) == "0.3");
    CHECK(text(-0.1 - 0.2) == "-0.3");
    CHECK(text(39.98 + 5.25 + 9.9) == "55.13");
    CHECK(text(std::nextafter(55.13, 100)) == "55.13");
    CHECK(text(std::nextafter(12.0, 0)) == "12");
    CHECK(text(std::nextafter(999999999.123456, 0)) == "999999999.123456");
    CHECK(text(123456789012.1235) == "123456789012.124");
    CHECK(text(1234567890123.125) == "1234567890123.13");  // halfway: the larger
    CHECK(text(1234567890123.375) == "1234567890123.38");
    CHECK(text(-1234567890123.125) == "-1234567890123.13");
    CHECK(text(99999999999999.95) == "100000000000000");
    CHECK(text(9.999999999999999) == "10");
    CHECK(text(123456789012345.6) == "123456789012346");
    CHECK(text(1e-7 / 3) == "3.33333333333333e-8");
    CHECK(text(4503599627370495.5) == "4503599627370500");
    CHECK(text(12345678901234567890.0) == "12345678901234567000");  // an integer
    CHECK(text(1e300 / 3) == "3.3333333333333335e+299");
    CHECK(text(1.2345678901234567e-310) == "1.23456789012346e-310");
}

TEST_CASE("integers that fit are Int")
{
    CHECK(number_value(3.0) == weft::json::Value(3));
    CHECK(number_value(-0.0) == weft::json::Value(0));
    CHECK(number_value(2.5) == weft::json::Value(2.5));
    CHECK(number_value(9007199254740992.0) == weft::json::Value(std::int64_t{9007199254740992}));
    CHECK(number_value(1e16) == weft::json::Value(1e16));
}
