#include "scenario/mock_config.h"

#include "base/suggest.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace weft::scenario {
namespace {

using mocks::Node;

constexpr std::uint64_t calls_max = 1'000'000;

struct Range {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
};

std::optional<std::uint64_t> number_of(std::string_view text)
{
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number >= calls_max) return {};
    return number;
}

// "3" or "1-2".
std::optional<Range> range_of(std::string_view key)
{
    const std::size_t dash = key.find('-');
    const auto first = number_of(key.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : number_of(key.substr(dash + 1));
    if (!first || !last || *last < *first) return {};
    return Range{*first, *last};
}

std::vector<std::string_view> names_of(const Node& node)
{
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < node.value().size(); ++i) names.push_back(node.member_key(i));
    return names;
}

Result<Node> object_in(const Node& node, std::string_view key)
{
    const auto member = node.find(key);
    if (!member) return node.fail(fmt::format("{} is missing", key));
    if (!member->value().is_object()) return member->fail(fmt::format("{} must be an object", key));
    return *member;
}

Result<mocks::Answer> read_answer(const Node& node, const Range& range)
{
    TRY(node.expect_object("a mocked response", {"Return", "Throw"}));
    const auto returned = node.find("Return");
    const auto thrown = node.find("Throw");
    if (returned.has_value() == thrown.has_value())
        return node.fail("a mocked response has either Return or Throw");
    mocks::Answer answer;
    answer.times = range.last - range.first + 1;
    if (returned) {
        answer.output = returned->value();
        return answer;
    }
    TRY(thrown->expect_object("Throw", {"Error", "Cause"}));
    const auto error = thrown->find("Error");
    if (!error) return thrown->fail("Throw needs an Error");
    answer.error = TRY(error->text("Error"));
    if (const auto cause = thrown->find("Cause")) answer.cause = TRY(cause->text("Cause"));
    return answer;
}

Result<mocks::Sequence> read_response(const Node& node)
{
    if (!node.value().is_object() || node.value().size() == 0)
        return node.fail("a mocked response maps numbers of calls to Return or Throw");
    std::vector<std::pair<Range, std::size_t>> ranges;
    for (std::size_t i = 0; i < node.value().size(); ++i) {
        const auto range = range_of(node.member_key(i));
        if (!range)
            return node.member(i).fail(fmt::format(
                "'{}' numbers no calls: \"0\" is the first, \"1-2\" the second and third",
                node.member_key(i)));
        ranges.emplace_back(*range, i);
    }
    std::ranges::sort(ranges, {}, [](const auto& entry) { return entry.first.first; });
    mocks::Sequence sequence;
    sequence.place = node.place();
    std::uint64_t next = 0;
    for (const auto& [range, index] : ranges) {
        const Node member = node.member(index);
        if (range.first < next)
            return member.fail(fmt::format("call {} has an answer already", range.first));
        if (range.first > next) return member.fail(fmt::format("call {} has no answer", next));
        sequence.answers.push_back(TRY(read_answer(member, range)));
        next = range.last + 1;
    }
    return sequence;
}

Result<Node> choose_machine(const Node& machines, std::string_view name)
{
    if (name.empty()) {
        if (machines.value().size() == 1) return machines.member(0);
        return fail(ErrorCode::NotFound,
                    "{}: name one of its state machines with state_machine: {}", machines.place(),
                    fmt::join(names_of(machines), ", "));
    }
    if (const auto machine = machines.find(name)) return *machine;
    return fail(ErrorCode::NotFound, "{}: there is no state machine '{}'{}", machines.place(), name,
                did_you_mean(name, names_of(machines)));
}

}  // namespace

Result<mocks::Mocks> read_mock_config(const mocks::Document& document, std::string_view machine,
                                      std::string_view test_case)
{
    const Node root(document);
    TRY(root.expect_object("a mock configuration", {"StateMachines", "MockedResponses"}));
    const Node machines = TRY(object_in(root, "StateMachines"));
    const Node responses = TRY(object_in(root, "MockedResponses"));
    const Node chosen = TRY(choose_machine(machines, machine));
    TRY(chosen.expect_object("a state machine", {"TestCases"}));
    const Node cases = TRY(object_in(chosen, "TestCases"));
    const auto states = cases.find(test_case);
    if (!states)
        return fail(ErrorCode::NotFound, "{}: there is no test case '{}'{}", cases.place(),
                    test_case, did_you_mean(test_case, names_of(cases)));
    if (!states->value().is_object())
        return states->fail("a test case maps states to the names of mocked responses");
    mocks::Mocks mocks;
    mocks.name = document.name();
    for (std::size_t i = 0; i < states->value().size(); ++i) {
        const Node state = states->member(i);
        const std::string response = TRY(state.text("the name of a mocked response"));
        const auto found = responses.find(response);
        if (!found)
            return state.fail(fmt::format("there is no mocked response '{}'{}", response,
                                          did_you_mean(response, names_of(responses))));
        mocks.sequences.emplace_back(std::string(states->member_key(i)),
                                     TRY(read_response(*found)));
    }
    return mocks;
}

}  // namespace weft::scenario
