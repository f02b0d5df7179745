#include "scenario/expectation.h"

#include "base/suggest.h"
#include "scenario/match.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace weft::scenario {
namespace {

using mocks::Node;

constexpr std::array<std::string_view, 4> statuses = {"SUCCEEDED", "FAILED", "TIMED_OUT",
                                                      "ABORTED"};
constexpr double seconds_max = 100.0 * 366 * 24 * 3600;
constexpr std::int64_t count_max = 1'000'000'000;

Result<Expected> read_value(const Node& node)
{
    TRY(check_expected(node));
    return Expected{node.value(), node.place()};
}

// error, cause: a text, null for none, or a matcher.
Result<Expected> read_text(const Node& node, std::string_view what)
{
    const json::Value& value = node.value();
    if (!value.is_string() && !value.is_null() && !has_matcher(value))
        return node.fail(fmt::format("{} must be a text, null or a matcher", what));
    return read_value(node);
}

Result<> check_path(const Node& node);

Result<> check_fork(const Node& node)
{
    if (node.value().is_array()) {
        for (std::size_t i = 0; i < node.value().size(); ++i) TRY(check_path(node.item(i)));
        return {};
    }
    TRY(node.expect_object("the paths of a Map or Parallel", {"each", "times"}));
    const auto each = node.find("each");
    if (!each)
        return node.fail("the paths of a Map or Parallel need 'each', or are a list of them");
    if (const auto times = node.find("times")) TRY(times->integer("times", 0, count_max));
    return check_path(*each);
}

Result<> check_path(const Node& node)
{
    if (!node.value().is_array()) return node.fail("a path is a list of states");
    for (std::size_t i = 0; i < node.value().size(); ++i) {
        const Node item = node.item(i);
        if (item.value().is_string()) continue;
        if (!item.value().is_object() || item.value().size() != 1)
            return item.fail("a path has names of states, and {State: [[…], […]]} for the branches "
                             "or iterations of a state");
        TRY(check_fork(item.member(0)));
    }
    return {};
}

Result<std::vector<Expected>> read_list(const Node& node)
{
    std::vector<Expected> values;
    for (std::size_t i = 0; i < node.value().size(); ++i)
        values.push_back(TRY(read_value(node.item(i))));
    return values;
}

Result<ExpectedCalls> read_state_calls(const Node& node, std::string_view state)
{
    ExpectedCalls calls;
    calls.state = state;
    calls.place = node.place();
    if (node.value().is_integer()) {
        calls.count = static_cast<std::uint64_t>(TRY(node.integer("a count", 0, count_max)));
        return calls;
    }
    if (node.value().is_array()) {
        calls.each = TRY(read_list(node));
        return calls;
    }
    if (!node.value().is_object())
        return node.fail("the calls of a state are a count, a list of the arguments of each, or "
                         "{count: …, arguments: …}");
    TRY(node.expect_object("the calls of a state", {"count", "arguments"}));
    if (const auto count = node.find("count"))
        calls.count = static_cast<std::uint64_t>(TRY(count->integer("count", 0, count_max)));
    if (const auto arguments = node.find("arguments")) calls.all = TRY(read_value(*arguments));
    if (!calls.count && !calls.all) return node.fail("needs count or arguments");
    return calls;
}

Result<std::vector<ExpectedCalls>> read_calls(const Node& node)
{
    std::vector<ExpectedCalls> calls;
    if (!node.value().is_object())
        return node.fail("calls map a state's name to what is expected of its calls");
    for (std::size_t i = 0; i < node.value().size(); ++i)
        calls.push_back(TRY(read_state_calls(node.member(i), node.member_key(i))));
    return calls;
}

Result<ExpectedTime> read_time(const Node& node)
{
    ExpectedTime time;
    time.place = node.place();
    if (!node.value().is_object()) {
        time.seconds_min = TRY(node.number("simulated_seconds", 0, seconds_max));
        time.seconds_max = time.seconds_min;
        return time;
    }
    TRY(node.expect_object("simulated_seconds", {"min", "max"}));
    time.seconds_max = seconds_max;
    if (const auto min = node.find("min"))
        time.seconds_min = TRY(min->number("min", 0, seconds_max));
    if (const auto max = node.find("max"))
        time.seconds_max = TRY(max->number("max", 0, seconds_max));
    if (time.seconds_min > time.seconds_max) return node.fail("min is greater than max");
    return time;
}

Result<Expected> read_events(const Node& node)
{
    if (!node.value().is_array()) return node.fail("events are a list of types");
    for (std::size_t i = 0; i < node.value().size(); ++i) TRY(node.item(i).text("an event"));
    return Expected{node.value(), node.place()};
}

}  // namespace

Result<Expectation> read_expectation(const Node& node)
{
    TRY(node.expect_object("expect", {"status", "output", "error", "cause", "path", "calls",
                                      "simulated_seconds", "events", "assigned"}));
    if (node.value().size() == 0) return node.fail("expect says nothing; give at least a status");
    Expectation expect;
    expect.place = node.place();
    if (const auto output = node.find("output")) expect.output = TRY(read_value(*output));
    if (const auto error = node.find("error")) expect.error = TRY(read_text(*error, "error"));
    if (const auto cause = node.find("cause")) expect.cause = TRY(read_text(*cause, "cause"));
    if (expect.error || expect.cause) expect.status = "FAILED";
    if (const auto status = node.find("status")) {
        expect.status = TRY(status->text("status"));
        expect.place = status->place();
        if (std::ranges::find(statuses, expect.status) == statuses.end())
            return status->fail(fmt::format("unknown status '{}'{}; there are {}", expect.status,
                                            did_you_mean(expect.status, statuses),
                                            fmt::join(statuses, ", ")));
    }
    if (expect.output && expect.status != "SUCCEEDED")
        return node.find("output")->fail("only an execution that succeeds has an output");
    if ((expect.error || expect.cause) && expect.status == "SUCCEEDED")
        return node.fail("an execution that succeeds has neither error nor cause");
    if (const auto path = node.find("path")) {
        TRY(check_path(*path));
        expect.path = Expected{path->value(), path->place()};
    }
    if (const auto calls = node.find("calls")) expect.calls = TRY(read_calls(*calls));
    if (const auto time = node.find("simulated_seconds")) expect.time = TRY(read_time(*time));
    if (const auto events = node.find("events")) expect.events = TRY(read_events(*events));
    if (const auto assigned = node.find("assigned")) {
        if (!assigned->value().is_array())
            return assigned->fail("assigned is a list of objects of variables");
        expect.assigned = TRY(read_value(*assigned));
    }
    return expect;
}

}  // namespace weft::scenario
