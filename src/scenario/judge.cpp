#include "scenario/judge.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <string_view>
#include <utility>

namespace weft::scenario {
namespace {

constexpr double tolerance_seconds = 0.0005;  // half of what the clock counts in

// A path with {each: …} or with states whose branches are left open is compared as lines in which
// both sides are written the same way.
class PathView {
public:
    explicit PathView(const json::Value& expected) { learn(expected); }

    std::vector<std::string> lines(const json::Value& path) const
    {
        std::vector<std::string> out;
        write(path, {}, out);
        return out;
    }

private:
    enum class Style : std::uint8_t { Listed, Closed, Each, EachCounted };

    // How the expectation writes each state; names are unique in a state machine.
    void learn(const json::Value& path)
    {
        for (const json::Value& visit : path.items()) {
            if (visit.is_string()) {
                m_styles.emplace(visit.as_string(), Style::Closed);
                continue;
            }
            const json::Member& fork = visit.members().front();
            const std::string name(fork.key.view());
            if (fork.value.is_array()) {
                m_styles[name] = Style::Listed;
                for (const json::Value& child : fork.value.items()) learn(child);
            } else {
                const bool counted = fork.value.find("times") != nullptr;
                m_styles[name] = counted ? Style::EachCounted : Style::Each;
                learn(*fork.value.find("each"));
            }
        }
    }

    void write(const json::Value& path, const std::string& indent,
               std::vector<std::string>& out) const
    {
        for (const json::Value& visit : path.items()) {
            if (visit.is_string()) {
                out.push_back(indent + std::string(visit.as_string()));
                continue;
            }
            const json::Member& fork = visit.members().front();
            const auto known = m_styles.find(fork.key.view());
            const Style style = known == m_styles.end() ? Style::Listed : known->second;
            out.push_back(indent + std::string(fork.key.view()));
            if (style != Style::Closed) write_fork(fork.value, style, indent, out);
        }
    }

    void write_fork(const json::Value& fork, Style style, const std::string& indent,
                    std::vector<std::string>& out) const
    {
        const std::string below = indent + "    ";
        if (fork.is_object()) {
            const json::Value* times = fork.find("times");
            write_each(*fork.find("each"), times != nullptr ? times->as_uint() : 0, style, indent,
                       out);
            return;
        }
        const auto children = fork.items();
        if (style != Style::Listed && !children.empty()) {
            const std::vector<std::string> first = lines(children.front());
            bool same = true;
            for (const json::Value& child : children.subspan(1))
                same = same && lines(child) == first;
            if (same) {
                write_each_head(children.size(), style, indent, out);
                for (const std::string& line : first) out.push_back(below + line);
                return;
            }
        }
        for (std::size_t i = 0; i < children.size(); ++i) {
            out.push_back(fmt::format("{}  [{}]", indent, i));
            write(children[i], below, out);
        }
    }

    void write_each(const json::Value& path, std::uint64_t times, Style style,
                    const std::string& indent, std::vector<std::string>& out) const
    {
        write_each_head(times, style, indent, out);
        write(path, indent + "    ", out);
    }

    static void write_each_head(std::uint64_t times, Style style, const std::string& indent,
                                std::vector<std::string>& out)
    {
        out.push_back(style == Style::EachCounted ? fmt::format("{}  [each of {}]", indent, times)
                                                  : indent + "  [each]");
    }

    std::map<std::string, Style, std::less<>> m_styles;
};

Line expected_line(std::string text)
{
    return {Line::Mark::Expected, std::move(text)};
}

Line actual_line(std::string text)
{
    return {Line::Mark::Actual, std::move(text)};
}

std::string calls_text(std::uint64_t count)
{
    return count == 1 ? "1 call" : fmt::format("{} calls", count);
}

class Judge {
public:
    explicit Judge(const Observed& observed) : m_observed(observed) {}

