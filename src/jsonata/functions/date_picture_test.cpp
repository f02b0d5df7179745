#include "jsonata/functions/date_picture.h"

#include "jsonata/functions/number_text.h"

#include <doctest/doctest.h>

#include <string>

using namespace weft::jsonata::functions;

namespace {

std::string formatted(double time, std::string_view picture,
                      std::optional<std::string_view> zone = {})
{
    const auto made = DatePicture::make(picture, DatePicture::Use::Format);
    if (!made) return std::string(made.error().code);
    const auto text = (*made)->format(time, zone, 1000);
    return text ? *text : std::string(text.error().code);
}

std::string iso(double time, std::optional<std::string_view> zone = {})
{
    const auto text = format_iso8601(time, zone);
    return text ? *text : std::string(text.error().code);
}

// The time as a number's text, "undefined", or the fault's code. Now is 2020-02-29T12:34:56.789Z.
std::string parsed(std::string_view text, std::string_view picture)
{
    const auto made = DatePicture::make(picture, DatePicture::Use::Parse);
    if (!made) return std::string(made.error().code);
    weft::StepMeter meter(10'000);
    RegexBuffers buffers;
    const auto time = (*made)->parse(text, 1582979696789, {buffers, meter});
    if (!time) return std::string(time.error().code);
    return *time ? number_text(**time) : "undefined";
}

std::string parsed(std::string_view text)
{
    const auto time = parse_iso8601(text);
    return time ? number_text(*time) : std::string(time.error().code);
}

}  // namespace

TEST_CASE("times are written in ISO 8601")
{
    CHECK(iso(1509380732935) == "2017-10-30T16:25:32.935Z");
    CHECK(iso(0) == "1970-01-01T00:00:00.000Z");
    CHECK(iso(-1) == "1969-12-31T23:59:59.999Z");
    CHECK(iso(0.9) == "1970-01-01T00:00:00.000Z");
    CHECK(iso(1509380732935, "+0530") == "2017-10-30T21:55:32.935+05:30");
    CHECK(iso(1509380732935, "-0500") == "2017-10-30T11:25:32.935-05:00");
    CHECK(iso(1509380732935, "-0530") == "2017-10-30T09:55:32.935-06:30");
    CHECK(iso(1509380732935, "0000") == "2017-10-30T16:25:32.935Z");
    CHECK(iso(253402300800000) == "0000-01-01T00:00:00.000Z");
    CHECK(iso(-62167219200001) == "-0001-12-31T23:59:59.999Z");
    CHECK(iso(8.64e15) == "5760-09-13T00:00:00.000Z");
}

TEST_CASE("what is no time is refused")
{
    CHECK(iso(8.64e15 + 1) == "D3110");
    CHECK(iso(1e300) == "D3110");
    CHECK(iso(0, "east") == "D3110");
}

TEST_CASE("times are written by a picture")
{
    CHECK(formatted(1521801216617, "[Y]-[M]-[D]") == "2018-3-23");
    CHECK(formatted(1521801216617, "[M01]/[D01]/[Y0001] at [H01]:[m01]:[s01].[f001]") ==
          "03/23/2018 at 10:33:36.617");
    CHECK(formatted(1521801216617, "[[[Y]]]") == "[2018]");
    CHECK(formatted(1521801216617, "[FNn], [D1o] [MNn] [Y]") == "Friday, 23rd March 2018");
    CHECK(formatted(1521801216617, "[F], [FN,3-3] [Fn,*-2] [F0]") == "friday, FRI fr 5");
    CHECK(formatted(1521801216617, "[MN,*-3] [Mn] [M01]") == "MAR march 03");
    CHECK(formatted(1521801216617, "[Y,2-2]|[Y01]|[Y##01]|[Y9,999,*]|[YI]|[Yw]") ==
          "18|18|2018|2,018|MMXVIII|two thousand and eighteen");
    CHECK(formatted(1521801216617, "[h]:[m] [P] [PN] [Pn]") == "10:33 am AM am");
    CHECK(formatted(1521801216617, "[W]|[w]|[X]|[x]|[xNn]|[d]") == "12|4|2018|3|March|82");
    CHECK(formatted(1521801216617, "[Dw] [DW;o] [Dwo] [DWw] [Da] [DA]") == "D3130");
    CHECK(formatted(1521801216617, "[Dw] [Dwo] [DWwo] [Da] [DA]") ==
          "twenty-three twenty-third Twenty-Third w W");
    CHECK(formatted(1521801216617, "[Z]|[z]|[Z0101]|[Z0]|[Z01:01t]|[C]|[E]", "+0530") ==
          "+05:30|GMT+05:30|+0530|+5:30|+05:30|ISO|ISO");
    CHECK(formatted(1521801216617, "[Z]|[z]|[Z0101]|[Z0]|[Z01:01t]|[z01]", "-0500") ==
          "-05:00|GMT-05:00|-0500|-5|-05:00|GMT-05");
    CHECK(formatted(1521801216617, "[Z]|[Z0101t]|[Z0]") == "+00:00|Z|+0");
    CHECK(formatted(1521801216617, "[ Y 0001 ]") == "2018");
    CHECK(formatted(1521801216617, "[H,2-2][m,4][s,*]") == "10003336");
    CHECK(formatted(1521801216617, "a]]b") == "a]b");
    CHECK(formatted(1521801216617, "") == "");
    CHECK(formatted(1521801216617, "[f]|[f1]|[f00001]") == "617|617|00617");
    CHECK(formatted(1104537600000, "[X]-W[W01]-[F1] [x]/[w] [Y]-[M]-[D]") ==
          "2004-W53-6 12/5 2005-1-1");
    CHECK(formatted(1230768000000, "[X]-W[W01]-[F1] [x]/[w] [Y]-[M]-[D]") ==
          "2009-W01-4 1/1 2009-1-1");
    CHECK(formatted(1419984000000, "[X]-W[W01] [x]/[w]") == "2015-W01 1/1");
    CHECK(formatted(-62198755200000, "[Y]|[Y0001]|[d]") == "-1|-0001|1");
}

TEST_CASE("pictures that are none are refused")
{
    CHECK(formatted(0, "[Y") == "D3135");
    CHECK(formatted(0, "[q]") == "D3132");
    CHECK(formatted(0, "[]") == "D3132");
    CHECK(formatted(0, "[YN]") == "D3133");
    CHECK(formatted(0, "[Hn]") == "D3133");
    CHECK(formatted(0, "[Z00000]") == "D3134");
    CHECK(formatted(0, "[Y0٠]") == "D3131");
    CHECK(formatted(0, "[Yx]") == "D3130");
    CHECK(formatted(0, "[D,100000]") == "U1002");
}

TEST_CASE("ISO 8601 is read")
{
    CHECK(parsed("2017-10-30T16:25:32.935Z") == "1509380732935");
    CHECK(parsed("2017-10-30T16:25:32.935") == "1509380732935");
    CHECK(parsed("2017-10-30T16:25:32.9359") == "1509380732935");
    CHECK(parsed("2017-10-30T16:25:32+01:00") == "1509377132000");
    CHECK(parsed("2017-10-30T16:25:32-0530") == "1509400532000");
    CHECK(parsed("2017-10-30") == "1509321600000");
    CHECK(parsed("2017-10-30Z") == "1509321600000");
    CHECK(parsed("2017-10") == "1506816000000");
    CHECK(parsed("2017") == "1483228800000");
    CHECK(parsed("0099-01-01") == "-59042995200000");
    CHECK(parsed("2017-02-31") == "1488499200000");
    CHECK(parsed("2017-10-30T24:00:00") == "1509408000000");
    CHECK(parsed("2017T10:00:00") == "1483264800000");
    for (const auto* text : {"", "17", "2017-1", "2017-10-30T", "2017-10-30T16", "2017-10-30T16:25",
                             "2017-10-30 16:25:32", "2017-10-30T16:25:32.", "x2017", "20170",
                             "2017-10-30T16:25:32z", "2017-10-30T16:25:32+1"}) {
        CAPTURE(text);
        CHECK(parsed(text) == "D3110");
    }
}

TEST_CASE("times that do not exist are refused")
{
    for (const auto* text : {"2017-13", "2017-00-01", "2017-01-32", "2017-10-30T24:00:01",
                             "2017-10-30T16:25:32+24:00", "2017-10-30.5", "2017-10+01:00"}) {
        CAPTURE(text);
        CHECK(parsed(text) == "D3110");
    }
}

TEST_CASE("texts are read by a picture")
{
    CHECK(parsed("2018-03-23", "[Y0001]-[M01]-[D01]") == "1521763200000");
    CHECK(parsed("20180323", "[Y0001][M01][D01]") == "1521763200000");
    CHECK(parsed("3/23/18", "[M]/[D]/[Y]") == "-1633996800000");
    CHECK(parsed("Friday, 23rd March 2018", "[FNn], [D1o] [MNn] [Y]") == "1521763200000");
    CHECK(parsed("23 mar 2018", "[D] [MNn,3-3] [Y]") == "D3136");
    CHECK(parsed("23 Mar 2018 4:30 PM", "[D] [MNn,3-3] [Y] [h]:[m] [P]") == "1521822600000");
    CHECK(parsed("2018-082", "[Y0001]-[d001]") == "1521763200000");
    CHECK(parsed("2018-03-23 10:33:36.617 +0100", "[Y]-[M]-[D] [H]:[m]:[s].[f] [Z0001]") ==
          "1521797616617");
    CHECK(parsed("2018-03-23 10:33 -05:30", "[Y]-[M]-[D] [H]:[m] [Z]") == "1521817380000");
    CHECK(parsed("2018-03-23 10:33 GMT+01:00", "[Y]-[M]-[D] [H]:[m] [z]") == "1521797580000");
    CHECK(parsed("MMXVIII", "[YI]") == "1514764800000");
    CHECK(parsed("two thousand and eighteen", "[Yw]") == "1514764800000");
    CHECK(parsed("w March", "[Da] [MNn]") == "1584921600000");
    CHECK(parsed("2018", "[Y]-[M]") == "undefined");
    CHECK(parsed("x", "x") == "undefined");
    CHECK(parsed("2018 23", "[Y] [D]") == "D3136");
    CHECK(parsed("10:36", "[H]:[s]") == "D3136");
    CHECK(parsed("2018-W12-5", "[X]-W[W]-[F1]") == "D3136");
    CHECK(parsed("2018 3 4", "[X] [x] [w]") == "D3136");
    CHECK(parsed("Anno", "[YN]") == "D3133");
    CHECK(parsed("1", "[Yx]") == "D3130");
    CHECK(parsed("(2018)", "([Y])") == "1514764800000");
    CHECK(parsed("13/2018", "[M]/[Y]") == "1546300800000");
}

TEST_CASE("what a picture leaves out in front is taken from now")
{
    CHECK(parsed("03-23", "[M]-[D]") == "1584921600000");
    CHECK(parsed("10:30", "[H]:[m]") == "1582972200000");
}
