#include "asl/template.h"

#include "asl/reader.h"
#include "asl/template_compile.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weft::asl {
namespace {

constexpr std::string_view suffix = ".$";

bool is_literal(const Template& compiled)
{
    return std::holds_alternative<Template::Literal>(compiled.node);
}

Template literal(json::Value value)
{
    return Template{Template::Literal{std::move(value)}};
}

std::optional<Template::Field> compile_dynamic(const json::Member& member, const Place& object,
                                               Reader& reader)
{
    const std::string_view key = member.key;
    std::string problem = "the value is no text";
    std::optional<Template> compiled;
    if (member.value.is_string()) {
        compiled = compile_expression(member.value.as_string(), reader, problem);
    }
    if (!compiled) {
        // AWS: the message names the field, the place is the object around it
        // (recorded: "… 'parsed.$' … at /States/IntrinsicEscape/Parameters").
        reader.schema_error(fmt::format("The value for the field '{}' must be a valid JSONPath or "
                                        "a valid intrinsic function call",
                                        key),
                            object, std::move(problem));
        return std::nullopt;
    }
    Template::Field field{json::String(key.substr(0, key.size() - suffix.size())),
                          std::string(key),
                          std::string(member.value.as_string()),
                          {}};
    field.value.push_back(*std::move(compiled));
    return field;
}

Template compile_object(const json::Value& value, const Place& place, Reader& reader,
                        QueryScope scope)
{
    const bool jsonpath = reader.language() == QueryLanguage::JsonPath;
    Template::Object object;
    object.fields.reserve(value.size());
    bool all_literal = true;
    for (const json::Member& member : value.members()) {
        if (jsonpath && is_expression_key(member.key)) {
            all_literal = false;
            auto field = compile_dynamic(member, place, reader);
            if (!field) continue;
            // ASL: a field may not be there both with and without the suffix.
            if (value.find(field->key.view()) != nullptr) {
                reader.schema_error(
                    fmt::format("The field '{}' is given twice: as '{}' and as '{}'",
                                field->key.view(), field->key.view(), field->source),
                    place);
            }
            object.fields.push_back(*std::move(field));
            continue;
        }
        const Place inner = place.field(member.key);
        if (jsonpath && member.value.is_string() &&
            looks_like_expression(member.value.as_string())) {
            reader.findings().warning(
                code::no_dollar,
                fmt::format("The value of the field '{}' looks like a JSONPath or an intrinsic "
                            "function call, but the name of the field does not end with '.$'",
                            member.key.view()),
                inner, fmt::format("write '{}.$' to have it evaluated", member.key.view()));
        }
        Template::Field field{member.key, std::string(member.key.view()), {}, {}};
        field.value.push_back(compile_template(member.value, inner, reader, scope));
        all_literal = all_literal && is_literal(field.value.front());
        object.fields.push_back(std::move(field));
    }
    if (all_literal) return literal(value);
    return Template{std::move(object)};
}

Template compile_array(const json::Value& value, const Place& place, Reader& reader,
                       QueryScope scope)
{
    Template::Array array;
    array.items.reserve(value.size());
    std::size_t index = 0;
    for (const json::Value& item : value.items()) {
        const Place inner = place.item(index++);
        array.items.push_back(compile_template(item, inner, reader, scope));
    }
    if (std::ranges::all_of(array.items, is_literal)) return literal(value);
    return Template{std::move(array)};
}

Template compile_text(const json::Value& value, const Place& place, Reader& reader,
                      QueryScope scope)
{
    auto query = compile_query(value.as_string(), place, reader, scope);
    if (!query) return literal(value);
    return Template{Template::Computed{*std::move(query), reader.field_of(place)}};
}

}  // namespace

bool looks_like_expression(std::string_view text)
{
    return text.starts_with("$.") || text.starts_with("$[") || text.starts_with("$$.") ||
           (text.starts_with("States.") && text.ends_with(')'));
}

bool is_expression_key(std::string_view key)
{
    return key.ends_with(suffix);
}

std::optional<Template> compile_expression(std::string_view text, Reader& reader,
                                           std::string& problem)
{
    if (text.starts_with('$')) {
        auto path = jsonpath::Path::parse(text);
        if (path) {
            reader.reads(path->variables());
            return Template{Template::Path{*std::move(path)}};
        }
        problem = std::move(path).error().message;
        return std::nullopt;
    }
    auto expression = intrinsics::Expression::parse(text);
    if (expression) {
        reader.reads(expression->variables());
        return Template{Template::Intrinsic{*std::move(expression)}};
    }
    problem = std::move(expression).error().message;
    return std::nullopt;
}

Template compile_template(const json::Value& value, const Place& place, Reader& reader,
                          QueryScope scope)
{
    if (value.is_object()) return compile_object(value, place, reader, scope);
    if (value.is_array()) return compile_array(value, place, reader, scope);
    if (value.is_string() && reader.language() == QueryLanguage::Jsonata &&
        query_text(value.as_string()))
        return compile_text(value, place, reader, scope);
    return literal(value);
}

}  // namespace weft::asl
