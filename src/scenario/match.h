#pragma once

#include "base/result.h"
#include "mocks/document.h"
#include "json/value.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace weft::scenario {

// A value that a test expects is a JSON value, in which an object with one member that begins with
// `$` is a matcher and stands for what cannot be said as a value:
//   {$is: uuid}         any, null, boolean, number, string, array, object, uuid or timestamp; a
//                       list: one of these
//   {$contains: …}      a text: part of the text; an object: these members and perhaps others, at
//                       every depth; a list: each is among the items
//   {$literal: …}       the value itself, which looks like a matcher
// All else is compared by value: 3 is 3.0, and members may come in any order.

// Where a value is not what was expected.
struct Difference {
    std::string path;                     // $.items[2].price
    std::optional<std::string> expected;  // JSON, or what a matcher asks for; none: nothing here
    std::optional<std::string> actual;    // none: it is missing
};

// In the order of `expected`; no more than `differences_max` + 1, of which the last one only says
// that there are more.
constexpr std::size_t differences_max = 25;
std::vector<Difference> compare(const json::Value& expected, const json::Value& actual);

// That all matchers in it are known. Error: InvalidInput with the place.
Result<> check_expected(const mocks::Node& node);
// Whether there is any matcher in it.
bool has_matcher(const json::Value& expected);

// A line of a difference between two texts or values.
struct Line {
    enum class Mark : std::uint8_t { Same, Expected, Actual };
    Mark mark = Mark::Same;
    std::string text;
    bool operator==(const Line&) const = default;
};
std::vector<Line> lines_of(const std::vector<Difference>& differences);
// The longest common lines of both, with what only one of them has marked.
std::vector<Line> line_diff(const std::vector<std::string>& expected,
                            const std::vector<std::string>& actual);

}  // namespace weft::scenario
