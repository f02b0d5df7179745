#include "asl/object.h"

#include "asl/reader.h"
#include "asl/template_compile.h"
#include "base/suggest.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cmath>
#include <string>
#include <vector>

namespace weft::asl {
namespace {

bool has_shape(const json::Value& value, Shape shape)
{
    switch (shape) {
    case Shape::Text: return value.is_string();
    case Shape::Flag: return value.is_bool();
    case Shape::Integer: return value.is_integer();
    case Shape::Number: return value.is_number();
    case Shape::Object: return value.is_object();
    case Shape::Array: return value.is_array();
    case Shape::NonEmptyArray: return value.is_array() && value.size() > 0;
    case Shape::TextOrNull: return value.is_string() || value.is_null();
    case Shape::Any: return true;
    }
    return false;
}

// Whether a value may stand in a field: of the right type, or computed.
bool may_stand(const json::Value& value, const Field& field, QueryLanguage language)
{
    if (has_shape(value, field.shape)) return true;
    return field.dynamic && language == QueryLanguage::Jsonata && value.is_string() &&
           query_text(value.as_string()).has_value();
}

std::string_view language_name(Language language)
{
    return language == Language::Jsonata ? "JSONata" : "JSONPath";
}

std::string_view shape_name(Shape shape)
{
    switch (shape) {
    case Shape::Text:
    case Shape::TextOrNull: return "String";
    case Shape::Flag: return "Boolean";
    case Shape::Integer: return "Integer";
    case Shape::Number: return "Number";
    case Shape::Object: return "Object";
    case Shape::Array:
    case Shape::NonEmptyArray: return "Array";
    case Shape::Any: break;
    }
    return "any";
}

// AWS: bounds of integers are written "0", those of other numbers "0.0".
std::string bound_text(double bound, Shape shape)
{
    return shape == Shape::Integer ? fmt::format("{:.0f}", bound) : fmt::format("{:.1f}", bound);
}

// ASL, Reference Paths: https://states-language.net/spec.html#ref-paths
// Where a field only reads, the path may also start at a variable.
Result<jsonpath::Path> parse_reference(std::string_view text)
{
    jsonpath::Path path = TRY(jsonpath::Path::parse(text));
    if (path.root() != jsonpath::RootKind::Variable)
        return TRY(jsonpath::ReferencePath::parse(text)).path();
    if (path.simple()) return path;
    return fail(ErrorCode::InvalidPath, "a reference path names exactly one place: {}", text);
}

// AWS: what does not begin like a path is no JSONPath; what does may still name more than one
// place.
std::string reference_fault(std::string_view text)
{
    return text.starts_with('$') ? "Value is not a Reference Path"
                                 : "Value must be a valid JSONPath.";
}

std::string unknown_field_hint(std::string_view given, const Rules& rules)
{
    std::vector<std::string_view> names;
    for (const auto block : rules.blocks) {
        for (const Field& field : block) {
            if (field.language != Language::Jsonata) names.push_back(field.name);
        }
    }
    const std::string_view near = suggest(given, names);
    if (!near.empty()) return fmt::format("did you mean '{}'?", near);
    for (const Rules* other : all_rules()) {
        if (other->find(given) != nullptr) {
            return fmt::format("{} has no such field ({} has)", rules.name, other->name);
        }
    }
    return fmt::format("{} has no such field", rules.name);
}

}  // namespace

Object::Object(Reader& reader, const Rules& rules, const json::Value& value, const Place& place)
    : m_reader(reader), m_rules(rules), m_value(value), m_place(place)
{
    check_required();
    for (const json::Member& member : value.members()) check_member(member);
}

void Object::check_required() const
{
    std::vector<std::string_view> missing;
    for (const auto block : m_rules.blocks) {
        for (const Field& field : block) {
            if (field.required && m_value.find(field.name) == nullptr)
                missing.push_back(field.name);
        }
    }
    if (missing.empty()) return;
    m_reader.schema_error(fmt::format("These fields are required: [{}]", fmt::join(missing, ", ")),
                          m_place);
}

void Object::check_member(const json::Member& member) const
{
    const std::string_view name = member.key;
    const Field* field = m_rules.find(name);
    if (field == nullptr) {
        // AWS: at the object, not at the field.
        m_reader.schema_error(fmt::format("Field '{}' is not supported", name), m_place,
                              unknown_field_hint(name, m_rules));
        return;
    }
    const Language here =
        m_reader.language() == QueryLanguage::Jsonata ? Language::Jsonata : Language::JsonPath;
    if (field->language != Language::Both && field->language != here) {
        // AWS: a language that the machine does not allow is all there is to say.
        if (m_reader.language_refused()) return;
        m_reader.schema_error(
            fmt::format("The QueryLanguage is set to '{}', but field '{}' is only supported "
                        "for the '{}' QueryLanguage",
                        language_name(here), name, language_name(field->language)),
            m_place);
        return;
    }
    const Place place = m_place.field(name);
    if (!may_stand(member.value, *field, m_reader.language())) {
        if (field->shape == Shape::NonEmptyArray && member.value.is_array()) {
            m_reader.schema_error("Value cannot be empty", place);
        } else {
            m_reader.schema_error(
                fmt::format("Expected value of type {}", shape_name(field->shape)), place);
        }
        return;
    }
    if (!member.value.is_number()) return;
    const double number = member.value.as_double();
    if (number < field->minimum) {
        m_reader.schema_error(
            fmt::format("Minimum value is {}", bound_text(field->minimum, field->shape)), place);
    } else if (number > field->maximum) {
        m_reader.schema_error(
            fmt::format("Maximum value is {}", bound_text(field->maximum, field->shape)), place);
    }
}

const json::Value* Object::find(std::string_view field) const
{
    const json::Value* value = m_value.find(field);
    if (value == nullptr) return nullptr;
    const Field* row = m_rules.find(field);
    return row != nullptr && may_stand(*value, *row, m_reader.language()) ? value : nullptr;
}

std::string_view Object::text(std::string_view field) const
{
    const json::Value* value = find(field);
    return value != nullptr && value->is_string() ? value->as_string() : std::string_view{};
}

bool Object::flag(std::string_view field) const
{
    const json::Value* value = find(field);
    return value != nullptr && value->is_bool() && value->as_bool();
}

std::optional<std::uint64_t> Object::count(std::string_view field) const
{
    const json::Value* value = find(field);
    if (value == nullptr || !value->is_integer() || value->as_double() < 0) return std::nullopt;
    return value->as_uint();
}

DataPath Object::data_path(std::string_view field) const
{
    DataPath out;
    const json::Value* value = find(field);
    if (value == nullptr) return out;
    if (value->is_null()) {
        out.kind = DataPath::Kind::Discard;
        return out;
    }
    if (auto parsed = path(field)) {
        out.text = std::string(value->as_string());
        // `$` is what an absent field means.
        out.kind = out.text == "$" ? DataPath::Kind::Whole : DataPath::Kind::Path;
        out.path = *std::move(parsed);
    }
    return out;
}

ResultPath Object::result_path(std::string_view field) const
{
    ResultPath out;
    const json::Value* value = find(field);
    if (value == nullptr) return out;
    if (value->is_null()) {
        out.kind = ResultPath::Kind::Discard;
        return out;
    }
    auto parsed = jsonpath::ReferencePath::parse(value->as_string());
    if (!parsed) {
        const Place place = m_place.field(field);
        m_reader.schema_error(reference_fault(value->as_string()), place,
                              std::move(parsed).error().message);
        return out;
    }
    out.text = std::string(value->as_string());
    out.kind = parsed->is_root() ? ResultPath::Kind::Whole : ResultPath::Kind::Path;
    out.path = *std::move(parsed);
    return out;
}

std::optional<jsonpath::Path> Object::path(std::string_view field) const
{
    const json::Value* value = find(field);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    auto parsed = jsonpath::Path::parse(value->as_string());
    if (parsed) {
        m_reader.reads(parsed->variables());
        return *std::move(parsed);
    }
    const Place place = m_place.field(field);
    m_reader.schema_error("Value must be a valid JSONPath.", place,
                          std::move(parsed).error().message);
    return std::nullopt;
}

std::optional<jsonpath::Path> Object::reference_path(std::string_view field) const
{
    const json::Value* value = find(field);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    auto parsed = parse_reference(value->as_string());
    if (parsed) {
        m_reader.reads(parsed->variables());
        return *std::move(parsed);
    }
    const Place place = m_place.field(field);
    m_reader.schema_error(reference_fault(value->as_string()), place,
                          std::move(parsed).error().message);
    return std::nullopt;
}

std::optional<Template> Object::payload(std::string_view field, QueryScope scope) const
{
    const json::Value* value = find(field);
    if (value == nullptr) return std::nullopt;
    const Place place = m_place.field(field);
    return compile_template(*value, place, m_reader, scope);
}

std::optional<Template> Object::path_or_intrinsic(std::string_view field) const
{
    const json::Value* value = find(field);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    std::string problem;
    auto compiled = compile_expression(value->as_string(), m_reader, problem);
    if (compiled) return compiled;
    const Place place = m_place.field(field);
    m_reader.schema_error(value->as_string().starts_with('$')
                              ? fmt::format("The value for the field '{}' must be a valid JSONPath "
                                            "or a valid intrinsic function call",
                                            field)
                              : "Value must be a valid JSONPath.",
                          place, std::move(problem));
    return std::nullopt;
}

std::optional<Query> Object::query(std::string_view field, std::string_view expected) const
{
    const json::Value* value = find(field);
    if (value == nullptr || !value->is_string() || m_reader.language() != QueryLanguage::Jsonata ||
        !query_text(value->as_string()))
        return std::nullopt;
    const Place place = m_place.field(field);
    std::optional<Query> query = compile_query(value->as_string(), place, m_reader);
    if (query) check_constant(*query, expected, place, m_reader);
    return query;
}

std::optional<Template> Object::assign(QueryScope scope) const
{
    const json::Value* value = find("Assign");
    if (value == nullptr) return std::nullopt;
    const Place place = m_place.field("Assign");
    return compile_assign(*value, place, m_reader, scope);
}

std::optional<NumberField> Object::number(std::string_view field, std::string_view path_field) const
{
    const std::array both = {field, path_field};
    at_most_one(both);
    if (const json::Value* value = find(field); value != nullptr && value->is_number()) {
        NumberField out;
        out.literal = value->as_double();
        return out;
    }
    NumberField out;
    if (out.query = query(field, "number"); out.query) return out;
    auto parsed = reference_path(path_field);
    if (!parsed) return std::nullopt;
    out.path = *std::move(parsed);
    out.text = std::string(text(path_field));
    return out;
}

std::optional<std::string_view> Object::choice(std::string_view field,
                                               std::span<const std::string_view> allowed) const
{
    const json::Value* value = find(field);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    const std::string_view given = value->as_string();
    for (const std::string_view name : allowed) {
        if (name == given) return name;
    }
    const Place place = m_place.field(field);
    const std::string_view near = suggest(given, allowed);
    m_reader.schema_error(
        fmt::format("Value should be one of the following: [{}]", fmt::join(allowed, ", ")), place,
        near.empty() ? "" : fmt::format("did you mean '{}'?", near));
    return std::nullopt;
}

void Object::at_most_one(std::span<const std::string_view> fields) const
{
    std::size_t count = 0;
    for (const std::string_view field : fields) count += written(field) ? 1 : 0;
    if (count < 2) return;
    m_reader.schema_error(fmt::format("There should only be one of the following fields: [{}]",
                                      fmt::join(fields, ", ")),
                          m_place);
}

void Object::exactly_one(std::span<const std::string_view> fields) const
{
    at_most_one(fields);
    for (const std::string_view field : fields) {
        if (written(field)) return;
    }
    m_reader.schema_error(
        fmt::format("This object should have only one of the following fields: [{}]",
                    fmt::join(fields, ", ")),
        m_place);
}

}  // namespace weft::asl
