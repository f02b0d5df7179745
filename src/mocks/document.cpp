#include "mocks/document.h"

#include "base/suggest.h"
#include "mocks/yaml_value.h"
#include "json/pointer.h"
#include "json/source_map.h"

#include <fmt/format.h>
#include <utility>
#include <vector>

namespace weft::mocks {

Result<Document> Document::parse(std::string_view text, std::string name)
{
    // A text that is JSON is read as JSON: YAML's readers know neither all its escapes nor all its
    // numbers. Otherwise YAML decides, and flow style may begin with the same characters.
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first != std::string_view::npos && (text[first] == '{' || text[first] == '[')) {
        if (auto value = json::parse(text)) {
            Document document = of(*std::move(value), std::move(name));
            document.m_json_places =
                std::make_shared<const json::SourceMap>(TRY(json::map_source(text)));
            return document;
        }
    }
    auto read = read_yaml(text);
    if (!read) return fail(read.error().code, "{}:{}", name, read.error().message);
    Document document = of(std::move(read->value), std::move(name));
    document.m_places = std::make_shared<const Places>(std::move(read->places));
    return document;
}

Document Document::of(json::Value value, std::string name)
{
    Document document;
    document.m_value = std::move(value);
    document.m_name = std::move(name);
    return document;
}

std::string Document::place(std::string_view pointer) const
{
    if (m_json_places) {
        const json::Position& key = m_json_places->nearest(pointer).key;
        return fmt::format("{}:{}:{}", m_name, key.line, key.column);
    }
    if (m_places) {
        if (const auto found = m_places->find(pointer); found != m_places->end()) {
            return fmt::format("{}:{}:{}", m_name, found->second.line, found->second.column);
        }
        return m_name;
    }
    return pointer.empty() ? m_name : fmt::format("{} at {}", m_name, pointer);
}

namespace {

std::string_view kind_name(const json::Value& value)
{
    switch (value.kind()) {
    case json::Kind::Null: return "nothing";
    case json::Kind::Bool: return "a boolean";
    case json::Kind::String: return "a text";
    case json::Kind::Array: return "a list";
    case json::Kind::Object: return "a mapping";
    default: return "a number";
    }
}

}  // namespace

std::optional<Node> Node::find(std::string_view key) const
{
    const json::Value* value = m_value->find(key);
    if (value == nullptr) return {};
    return Node(m_document, value,
                fmt::format("{}/{}", m_pointer, json::escape_pointer_token(key)));
}

Node Node::member(std::size_t index) const
{
    const json::Member& member = m_value->members()[index];
    return Node(m_document, &member.value,
                fmt::format("{}/{}", m_pointer, json::escape_pointer_token(member.key.view())));
}

std::string_view Node::member_key(std::size_t index) const
{
    return m_value->members()[index].key.view();
}

Node Node::item(std::size_t index) const
{
    return Node(m_document, m_value->at(index), fmt::format("{}/{}", m_pointer, index));
}

Result<> Node::expect_object(std::string_view what,
                             std::initializer_list<std::string_view> known) const
{
    if (!m_value->is_object()) {
        return fail(fmt::format("{} must be a mapping, {} given", what, kind_name(*m_value)));
    }
    for (std::size_t i = 0; i < m_value->size(); ++i) {
        const std::string_view key = member_key(i);
        bool found = false;
        for (const std::string_view name : known) found = found || name == key;
        if (found) continue;
        const std::vector<std::string_view> names(known);
        std::string hint = did_you_mean(key, names);
        if (hint.empty()) hint = fmt::format("; the fields are {}", fmt::join(names, ", "));
        return member(i).fail(fmt::format("unknown field '{}' in {}{}", key, what, hint));
    }
    return {};
}

Result<std::string> Node::text(std::string_view what) const
{
    if (m_value->is_string()) return std::string(m_value->as_string());
    return fail(fmt::format("{} must be a text, {} given", what, kind_name(*m_value)));
}

Result<bool> Node::boolean(std::string_view what) const
{
    if (m_value->is_bool()) return m_value->as_bool();
    return fail(fmt::format("{} must be true or false, {} given", what, kind_name(*m_value)));
}

Result<std::int64_t> Node::integer(std::string_view what, std::int64_t least,
                                   std::int64_t most) const
{
    if (m_value->kind() == json::Kind::Int && m_value->as_int() >= least &&
        m_value->as_int() <= most) {
        return m_value->as_int();
    }
    return fail(fmt::format("{} must be a whole number from {} to {}", what, least, most));
}

Result<double> Node::number(std::string_view what, double least, double most) const
{
    if (m_value->is_number()) {
        const double value = m_value->as_double();
        if (value >= least && value <= most) return value;
    }
    return fail(fmt::format("{} must be a number from {} to {}", what, least, most));
}

tl::unexpected<Error> Node::fail(std::string message) const
{
    return fail_at(ErrorCode::InvalidInput, m_pointer, "{}: {}", place(), message);
}

}  // namespace weft::mocks
