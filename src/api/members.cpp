#include "api/members.h"

#include "encoding/utf8.h"
#include "json/write.h"

#include <fmt/ranges.h>

#include <algorithm>

namespace weft::api {

namespace {

std::string at_most(std::size_t length)
{
    return fmt::format("Member must have length less than or equal to {}", length);
}

std::string at_least(std::size_t length)
{
    return fmt::format("Member must have length greater than or equal to {}", length);
}

bool within(std::size_t given, Length length)
{
    return given >= length.min && given <= length.max;
}

// AWS: recorded: a list is printed as [Shape(member=value, …), …].
std::string printed(const std::vector<json::Value>& items, std::string_view shape)
{
    const auto text_of = [](const json::Value& value) {
        return value.is_string() ? std::string(value.as_string()) : json::write(value);
    };
    std::vector<std::string> texts;
    for (const json::Value& item : items) {
        if (!item.is_object()) {
            texts.push_back(text_of(item));
            continue;
        }
        std::vector<std::string> members;
        for (const json::Member& member : item.members())
            members.push_back(fmt::format("{}={}", member.key.view(), text_of(member.value)));
        texts.push_back(fmt::format("{}({})", shape, fmt::join(members, ", ")));
        if (texts.size() > 100) break;
    }
    return fmt::format("[{}]", fmt::join(texts, ", "));
}

}  // namespace

Members::Members(const json::Value& body, std::string path) : m_body(body), m_path(std::move(path))
{
    if (!body.is_object())
        m_wrong_type = fmt::format("The member '{}' must be an object",
                                   std::string_view(m_path).substr(0, m_path.size() - 1));
}

const json::Value* Members::find(std::string_view name) const
{
    const json::Value* value = m_body.is_object() ? m_body.find(name) : nullptr;
    return value != nullptr && value->is_null() ? nullptr
                                                : value;  // AWS: null is the same as absent
}

void Members::wrong_type(std::string_view name, std::string_view expected)
{
    if (m_wrong_type.empty())
        m_wrong_type = fmt::format("The member '{}{}' must be {}", m_path, name, expected);
}

void Members::violated(std::string_view name, std::string_view value, const std::string& constraint)
{
    m_violations.push_back(fmt::format("Value '{}' at '{}{}' failed to satisfy constraint: {}",
                                       value, m_path, name, constraint));
}

void Members::violated_unseen(std::string_view name, const std::string& constraint)
{
    m_violations.push_back(
        fmt::format("Value at '{}{}' failed to satisfy constraint: {}", m_path, name, constraint));
}

std::optional<std::string> Members::text(std::string_view name, Length length, Secrecy secrecy)
{
    const json::Value* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_string()) {
        wrong_type(name, "a string");
        return std::nullopt;
    }
    const std::string_view given = value->as_string();
    const std::size_t characters = encoding::code_points(given);
    if (!within(characters, length)) {
        const std::string constraint =
            characters > length.max ? at_most(length.max) : at_least(length.min);
        if (secrecy == Secrecy::Sensitive)
            violated_unseen(name, constraint);
        else
            violated(name, given, constraint);
    }
    return std::string(given);
}

std::string Members::required_text(std::string_view name, Length length, Secrecy secrecy)
{
    require(name);
    return text(name, length, secrecy).value_or(std::string());
}

void Members::require(std::string_view name)
{
    if (find(name) != nullptr) return;
    m_violations.push_back(
        fmt::format("Value null at '{}{}' failed to satisfy constraint: Member must not be null",
                    m_path, name));
}

void Members::add(const Members& inside)
{
    if (m_wrong_type.empty()) m_wrong_type = inside.m_wrong_type;
    m_violations.insert(m_violations.end(), inside.m_violations.begin(), inside.m_violations.end());
}

std::vector<json::Value> Members::list(std::string_view name, Length length, std::string_view shape)
{
    const std::optional<json::Value> given = array(name);
    if (!given) return {};
    std::vector<json::Value> items(given->items().begin(), given->items().end());
    if (!within(items.size(), length))
        violated(name, printed(items, shape),
                 items.size() > length.max ? at_most(length.max) : at_least(length.min));
    return items;
}

std::vector<std::string> Members::texts(std::string_view name, Length each)
{
    const std::optional<json::Value> given = array(name);
    if (!given) return {};
    std::vector<std::string> texts;
    bool good = true;
    for (const json::Value& item : given->items()) {
        if (!item.is_string()) {
            wrong_type(name, "an array of strings");
            return {};
        }
        texts.emplace_back(item.as_string());
        good = good && within(encoding::code_points(texts.back()), each);
    }
    // AWS: what is wrong with an item is said of the list, with all that is asked of each.
    if (!good)
        violated(name, fmt::format("[{}]", fmt::join(texts, ", ")),
                 fmt::format("Member must satisfy constraint: [{}, {}]", at_most(each.max),
                             at_least(each.min)));
    return texts;
}

std::optional<std::string> Members::one_of(std::string_view name,
                                           std::initializer_list<std::string_view> values)
{
    std::optional<std::string> given = text(name);
    if (given && std::find(values.begin(), values.end(), *given) == values.end())
        violated(name, *given,
                 fmt::format("Member must satisfy enum value set: [{}]", fmt::join(values, ", ")));
    return given;
}

std::optional<std::int64_t> Members::integer(std::string_view name, Range range)
{
    const json::Value* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (value->kind() != json::Kind::Int) {
        wrong_type(name, "an integer");
        return std::nullopt;
    }
    const std::int64_t given = value->as_int();
    if (given > range.max)
        violated(name, std::to_string(given),
                 fmt::format("Member must have value less than or equal to {}", range.max));
    else if (given < range.min)
        violated(name, std::to_string(given),
                 fmt::format("Member must have value greater than or equal to {}", range.min));
    return given;
}

std::optional<bool> Members::boolean(std::string_view name)
{
    const json::Value* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (value->is_bool()) return value->as_bool();
    wrong_type(name, "a boolean");
    return std::nullopt;
}

std::optional<json::Value> Members::object(std::string_view name)
{
    const json::Value* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (value->is_object()) return *value;
    wrong_type(name, "an object");
    return std::nullopt;
}

std::optional<json::Value> Members::array(std::string_view name)
{
    const json::Value* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (value->is_array()) return *value;
    wrong_type(name, "an array");
    return std::nullopt;
}

Result<> Members::check() const
{
    if (!m_wrong_type.empty()) return fail(ErrorCode::InvalidInput, "{}", m_wrong_type);
    if (m_violations.empty()) return {};
    return fail(ErrorCode::ValidationFailed, "{} validation error{} detected: {}",
                m_violations.size(), m_violations.size() == 1 ? "" : "s",
                fmt::join(m_violations, "; "));
}

}  // namespace weft::api
