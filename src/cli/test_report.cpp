#include "cli/test_report.h"

#include "json/write.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

namespace weft::cli {

namespace {

using scenario::Line;
using scenario::Mismatch;

constexpr std::size_t lines_shown_max = 200;  // of one mismatch

std::string_view mark_text(Line::Mark mark)
{
    switch (mark) {
    case Line::Mark::Expected: return "- ";
    case Line::Mark::Actual: return "+ ";
    case Line::Mark::Same: break;
    }
    return "  ";
}

// `text` with each of its lines indented.
std::string indent(std::string_view text, std::string_view blanks)
{
    std::string out(blanks);
    for (const char c : text) {
        out += c;
        if (c == '\n') out += blanks;
    }
    return out;
}

std::string line_text(const Line& line, std::string_view blanks, const Terminal& terminal)
{
    std::string text = indent(std::string(mark_text(line.mark)) + line.text, blanks);
    if (line.mark == Line::Mark::Expected) text = terminal.paint(Colour::Red, text);
    if (line.mark == Line::Mark::Actual) text = terminal.paint(Colour::Green, text);
    return text + "\n";
}

std::string mismatch_text(const Mismatch& mismatch, const Terminal& terminal)
{
    std::string out =
        fmt::format("      {} ({})\n", terminal.paint(Colour::Bold, mismatch.what), mismatch.place);
    std::size_t shown = 0;
    for (const Line& line : mismatch.lines) {
        if (++shown > lines_shown_max)
            return out + fmt::format("          ... {} lines more\n",
                                     mismatch.lines.size() - lines_shown_max);
        out += line_text(line, "        ", terminal);
    }
    return out;
}

std::string way_text(const scenario::Observed& observed, const Terminal& terminal)
{
    const std::string path =
        scenario::path_summary(observed.trace.path(), terminal.unicode ? " → " : " -> ");
    return fmt::format("{} ({} events, {:.6g} s of simulated time)",
                       path.empty() ? "no state was entered" : path,
                       observed.trace.outline().size(), observed.simulated_seconds);
}

// What is wrong, without colours, as reports hold it.
std::string failure_text(const TestResult& result)
{
    if (!result.outcome.unusable.empty()) return result.outcome.unusable + "\n";
    std::string out;
    const Terminal plain;
    for (const Mismatch& mismatch : result.outcome.mismatches)
        out += mismatch_text(mismatch, plain);
    return out + fmt::format("      way: {}\n", way_text(result.outcome.observed, plain));
}

// XML 1.0 has no control characters but tab and line breaks, and no surrogates.
std::string xml(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c == 0xED && i + 2 < text.size() && static_cast<unsigned char>(text[i + 1]) >= 0xA0) {
            out += "\xEF\xBF\xBD";
            i += 2;
            continue;
        }
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\n': out += "&#10;"; break;
        case '\t': out += "&#9;"; break;
        default:
            if (c < 0x20)
                out += "\xEF\xBF\xBD";
            else
                out += static_cast<char>(c);
        }
    }
    return out;
}

json::Value line_as_json(const Line& line)
{
    return json::Value(std::string(mark_text(line.mark)) + line.text);
}

json::Value test_as_json(const TestResult& result)
{
    const scenario::Outcome& outcome = result.outcome;
    std::vector<json::Member> members = {
        {"file", result.file},
        {"name", result.name},
        {"place", result.place},
        {"result", outcome.passed() ? "PASSED" : "FAILED"},
        {"seconds", result.wall_seconds},
    };
    if (!outcome.unusable.empty()) {
        members.push_back({"unusable", outcome.unusable});
        return json::Value::object(std::move(members));
    }
    members.push_back({"status", outcome.observed.status});
    members.push_back({"simulated_seconds", outcome.observed.simulated_seconds});
    members.push_back({"events", json::Value(static_cast<std::uint64_t>(
                                     outcome.observed.trace.outline().size()))});
    members.push_back({"path", outcome.observed.trace.path()});
    std::vector<json::Value> mismatches;
    for (const Mismatch& mismatch : outcome.mismatches) {
        std::vector<json::Value> lines;
        std::ranges::transform(mismatch.lines, std::back_inserter(lines), line_as_json);
        mismatches.push_back(
            json::Value::object({{"what", mismatch.what},
                                 {"place", mismatch.place},
                                 {"lines", json::Value::array(std::move(lines))}}));
    }
    members.push_back({"mismatches", json::Value::array(std::move(mismatches))});
    return json::Value::object(std::move(members));
}

