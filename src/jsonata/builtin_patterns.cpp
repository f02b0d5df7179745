// $contains, $match, $replace, $split: with a text, a regular expression or a matcher function.
// JSONata, String functions: https://docs.jsonata.org/string-functions

#include "jsonata/adapter.h"
#include "jsonata/families.h"
#include "jsonata/matcher.h"

#include "jsonata/functions/pattern_text.h"
#include "jsonata/functions/text.h"
#include "jsonata/functions/wtf8.h"

#include <algorithm>
#include <span>

namespace weft::jsonata::builtin {

namespace {

std::optional<double> limit_of(const Item& item)
{
    return item.is_undefined() ? std::nullopt : std::optional(item.number());
}

const functions::Regex* regex_of(const Item& pattern)
{
    const Function* function = pattern.function();
    return function != nullptr && function->kind == Function::Kind::Regex ? function->regex
                                                                          : nullptr;
}

Item list_of(Evaluator& evaluator, functions::Outcome<std::vector<json::Value>>&& values)
{
    if (!values) return evaluator.fail(values.error());
    if (!evaluator.spend(values->size())) return failed();
    return json::Value::array(std::move(*values));
}

// The object that a replacing function is given.
Item match_argument(Evaluator& evaluator, const Matcher& matcher)
{
    std::vector<json::Value> groups;
    for (const auto& group : matcher.groups())
        groups.push_back(group ? json::Value(*group) : json::Value());
    auto* object = new Object;
    Item result = Item::own(object);
    object->members.emplace_back("match", text_item(matcher.match()));
    object->members.emplace_back("start", Item(static_cast<double>(matcher.start())));
    object->members.emplace_back("end", Item(static_cast<double>(matcher.end())));
    object->members.emplace_back("groups", groups_item(std::move(groups)));
    return evaluator.settled(std::move(result));
}

// A match in JSON, in which a group that took no part is null.
Item match_item(json::Value match)
{
    const std::span<const json::Value> groups = match.find("groups")->items();
    if (std::ranges::none_of(groups, &json::Value::is_null)) return match;
    auto* object = new Object;
    Item result = Item::own(object);
    for (const json::Member& member : match.members())
        object->members.emplace_back(member.key, member.key == "groups"
                                                     ? groups_item({groups.begin(), groups.end()})
                                                     : Item(member.value));
    return result;
}

// With a function for a replacement, or a function for a pattern.
Item replace_by_matches(const Call& call)
{
    Evaluator& evaluator = call.evaluator;
    const auto limit = functions::replace_limit(limit_of(call[3]));
    if (!limit) return evaluator.fail(limit.error());
    const std::string_view text = call[0].text();
    Matcher matcher(evaluator, call[1], text);
    std::string out;
    std::size_t position = 0;
    for (std::size_t count = 0; count < *limit && matcher.next(); ++count) {
        out += matcher.slice(position, matcher.start());
        if (call[2].is_string()) {
            const std::vector<std::optional<std::string_view>> groups(matcher.groups().begin(),
                                                                      matcher.groups().end());
            functions::append_replacement(out, call[2].text(), matcher.match(), groups);
        } else {
            const Item replaced =
                evaluator.apply(call[2], {match_argument(evaluator, matcher)}, Item());
            if (replaced.failed()) return replaced;
            if (!replaced.is_string()) return evaluator.fail("D3012", replaced);
            out += replaced.text();
        }
        position = matcher.start() + functions::count_utf16_units(matcher.match());
        if (!evaluator.can_hold(out.size() * 2) || !evaluator.spend(1 + text.size() / 64))
            return failed();
    }
    if (evaluator.failed()) return failed();
    out += matcher.slice(position, SIZE_MAX);
    return text_item(out);
}

}  // namespace

Item contains(const Call& call)
{
    if (!call.has(0) || !call.has(1)) return {};
    Evaluator& evaluator = call.evaluator;
    if (call[1].is_string()) return Item(functions::contains(call[0].text(), call[1].text()));
    if (const functions::Regex* regex = regex_of(call[1])) {
        functions::RegexBuffers buffers;
        const auto found =
            functions::contains(call[0].text(), *regex, {buffers, evaluator.meter()});
        return found ? Item(*found) : evaluator.fail(found.error());
    }
    Matcher matcher(evaluator, call[1], call[0].text());
    const bool found = matcher.next();
    return evaluator.failed() ? failed() : Item(found);
}

Item match(const Call& call)
{
    if (!call.has(0)) return {};
    Evaluator& evaluator = call.evaluator;
    const std::optional<double> limit = limit_of(call[2]);
    List* out = List::make(true);
    Item result = Item::own(out);
    if (const functions::Regex* regex = regex_of(call[1])) {
        functions::RegexBuffers buffers;
        auto matches = functions::match(call[0].text(), *regex, limit, {buffers, evaluator.meter()},
                                        evaluator.bytes_left());
        if (!matches) return evaluator.fail(matches.error());
        if (!evaluator.spend(matches->size())) return failed();
        for (json::Value& one : *matches) out->push(match_item(std::move(one)));
        return result;
    }
    if (limit && *limit < 0) return fail_argument(evaluator, "D3040", call[2], 3);
    Matcher matcher(evaluator, call[1], call[0].text());
    for (double count = 0; (!limit || count < *limit) && matcher.next(); ++count) {
        auto* object = new Object;
        const Item one = Item::own(object);
        object->members.emplace_back("match", text_item(matcher.match()));
        object->members.emplace_back("index", Item(static_cast<double>(matcher.start())));
        if (!matcher.given_groups().is_undefined())
            object->members.emplace_back("groups", matcher.given_groups());
        out->push(evaluator.settled(one));
        if (!evaluator.spend(1)) return failed();
    }
    return evaluator.failed() ? failed() : result;
}

Item replace(const Call& call)
{
    if (!call.has(0)) return {};
    Evaluator& evaluator = call.evaluator;
    const functions::Regex* regex = regex_of(call[1]);
    const std::optional<double> limit = limit_of(call[3]);
    if (!call.has(1) || !call.has(2)) {
        // What is there is looked at even if another argument is undefined.
        if (call[1].is_string() && call[1].text().empty())
            return fail_argument(evaluator, "D3010", call[1], 2);
        const auto most = functions::replace_limit(limit);
        return most ? call[0] : evaluator.fail(most.error());
    }
    if (call[1].is_string() && call[2].is_string())
        return text_item(evaluator,
                         functions::replace(call[0].text(), call[1].text(), call[2].text(), limit,
                                            evaluator.bytes_left()));
    if (regex != nullptr && call[2].is_string()) {
        functions::RegexBuffers buffers;
        return text_item(evaluator,
                         functions::replace(call[0].text(), *regex, call[2].text(), limit,
                                            {buffers, evaluator.meter()}, evaluator.bytes_left()));
    }
    if (!call[1].is_string()) return replace_by_matches(call);
    // A text replaced by what a function makes of it.
    if (call[1].text().empty()) return fail_argument(evaluator, "D3010", call[1], 2);
    const auto most = functions::replace_limit(limit);
    if (!most) return evaluator.fail(most.error());
    const std::string_view text = call[0].text();
    std::string out;
    std::size_t at = 0;
    for (std::size_t count = 0; count < *most; ++count) {
        const std::size_t found = text.find(call[1].text(), at);
        if (found == std::string_view::npos) break;
        out += text.substr(at, found - at);
        const Item replaced = evaluator.apply(call[2], {call[1]}, Item());
        if (replaced.failed()) return replaced;
        if (!replaced.is_string()) return evaluator.fail("D3012", replaced);
        out += replaced.text();
        at = found + call[1].text().size();
        if (!evaluator.can_hold(out.size() * 2) || !evaluator.spend(1)) return failed();
    }
    out += text.substr(at);
    return text_item(out);
}

Item split(const Call& call)
{
    if (!call.has(0)) return {};
    Evaluator& evaluator = call.evaluator;
    const std::optional<double> limit = limit_of(call[2]);
    const std::string_view text = call[0].text();
    if (!evaluator.can_hold(text.size() * sizeof(json::Value))) return failed();
    if (call[1].is_string())
        return list_of(evaluator, functions::split(text, call[1].text(), limit));
    if (const functions::Regex* regex = regex_of(call[1])) {
        functions::RegexBuffers buffers;
        return list_of(evaluator,
                       functions::split(text, *regex, limit, {buffers, evaluator.meter()}));
    }
    if (limit && *limit < 0) return fail_argument(evaluator, "D3020", call[2], 3);
    if (!call.has(1)) {
        std::vector<json::Value> whole;
        if (!limit || *limit > 0) whole.emplace_back(text);
        return list_of(evaluator, std::move(whole));
    }
    Matcher matcher(evaluator, call[1], text);
    std::vector<json::Value> parts;
    std::size_t start = 0;
    double count = 0;
    for (; (!limit || count < *limit) && matcher.next(); ++count) {
        parts.emplace_back(matcher.slice(start, matcher.start()));
        start = matcher.end();
        if (!evaluator.spend(1 + text.size() / 64)) return failed();
    }
    if (evaluator.failed()) return failed();
    if (!limit || count < *limit) parts.emplace_back(matcher.slice(start, SIZE_MAX));
    return list_of(evaluator, std::move(parts));
}

}  // namespace weft::jsonata::builtin