    std::vector<Mismatch> judge(const Expectation& expect)
    {
        status(expect);
        if (expect.output && m_observed.output) value("output", *expect.output, *m_observed.output);
        if (expect.error) text("error", *expect.error, m_observed.error);
        if (expect.cause) text("cause", *expect.cause, m_observed.cause);
        if (expect.path) path(*expect.path);
        for (const ExpectedCalls& expected : expect.calls) calls(expected);
        if (expect.time) time(*expect.time);
        if (expect.events) events(*expect.events);
        if (expect.assigned)
            value("assigned", *expect.assigned, json::Value::array(m_observed.trace.assigned()));
        return std::move(m_mismatches);
    }

private:
    void add(std::string what, const std::string& place, std::vector<Line> lines)
    {
        m_mismatches.push_back({std::move(what), place, std::move(lines)});
    }

    void status(const Expectation& expect)
    {
        if (m_observed.status == expect.status) return;
        std::vector<Line> lines = {expected_line(expect.status), actual_line(m_observed.status)};
        // Why is what one wants to know next.
        if (m_observed.error) lines.push_back({Line::Mark::Same, "error: " + *m_observed.error});
        if (m_observed.cause) lines.push_back({Line::Mark::Same, "cause: " + *m_observed.cause});
        add("status", expect.place, std::move(lines));
    }

    void value(std::string what, const Expected& expected, const json::Value& actual)
    {
        const std::vector<Difference> differences = compare(expected.value, actual);
        if (!differences.empty()) add(std::move(what), expected.place, lines_of(differences));
    }

    void text(std::string_view what, const Expected& expected,
              const std::optional<std::string>& actual)
    {
        const std::vector<Difference> differences =
            compare(expected.value, actual ? json::Value(*actual) : json::Value());
        if (differences.empty()) return;
        add(std::string(what), expected.place,
            {expected_line(differences.front().expected.value_or("null")),
             actual_line(differences.front().actual.value_or("null"))});
    }

    void path(const Expected& expected)
    {
        const PathView view(expected.value);
        const std::vector<std::string> wanted = view.lines(expected.value);
        const std::vector<std::string> got = view.lines(m_observed.trace.path());
        if (wanted != got) add("path", expected.place, line_diff(wanted, got));
    }

    void calls(const ExpectedCalls& expected)
    {
        std::vector<const Trace::Call*> made;
        for (const Trace::Call& call : m_observed.trace.calls())
            if (call.state == expected.state) made.push_back(&call);
        const std::string what = fmt::format("calls of '{}'", expected.state);
        const std::uint64_t count =
            expected.each ? expected.each->size() : expected.count.value_or(made.size());
        if (made.size() != count)
            add(what, expected.place,
                {expected_line(calls_text(count)), actual_line(calls_text(made.size()))});
        for (std::size_t i = 0; i < made.size(); ++i) {
            const std::string one =
                fmt::format("arguments of call {} of '{}'", i + 1, expected.state);
            if (expected.each && i < expected.each->size())
                value(one, (*expected.each)[i], made[i]->arguments);
            else if (expected.all)
                value(one, *expected.all, made[i]->arguments);
        }
    }

    void time(const ExpectedTime& expected)
    {
        const double seconds = m_observed.simulated_seconds;
        if (seconds >= expected.seconds_min - tolerance_seconds &&
            seconds <= expected.seconds_max + tolerance_seconds)
            return;
        const std::string wanted =
            expected.seconds_min == expected.seconds_max
                ? fmt::format("{} s", expected.seconds_min)
                : fmt::format("{} s to {} s", expected.seconds_min, expected.seconds_max);
        add("simulated_seconds", expected.place,
            {expected_line(wanted), actual_line(fmt::format("{} s", seconds))});
    }

    void events(const Expected& expected)
    {
        std::vector<std::string> wanted;
        bool with_ids = false;
        for (const json::Value& event : expected.value.items()) {
            wanted.emplace_back(event.as_string());
            with_ids = with_ids || event.as_string().find('<') != std::string_view::npos;
        }
        std::vector<std::string> got = m_observed.trace.outline();
        if (!with_ids)
            for (std::string& event : got) event.erase(0, event.find(' ') + 1);
        if (wanted != got) add("events", expected.place, line_diff(wanted, got));
    }

    const Observed& m_observed;
    std::vector<Mismatch> m_mismatches;
};

}  // namespace

std::vector<Mismatch> judge(const Expectation& expect, const Observed& observed)
{
    return Judge(observed).judge(expect);
}

}  // namespace weft::scenario