std::string suite_as_junit(std::span<const TestResult> results)
{
    const TestCounts counts = count_tests(results);
    double seconds = 0;
    for (const TestResult& result : results) seconds += result.wall_seconds;
    const std::string& file = results.front().file;
    std::string out =
        fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" "
                    "skipped=\"0\" time=\"{:.6f}\">\n",
                    xml(file), results.size(), counts.failed, seconds);
    for (const TestResult& result : results) {
        fmt::format_to(std::back_inserter(out),
                       "    <testcase classname=\"{}\" name=\"{}\" time=\"{:.6f}\"", xml(file),
                       xml(result.name), result.wall_seconds);
        if (result.outcome.passed()) {
            out += "/>\n";
            continue;
        }
        const std::vector<Mismatch>& mismatches = result.outcome.mismatches;
        const std::string message =
            mismatches.empty()
                ? std::string("cannot be run")
                : fmt::format("{}: {} differs", mismatches.front().place, mismatches.front().what);
        fmt::format_to(std::back_inserter(out),
                       ">\n      <failure message=\"{}\">{}</failure>\n"
                       "    </testcase>\n",
                       xml(message), xml(failure_text(result)));
    }
    return out + "  </testsuite>\n";
}

}  // namespace

TestCounts count_tests(std::span<const TestResult> results)
{
    TestCounts counts;
    for (const TestResult& result : results)
        ++(result.outcome.passed() ? counts.passed : counts.failed);
    return counts;
}

std::string test_as_text(const TestResult& result, bool with_file, const Terminal& terminal)
{
    const scenario::Outcome& outcome = result.outcome;
    const std::string name =
        with_file ? fmt::format("{}: {}", result.file, result.name) : result.name;
    if (outcome.passed())
        return fmt::format("{}    {}\n", terminal.paint(Colour::Green, "ok"), name);
    std::string out =
        fmt::format("{}  {} ({})\n", terminal.paint(Colour::Red, "FAIL"), name, result.place);
    if (!outcome.unusable.empty()) return out + indent(outcome.unusable, "      ") + "\n";
    for (const Mismatch& mismatch : outcome.mismatches) out += mismatch_text(mismatch, terminal);
    return out + fmt::format("      {} {}\n", terminal.paint(Colour::Dim, "way:"),
                             way_text(outcome.observed, terminal));
}

std::string counts_as_text(const TestCounts& counts, const Terminal& terminal)
{
    const std::string failed = fmt::format("{} failed", counts.failed);
    return fmt::format("{} passed, {}\n", counts.passed,
                       counts.failed > 0 ? terminal.paint(Colour::Red, failed) : failed);
}

std::string tests_as_json(std::span<const TestResult> results)
{
    const TestCounts counts = count_tests(results);
    std::vector<json::Value> tests;
    std::ranges::transform(results, std::back_inserter(tests), test_as_json);
    return json::write_pretty(
               json::Value::object({{"passed", static_cast<std::uint64_t>(counts.passed)},
                                    {"failed", static_cast<std::uint64_t>(counts.failed)},
                                    {"tests", json::Value::array(std::move(tests))}})) +
           "\n";
}

std::string tests_as_junit(std::span<const TestResult> results)
{
    const TestCounts counts = count_tests(results);
    std::string out = fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                                  "<testsuites tests=\"{}\" failures=\"{}\" errors=\"0\">\n",
                                  results.size(), counts.failed);
    for (std::size_t begin = 0; begin < results.size();) {
        std::size_t end = begin;
        while (end < results.size() && results[end].file == results[begin].file) ++end;
        out += suite_as_junit(results.subspan(begin, end - begin));
        begin = end;
    }
    return out + "</testsuites>\n";
}

}  // namespace weft::cli
