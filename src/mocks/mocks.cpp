#include "mocks/mocks.h"

#include <cmath>

namespace weft::mocks {
namespace {

constexpr double delay_seconds_max = 366.0 * 24 * 3600;
constexpr std::int64_t times_max = 1'000'000'000;
constexpr std::size_t answers_max = 100'000;

Result<Milliseconds> read_delay(const Node& node)
{
    const auto seconds = node.find("delay_seconds");
    const auto milliseconds = node.find("delay_ms");
    if (seconds && milliseconds)
        return seconds->fail("an answer has delay_seconds or delay_ms, not both");
    if (seconds) {
        const double value = TRY(seconds->number("delay_seconds", 0, delay_seconds_max));
        return Milliseconds(std::llround(value * 1000));
    }
    if (milliseconds) {
        const double value = TRY(milliseconds->number("delay_ms", 0, delay_seconds_max * 1000));
        return Milliseconds(std::llround(value));
    }
    return Milliseconds(0);
}

Result<Answer> read_answer(const Node& node)
{
    TRY(node.expect_object(
        "an answer", {"output", "error", "cause", "delay_seconds", "delay_ms", "times", "repeat"}));
    Answer answer;
    const auto output = node.find("output");
    const auto error = node.find("error");
    const auto cause = node.find("cause");
    if (output && error) return error->fail("an answer has output or error, not both");
    if (!output && !error) return node.fail("an answer needs output or error");
    if (output && cause) return cause->fail("cause goes with error, and this answer has output");
    if (output) answer.output = output->value();
    if (error) answer.error = TRY(error->text("error"));
    if (cause) answer.cause = TRY(cause->text("cause"));
    answer.delay = TRY(read_delay(node));
    if (const auto times = node.find("times")) {
        answer.times = static_cast<std::uint64_t>(TRY(times->integer("times", 1, times_max)));
    }
    if (const auto repeat = node.find("repeat")) {
        answer.repeat = TRY(repeat->boolean("repeat"));
        if (answer.repeat && node.find("times"))
            return repeat->fail("an answer has times or repeat, not both");
    }
    return answer;
}

}  // namespace

const Answer* Sequence::at(std::uint64_t count) const
{
    for (const Answer& answer : answers) {
        if (answer.repeat || count < answer.times) return &answer;
        count -= answer.times;
    }
    return nullptr;
}

std::optional<std::uint64_t> Sequence::calls() const
{
    std::uint64_t sum = 0;
    for (const Answer& answer : answers) {
        if (answer.repeat) return {};
        sum += answer.times;
    }
    return sum;
}

Result<Sequence> read_sequence(const Node& node)
{
    Sequence sequence;
    sequence.place = node.place();
    if (node.value().is_object()) {
        sequence.answers.push_back(TRY(read_answer(node)));
        if (!node.find("times")) sequence.answers.front().repeat = true;
        return sequence;
    }
    if (!node.value().is_array()) return node.fail("expected a list of answers, or one answer");
    if (node.value().size() == 0) return node.fail("a list of answers needs at least one");
    if (node.value().size() > answers_max)
        return node.fail(fmt::format("more than {} answers", answers_max));
    for (std::size_t i = 0; i < node.value().size(); ++i) {
        const Node item = node.item(i);
        sequence.answers.push_back(TRY(read_answer(item)));
        if (sequence.answers.back().repeat && i + 1 < node.value().size()) {
            return item.fail(
                "only the last answer can repeat: those below it would never be given");
        }
    }
    return sequence;
}

Result<Mocks> read(const Node& node, std::string name)
{
    Mocks mocks;
    mocks.name = std::move(name);
    if (!node.value().is_object()) {
        return node.fail("mocks map a state's name (or a resource) to its answers, as in\n"
                         "  Ask the model:\n    - output: { answer: 42 }");
    }
    for (std::size_t i = 0; i < node.value().size(); ++i) {
        if (node.member_key(i).empty()) return node.member(i).fail("a state's name is not empty");
        mocks.sequences.emplace_back(std::string(node.member_key(i)),
                                     TRY(read_sequence(node.member(i))));
    }
    return mocks;
}

Result<Mocks> read(std::string_view text, std::string name)
{
    const Document document = TRY(Document::parse(text, name));
    return read(Node(document), std::move(name));
}

}  // namespace weft::mocks
