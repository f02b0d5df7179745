#include "base/suggest.h"

#include <doctest/doctest.h>

#include <array>
#include <string>

using namespace weft;

TEST_CASE("suggest finds the name that was meant")
{
    constexpr std::array<std::string_view, 5> known{"output", "error", "cause", "delay_seconds",
                                                    "times"};
    CHECK(suggest("outptu", known) == "output");
    CHECK(suggest("Error", known) == "error");
    CHECK(suggest("delay_second", known) == "delay_seconds");
    CHECK(suggest("tims", known) == "times");
    CHECK(suggest("zebra", known).empty());
    CHECK(suggest("", known).empty());
    CHECK(suggest(std::string(500, 'x'), known).empty());
    CHECK(did_you_mean("tims", known) == "; did you mean 'times'?");
    CHECK(did_you_mean("zebra", known).empty());
}
