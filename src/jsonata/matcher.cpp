#include "jsonata/matcher.h"

#include "jsonata/adapter.h"
#include "jsonata/fault_table.h"
#include "jsonata/functions/wtf8.h"
#include "jsonata/regex_call.h"
#include "jsonata/regex_literal.h"

#include <algorithm>
#include <cmath>

namespace weft::jsonata {

namespace {

// The object that a regular expression gives as a function.
Item match_object(Evaluator& evaluator, functions::RegexScan& scan, const Function& function,
                  const Item& text, std::size_t passed)
{
    auto* object = new Object;
    Item result = Item::own(object);
    object->members.emplace_back("match", text_item(scan.match()));
    object->members.emplace_back("start", Item(static_cast<double>(scan.start())));
    object->members.emplace_back("end", Item(static_cast<double>(scan.end())));
    std::vector<json::Value> groups;
    for (std::size_t i = 0; i < scan.groups(); ++i) {
        const auto group = scan.group(i);
        groups.push_back(group ? json::Value(*group) : json::Value());
    }
    object->members.emplace_back("groups", groups_item(std::move(groups)));
    auto* next = new Function(Function::Kind::NextMatch);
    next->regex = function.regex;
    next->input = text;
    next->offset = passed + 1;
    object->members.emplace_back("next", Item::own(next));
    (void)evaluator;
    return result;
}

}  // namespace

tl::expected<std::shared_ptr<const functions::Regex>, Fault> make_regex(std::string_view pattern,
                                                                        std::string_view flags)
{
    auto regex = functions::Regex::make(pattern, flags);
    if (regex) return std::move(*regex);
    Fault fault;
    fault.kind = FaultKind::Syntax;
    fault.code = regex.error().code;
    for (const functions::Insert& given : regex.error().inserts)
        if (given.name == "value") fault.value = given.value;
    fault.message = fault_message(regex.error());
    return tl::unexpected(std::move(fault));
}

Item call_regex(Evaluator& evaluator, const Function& function, ItemVector& arguments)
{
    Item text = function.input;
    if (function.kind == Function::Kind::Regex && !arguments.empty()) text = arguments[0];
    if (!text.is_string()) return {};
    const Item held = text;
    functions::RegexBuffers buffers;
    functions::RegexScan scan(*function.regex, held.text(), buffers, evaluator.meter());
    for (std::size_t passed = 0;; ++passed) {
        const functions::Outcome<bool> found = scan.next();
        if (!found) return evaluator.fail(found.error());
        if (!*found) return {};
        if (passed == function.offset) return match_object(evaluator, scan, function, held, passed);
    }
}

Item groups_item(std::vector<json::Value> groups)
{
    if (std::ranges::none_of(groups, &json::Value::is_null))
        return json::Value::array(std::move(groups));
    List* list = List::make();
    for (json::Value& group : groups) list->push(group.is_null() ? Item() : Item(std::move(group)));
    return Item::own(list);
}

Matcher::Matcher(Evaluator& evaluator, const Item& pattern, std::string_view text)
    : m_evaluator(evaluator), m_text(text), m_function(pattern)
{
    const Function* function = pattern.function();
    if (function == nullptr || function->kind != Function::Kind::Regex) return;
    m_buffers.emplace();
    m_scan.emplace(*function->regex, text, *m_buffers, evaluator.meter());
}

bool Matcher::next()
{
    if (!m_scan) return next_given();
    const functions::Outcome<bool> found = m_scan->next();
    if (!found) m_evaluator.fail(found.error());
    if (!found || !*found) return false;
    m_start = m_scan->start();
    m_end = m_scan->end();
    m_match = m_scan->match();
    m_groups.clear();
    for (std::size_t i = 0; i < m_scan->groups(); ++i) {
        const auto group = m_scan->group(i);
        m_groups.emplace_back(group ? std::optional<std::string>(*group) : std::nullopt);
    }
    return true;
}

bool Matcher::next_given()
{
    ItemVector arguments;
    if (m_first) arguments.emplace_back(json::Value(m_text));
    m_first = false;
    const Item given = m_evaluator.apply(m_function, std::move(arguments), Item());
    if (given.failed() || given.is_undefined()) return false;
    const Item start = member_of(given, "start");
    const Item end = member_of(given, "end");
    const Item groups = member_of(given, "groups");
    const Item following = member_of(given, "next");
    if (!start.is_number() && !end.is_number() && !groups.is_array() && !following.is_function()) {
        m_evaluator.fail("T1010");
        return false;
    }
    const auto place = [](const Item& item) {
        const double number = item.is_number() ? item.number() : 0;
        return number > 0 ? static_cast<std::size_t>(std::min(number, 1e15)) : std::size_t{0};
    };
    m_start = place(start);
    m_end = place(end);
    const Item match = member_of(given, "match");
    m_match = match.is_string() ? std::string(match.text()) : std::string();
    m_given_groups = groups;
    m_groups.clear();
    const ArrayView items(groups);
    for (std::size_t i = 0; i < items.size(); ++i) {
        const Item item = items.at(i);
        m_groups.emplace_back(item.is_string() ? std::optional<std::string>(item.text())
                                               : std::nullopt);
    }
    m_function = following;
    return true;
}

std::string Matcher::slice(std::size_t begin, std::size_t end) const
{
    const auto byte_of = [&](std::size_t units) {
        std::size_t at = 0;
        std::size_t passed = 0;
        while (at < m_text.size() && passed < units) {
            passed += static_cast<unsigned char>(m_text[at]) >= 0xF0 ? 2 : 1;
            at = functions::next_character(m_text, at);
        }
        return at;
    };
    const std::size_t from = byte_of(begin);
    const std::size_t to = std::max(from, end == SIZE_MAX ? m_text.size() : byte_of(end));
    return std::string(m_text.substr(from, to - from));
}

}  // namespace weft::jsonata
