#include "jsonata/functions/numbers.h"

#include "jsonata/functions/integer_picture.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <string>

using weft::json::Value;
using namespace weft::jsonata::functions;

namespace {

double number_of(const char* text)
{
    const auto number = to_number(Value(text));
    return number ? *number : -999;
}

std::string formatted(double value, std::string_view picture)
{
    const auto made = IntegerPicture::make(picture);
    if (!made) return std::string(made.error().code);
    const auto text = made->format(value, 10'000);
    return text ? *text : std::string(text.error().code);
}

double read(std::string_view text, std::string_view picture)
{
    const auto made = IntegerPicture::make(picture);
    const auto value = made->parse(text);
    return value ? *value : -999;
}

}  // namespace

TEST_CASE("texts become numbers")
{
    CHECK(number_of("0") == 0);
    CHECK(number_of("-007.50") == -7.5);
    CHECK(number_of("1e3") == 1000);
    CHECK(number_of("1E-2") == 0.01);
    CHECK(number_of("1e-400") == 0);
    CHECK(number_of("0x1fF") == 511);
    CHECK(number_of("0XFFFFFFFFFFFFFFFFFF") == 4722366482869645000000.0);
    CHECK(number_of("0x20000000000001") == 9007199254740992.0);
    CHECK(number_of("0x20000000000003") == 9007199254740996.0);
    CHECK(number_of("0o17") == 15);
    CHECK(number_of("0b101") == 5);
    for (const auto* text : {"", " 1", "1 ", "+1", ".5", "1.", "1e", "1e999", "0x", "0xg", "0o8",
                             "0b2", "Infinity", "1_000", "-0x1"}) {
        CAPTURE(text);
        CHECK(to_number(Value(text)).error().code == "D3030");
    }
    CHECK(*to_number(Value(true)) == 1);
    CHECK(*to_number(Value(2.5)) == 2.5);
    CHECK(to_number(Value()).error().code == "D3030");
}

TEST_CASE("round goes to the even neighbour of a half")
{
    CHECK(round_half_even(4.5) == 4);
    CHECK(round_half_even(5.5) == 6);
    CHECK(round_half_even(-4.5) == -4);
    CHECK(round_half_even(-5.5) == -6);
    CHECK(round_half_even(-0.4) == 0);
    CHECK_FALSE(std::signbit(round_half_even(-0.4)));
    CHECK(round_half_even(0.49999999999999994) == 0);
    CHECK(round_half_even(1.005, 2) == 1);
    CHECK(round_half_even(1.015, 2) == 1.02);
    CHECK(round_half_even(1.025, 2) == 1.02);
    CHECK(round_half_even(123.456, -1) == 120);
    CHECK(round_half_even(125, -1) == 120);
    CHECK(round_half_even(1e21, 2) == 1e21);
    CHECK(round_half_even(1.5e-7, 7) == 2e-7);
    CHECK(std::isnan(round_half_even(1, 0.5)));
}

TEST_CASE("powers and roots are numbers, or faults")
{
    CHECK(*power(2, 8) == 256);
    CHECK(power(10, 400).error().code == "D3061");
    CHECK(power(-8, 1.0 / 3).error().code == "D3061");
    CHECK(*square_root(16) == 4);
    CHECK(square_root(-1).error().code == "D3060");
}

TEST_CASE("numbers are written in other bases")
{
    CHECK(*format_base(100, 2) == "1100100");
    CHECK(*format_base(-255, 16) == "-ff");
    CHECK(*format_base(2.5, 36) == "2");
    CHECK(*format_base(0, 7) == "0");
    CHECK(*format_base(99.5) == "100");
    CHECK(*format_base(1e21) == "1e+21");
    CHECK(*format_base(1e21, 36) == "5v1j4f4ds7c000");
    CHECK(format_base(1, 37).error().code == "D3100");
    CHECK(format_base(1, 1.2).error().code == "D3100");
}

TEST_CASE("integers are written by a picture")
{
    CHECK(formatted(1234.9, "0") == "1234");
    CHECK(formatted(-5.1, "000") == "-006");
    CHECK(formatted(1234567, "#,##0") == "1,234,567");
    CHECK(formatted(1234567, "#:##,##0") == "12:34,567");
    CHECK(formatted(12, "#:##,000") == ",:12");
    CHECK(formatted(1234, "٠") == "١٢٣٤");
    CHECK(formatted(1, "0;o") == "1st");
    CHECK(formatted(112, "0;o") == "112th");
    CHECK(formatted(1e21, "0") == "1e+21");
    CHECK(formatted(0, "A").empty());
    CHECK(formatted(28, "a") == "ab");
    CHECK(formatted(703, "A") == "AAA");
    CHECK(formatted(1999, "I") == "MCMXCIX");
    CHECK(formatted(4, "i") == "iv");
    CHECK(formatted(1e9, "i") == "U1002");
    CHECK(formatted(0, "w") == "zero");
    CHECK(formatted(1234, "Ww") == "One Thousand, Two Hundred and Thirty-Four");
    CHECK(formatted(1200, "Ww;o") == "One Thousand, Two Hundredth");
    CHECK(formatted(21, "w;o") == "twenty-first");
    CHECK(formatted(80, "W;o") == "EIGHTIETH");
    CHECK(formatted(1e15, "w") == "one thousand trillion");
    CHECK(formatted(1001, "w") == "one thousand and one");
    CHECK(formatted(1, "x") == "D3130");
    CHECK(formatted(1, "0٠") == "D3131");
}

TEST_CASE("integers are read by a picture")
{
    CHECK(read("1,234,567", "#,##0") == 1234567);
    CHECK(read("1234:56,7", "#:##,##0") == 1234567);
    CHECK(read("-12", "0") == -12);
    CHECK(read("١٢٣٤", "٠") == 1234);
    CHECK(read("21st", "0;o") == 21);
    CHECK(read("MCMXCIX", "I") == 1999);
    CHECK(read("iv", "i") == 4);
    CHECK(read("ab", "a") == 28);
    CHECK(read("one thousand, two hundred and thirty-four", "w") == 1234);
    CHECK(read("Twenty-First", "Ww") == 21);
    CHECK(read("two hundredth", "w") == 200);
    CHECK(std::isnan(read("many", "w")));
    CHECK(std::isnan(read("x", "0")));
    CHECK(read("1", "x") == -999);
    for (const double value : {0.0, 7.0, 12.0, 99.0, 100.0, 1999.0, 20'000.0, 123'456'789.0, 1e13})
        for (const auto* picture : {"0", "#,##0", "w", "Ww", "W", "w;o"}) {
            CAPTURE(picture);
            CHECK(read(formatted(value, picture), picture) == value);
        }
}

TEST_CASE("rounding by a product and by the text agree")
{
    std::uint64_t state = 1;
    for (int i = 0; i < 20'000; ++i) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        const double value = (static_cast<double>(state >> 33) - 1e9) / 1000;
        for (const int places : {1, 2, 3}) {
            const double scale = std::pow(10, places);
            const double rounded = round_half_even(value, places);
            CAPTURE(value);
            CAPTURE(places);
            // The value has three places: multiplied out, it is an integer.
            const auto thousandths = static_cast<std::int64_t>(std::llround(value * 1000));
            const auto unit = static_cast<std::int64_t>(std::llround(1000 / scale));
            std::int64_t low = thousandths / unit;
            if (thousandths % unit < 0) --low;
            const std::int64_t rest = thousandths - low * unit;
            if (rest * 2 > unit || (rest * 2 == unit && low % 2 != 0)) ++low;
            CHECK(rounded == static_cast<double>(low) / scale);
        }
    }
}
