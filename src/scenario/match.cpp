#include "scenario/match.h"

#include "base/suggest.h"
#include "encoding/timestamp.h"
#include "json/write.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace weft::scenario {
namespace {

constexpr std::size_t shown_bytes_max = 400;
constexpr std::size_t cells_max = 4'000'000;  // of line_diff's table

enum class Matcher : std::uint8_t { None, Is, Contains, Literal };

struct MatcherRow {
    std::string_view key;
    Matcher matcher;
};
constexpr std::array matchers = {
    MatcherRow{"$contains", Matcher::Contains},
    MatcherRow{"$is", Matcher::Is},
    MatcherRow{"$literal", Matcher::Literal},
};

bool looks_like_uuid(std::string_view text)
{
    constexpr std::size_t length = 36;
    if (text.size() != length) return false;
    for (std::size_t i = 0; i < length; ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const char c = text[i];
        const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (dash ? c != '-' : !hex) return false;
    }
    return true;
}

using Fits = bool (*)(const json::Value&);
struct KindRow {
    std::string_view name;
    Fits test;
};
constexpr std::array kinds = {
    KindRow{"any", [](const json::Value&) { return true; }},
    KindRow{"array", [](const json::Value& value) { return value.is_array(); }},
    KindRow{"boolean", [](const json::Value& value) { return value.is_bool(); }},
    KindRow{"null", [](const json::Value& value) { return value.is_null(); }},
    KindRow{"number", [](const json::Value& value) { return value.is_number(); }},
    KindRow{"object", [](const json::Value& value) { return value.is_object(); }},
    KindRow{"string", [](const json::Value& value) { return value.is_string(); }},
    KindRow{"timestamp",
            [](const json::Value& value) {
                return value.is_string() &&
                       encoding::parse_timestamp(value.as_string()).has_value();
            }},
    KindRow{"uuid",
            [](const json::Value& value) {
                return value.is_string() && looks_like_uuid(value.as_string());
            }},
};

const KindRow* find_kind(const json::Value& name)
{
    if (!name.is_string()) return nullptr;
    const auto* row = std::ranges::find(kinds, name.as_string(), &KindRow::name);
    return row == kinds.end() ? nullptr : row;
}

std::pair<Matcher, const json::Value*> matcher_of(const json::Value& expected)
{
    if (!expected.is_object() || expected.size() != 1) return {Matcher::None, nullptr};
    const json::Member& member = expected.members().front();
    const auto* row = std::ranges::find(matchers, member.key.view(), &MatcherRow::key);
    if (row == matchers.end()) return {Matcher::None, nullptr};
    return {row->matcher, &member.value};
}

std::string shown(const json::Value& value)
{
    std::string text = json::write(value);
    if (text.size() <= shown_bytes_max) return text;
    std::size_t end = shown_bytes_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    const std::size_t rest = text.size() - end;
    text.resize(end);
    return fmt::format("{}... and {} bytes more", text, rest);
}

std::string member_path(const std::string& path, std::string_view key)
{
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    };
    if (!key.empty() && std::ranges::all_of(key, plain)) return fmt::format("{}.{}", path, key);
    std::string quoted;
    json::write_string_to(quoted, key);
    return fmt::format("{}[{}]", path, quoted);
}

class Comparison {
public:
    // `partial`: objects may have members that are not expected.
    void compare(const json::Value& expected, const json::Value& actual, const std::string& path,
                 bool partial)
    {
        const auto [matcher, argument] = matcher_of(expected);
        switch (matcher) {
        case Matcher::Is: return is(*argument, actual, path);
        case Matcher::Contains: return contains(*argument, actual, path);
        case Matcher::Literal: return literal(*argument, actual, path);
        case Matcher::None: break;
        }
        if (expected.is_object() && actual.is_object())
            return objects(expected, actual, path, partial);
        if (expected.is_array() && actual.is_array())
            return arrays(expected, actual, path, partial);
        literal(expected, actual, path);
    }

