#include "jsonata/functions/number_picture.h"

#include "json/parse.h"

#include <doctest/doctest.h>

#include <string>

using namespace weft::jsonata::functions;

namespace {

std::string formatted(double value, std::string_view picture, std::string_view options = "null")
{
    const auto parsed = weft::json::parse(options);
    const auto made = NumberPicture::make(picture, &*parsed);
    return made ? made->format(value) : std::string(made.error().code);
}

}  // namespace

TEST_CASE("numbers are written by a picture")
{
    CHECK(formatted(12345.6, "#,###.00") == "12,345.60");
    CHECK(formatted(12345678.9, "9,999.99") == "12,345,678.90");
    CHECK(formatted(1234.5678, "00.000e0") == "12.346e2");
    CHECK(formatted(0.00012, "0.0##e0") == "1.2e-4");
    CHECK(formatted(0, "0.0e0") == "0.0e0");
    CHECK(formatted(0.14, "01%") == "14%");
    CHECK(formatted(0.14, "###‰") == "140‰");
    CHECK(formatted(-1, "0.0;(0.0)") == "(1.0)");
    CHECK(formatted(-1234.5, "#,##0.##") == "-1,234.5");
    CHECK(formatted(0.5, "#") == "0");
    CHECK(formatted(1.5, "#") == "2");
    CHECK(formatted(0, "#") == "0");
    CHECK(formatted(0, "#.##") == ".0");
    CHECK(formatted(0.5, "#.0") == ".5");
    CHECK(formatted(1234567.891, "#,##,##0.0,0#") == "12,34,567.8,9,1");
    CHECK(formatted(12, "#,##,000") == "0,1,2");
    CHECK(formatted(5, "$0.00 each") == "$5.00 each");
    CHECK(formatted(1e21, "#,##0.00") == "1e,+21.00");
    CHECK(formatted(-0.0, "0") == "0");
    CHECK(formatted(1234.5, "#.##0,00", R"({"decimal-separator":",","grouping-separator":"."})") ==
          "1.234,50");
    CHECK(formatted(34.5, "①②.③", R"({"zero-digit":"⓪"})") == "D3085");
    CHECK(formatted(34.5, "٠٠.٠٠", R"({"zero-digit":"٠"})") == "٣٤.٥٠");
    CHECK(formatted(12.3, "0.0m", R"({"per-mille":"m"})") == "12300.0m");
}

TEST_CASE("pictures that are none are refused")
{
    CHECK(formatted(1, "0;0;0") == "D3080");
    CHECK(formatted(1, "0.0.0") == "D3081");
    CHECK(formatted(1, "0%%") == "D3082");
    CHECK(formatted(1, "0‰‰") == "D3083");
    CHECK(formatted(1, "0%‰") == "D3084");
    CHECK(formatted(1, ".") == "D3085");
    CHECK(formatted(1, "0a0") == "D3086");
    CHECK(formatted(1, "0,.0") == "D3087");
    CHECK(formatted(1, "0,") == "D3088");
    CHECK(formatted(1, "0,,0") == "D3089");
    CHECK(formatted(1, "0#") == "D3090");
    CHECK(formatted(1, "0.#0") == "D3091");
    CHECK(formatted(1, "0e0%") == "D3092");
    CHECK(formatted(1, "0e") == "D3093");
    CHECK(formatted(1, "0e#") == "D3093");
    CHECK(formatted(1, "$0.0e0") == "D3093");
    CHECK(formatted(1, "") == "D3085");
}