    std::vector<Difference> take()
    {
        if (m_found > differences_max)
            m_differences.push_back(
                {fmt::format("... and {} more", m_found - differences_max), {}, {}});
        return std::move(m_differences);
    }
    bool differs() const { return m_found > 0; }

private:
    void add(const std::string& path, std::optional<std::string> expected,
             std::optional<std::string> actual)
    {
        if (++m_found <= differences_max)
            m_differences.push_back({path, std::move(expected), std::move(actual)});
    }

    void literal(const json::Value& expected, const json::Value& actual, const std::string& path)
    {
        if (!json::equivalent(expected, actual)) add(path, shown(expected), shown(actual));
    }

    void is(const json::Value& names, const json::Value& actual, const std::string& path)
    {
        const auto fits = [&](const json::Value& name) {
            const KindRow* row = find_kind(name);
            return row != nullptr && row->test(actual);
        };
        const bool good = names.is_array() ? std::ranges::any_of(names.items(), fits) : fits(names);
        if (!good) add(path, fmt::format("{{$is: {}}}", shown(names)), shown(actual));
    }

    void contains(const json::Value& part, const json::Value& actual, const std::string& path)
    {
        if (part.is_string() && actual.is_string()) {
            if (actual.as_string().find(part.as_string()) == std::string_view::npos)
                add(path, fmt::format("{{$contains: {}}}", shown(part)), shown(actual));
        } else if (part.is_array() && actual.is_array()) {
            for (const json::Value& wanted : part.items()) {
                const auto fits = [&](const json::Value& item) {
                    Comparison one;
                    one.compare(wanted, item, path, true);
                    return !one.differs();
                };
                if (!std::ranges::any_of(actual.items(), fits))
                    add(path, fmt::format("an item {}", shown(wanted)), shown(actual));
            }
        } else if (part.is_object() && actual.is_object()) {
            objects(part, actual, path, true);
        } else {
            add(path, fmt::format("{{$contains: {}}}", shown(part)), shown(actual));
        }
    }

    void objects(const json::Value& expected, const json::Value& actual, const std::string& path,
                 bool partial)
    {
        for (const json::Member& member : expected.members()) {
            const std::string below = member_path(path, member.key.view());
            if (const json::Value* value = actual.find(member.key.view()))
                compare(member.value, *value, below, partial);
            else
                add(below, shown(member.value), {});
        }
        if (partial) return;
        for (const json::Member& member : actual.members())
            if (expected.find(member.key.view()) == nullptr)
                add(member_path(path, member.key.view()), {}, shown(member.value));
    }

    void arrays(const json::Value& expected, const json::Value& actual, const std::string& path,
                bool partial)
    {
        const std::size_t most = std::max(expected.size(), actual.size());
        for (std::size_t i = 0; i < most; ++i) {
            const std::string below = fmt::format("{}[{}]", path, i);
            if (i >= actual.size())
                add(below, shown(expected.items()[i]), {});
            else if (i >= expected.size())
                add(below, {}, shown(actual.items()[i]));
            else
                compare(expected.items()[i], actual.items()[i], below, partial);
        }
    }

    std::vector<Difference> m_differences;
    std::size_t m_found = 0;
};

Result<> check_kinds(const mocks::Node& node)
{
    std::vector<std::string_view> names;
    for (const KindRow& row : kinds) names.push_back(row.name);
    if (node.value().is_array()) {
        if (node.value().size() == 0) return node.fail("$is needs at least one kind");
        for (std::size_t i = 0; i < node.value().size(); ++i) TRY(check_kinds(node.item(i)));
        return {};
    }
    const std::string name = TRY(node.text("$is"));
    if (find_kind(node.value()) != nullptr) return {};
    std::string hint = did_you_mean(name, names);
    if (hint.empty()) hint = fmt::format("; the kinds are {}", fmt::join(names, ", "));
    return node.fail(fmt::format("unknown kind '{}'{}", name, hint));
}

}  // namespace

std::vector<Difference> compare(const json::Value& expected, const json::Value& actual)
{
    Comparison comparison;
    comparison.compare(expected, actual, "$", false);
    return comparison.take();
}

Result<> check_expected(const mocks::Node& node)
{
    const json::Value& value = node.value();
    if (value.is_array()) {
        for (std::size_t i = 0; i < value.size(); ++i) TRY(check_expected(node.item(i)));
    }
    if (!value.is_object()) return {};
    if (value.size() == 1 && node.member_key(0).starts_with('$')) {
        switch (matcher_of(value).first) {
        case Matcher::Is: return check_kinds(node.member(0));
        case Matcher::Contains: return check_expected(node.member(0));
        case Matcher::Literal: return {};
        case Matcher::None: break;
        }
        std::vector<std::string_view> names;
        for (const MatcherRow& row : matchers) names.push_back(row.key);
        std::string hint = did_you_mean(node.member_key(0), names);
        if (hint.empty())
            hint = fmt::format("; there are {}; an object that really looks so is written "
                               "{{$literal: …}}",
                               fmt::join(names, ", "));
        return node.member(0).fail(fmt::format("unknown matcher '{}'{}", node.member_key(0), hint));
    }
    for (std::size_t i = 0; i < value.size(); ++i) TRY(check_expected(node.member(i)));
    return {};
}

bool has_matcher(const json::Value& expected)
{
    if (expected.is_array()) return std::ranges::any_of(expected.items(), has_matcher);
    if (!expected.is_object()) return false;
    if (matcher_of(expected).first != Matcher::None) return true;
    return std::ranges::any_of(expected.members(), has_matcher, &json::Member::value);
}

std::vector<Line> lines_of(const std::vector<Difference>& differences)
{
    std::vector<Line> lines;
    for (const Difference& difference : differences) {
        std::string head = difference.path;
        if (difference.expected && !difference.actual) head += " is missing";
        if (!difference.expected && difference.actual) head += " is not expected";
        lines.push_back({Line::Mark::Same, std::move(head)});
        if (difference.expected) lines.push_back({Line::Mark::Expected, *difference.expected});
        if (difference.actual) lines.push_back({Line::Mark::Actual, *difference.actual});
    }
    return lines;
}

std::vector<Line> line_diff(const std::vector<std::string>& expected,
                            const std::vector<std::string>& actual)
{
    const std::size_t rows = expected.size();
    const std::size_t columns = actual.size();
    std::vector<Line> lines;
    if ((rows + 1) * (columns + 1) > cells_max) {
        for (const std::string& text : expected) lines.push_back({Line::Mark::Expected, text});
        for (const std::string& text : actual) lines.push_back({Line::Mark::Actual, text});
        return lines;
    }
    // common[i][j]: how many lines what is left of both has in common.
    std::vector<std::uint32_t> common((rows + 1) * (columns + 1), 0);
    const auto at = [columns](std::size_t i, std::size_t j) { return i * (columns + 1) + j; };
    for (std::size_t i = rows; i-- > 0;)
        for (std::size_t j = columns; j-- > 0;)
            common[at(i, j)] = expected[i] == actual[j]
                                   ? common[at(i + 1, j + 1)] + 1
                                   : std::max(common[at(i + 1, j)], common[at(i, j + 1)]);
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < rows || j < columns) {
        if (i < rows && j < columns && expected[i] == actual[j]) {
            lines.push_back({Line::Mark::Same, expected[i]});
            ++i;
            ++j;
        } else if (j == columns || (i < rows && common[at(i + 1, j)] >= common[at(i, j + 1)])) {
            lines.push_back({Line::Mark::Expected, expected[i++]});
        } else {
            lines.push_back({Line::Mark::Actual, actual[j++]});
        }
    }
    return lines;
}

}  // namespace weft::scenario
