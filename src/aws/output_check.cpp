#include "aws/output_check.h"

#include "encoding/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace weft::aws {

namespace {

using Fault = std::optional<std::string>;

// AWS: Step Functions measures by its own copy of a model, which may be older than the published
// one. Bounds that were recorded and that the published model has since moved.
struct RecordedMaximum {
    std::string_view service_id;
    std::string_view shape;
    double max = 0;
};
constexpr std::array recorded_maxima = {
    RecordedMaximum{"Lambda", "MemorySize", 10'240},  // Nov 2025; published: 32,768
};

class Checker {
public:
    Checker(const ServiceModel& model, OutputCheck check, std::string_view parsed)
        : m_model(model), m_check(check), m_parsed(parsed)
    {
    }

    Fault structure(const Shape& shape, const json::Value& value) const
    {
        for (const Member& member : shape.members) {
            const std::string name = shown_name(member.name);
            const json::Value* found = value.find(name);
            const bool absent = found == nullptr || found->is_null();
            if (absent && member.required && m_check == OutputCheck::Strict)
                return fmt::format("Required field '{}' is missing", name);
            if (absent || member.json_value || member.name == m_parsed) continue;
            if (Fault fault = check(m_model.shape(member), name, *found)) return fault;
        }
        return std::nullopt;
    }

private:
    Fault check(const Shape& shape, const std::string& name, const json::Value& value) const
    {
        if (shape.document || shape.event_stream) return std::nullopt;
        switch (shape.type) {
        case ShapeType::Structure:
            if (!value.is_object()) return wrong_type(name, "an object");
            return structure(shape, value);
        case ShapeType::List: return list(shape, name, value);
        case ShapeType::Map: return map(shape, name, value);
        case ShapeType::String:
        case ShapeType::Blob:
        case ShapeType::Timestamp: return text(shape, name, value);
        case ShapeType::Integer:
        case ShapeType::Long:
        case ShapeType::Float:
        case ShapeType::Double: return number(shape, name, value);
        case ShapeType::Boolean:
            return value.is_bool() ? std::nullopt : wrong_type(name, "a boolean");
        }
        return std::nullopt;
    }

    static Fault wrong_type(const std::string& name, std::string_view expected)
    {
        return fmt::format("Field '{}' must be {}", name, expected);
    }

    static Fault length(const Shape& shape, const std::string& name, std::size_t size)
    {
        const auto measured = static_cast<double>(size);
        if (shape.min && measured < *shape.min)
            return fmt::format("Field '{}' is smaller than the minimum length", name);
        if (shape.max && measured > *shape.max)
            return fmt::format("Field '{}' exceeds the maximum length", name);
        return std::nullopt;
    }

    static Fault text(const Shape& shape, const std::string& name, const json::Value& value)
    {
        if (!value.is_string()) return wrong_type(name, "a string");
        const std::string_view given = value.as_string();
        if (shape.type == ShapeType::Timestamp) return std::nullopt;
        // A blob's bounds are of its bytes; four characters of base64 stand for three.
        const bool blob = shape.type == ShapeType::Blob;
        const std::size_t size = blob ? (given.size() * 3 + 3) / 4 : encoding::code_points(given);
        if (Fault fault = length(shape, name, size)) return fault;
        if (!shape.enumeration.empty() &&
            std::ranges::find(shape.enumeration, given) == shape.enumeration.end())
            return fmt::format("Field '{}' is not an expected value", name);
        return std::nullopt;
    }

    std::optional<double> maximum(const Shape& shape) const
    {
        for (const RecordedMaximum& row : recorded_maxima)
            if (row.shape == shape.name && row.service_id == m_model.metadata().service_id)
                return row.max;
        return shape.max;
    }

    Fault number(const Shape& shape, const std::string& name, const json::Value& value) const
    {
        if (!value.is_number()) return wrong_type(name, "a number");
        const double given = value.as_double();
        const bool whole = shape.type == ShapeType::Integer || shape.type == ShapeType::Long;
        if (whole && given != std::floor(given)) return wrong_type(name, "an integer");
        if (shape.min && given < *shape.min)
            return fmt::format("Field '{}' is less than the minimum value", name);
        if (const auto max = maximum(shape); max && given > *max)
            return fmt::format("Field '{}' exceeds the maximum value", name);
        return std::nullopt;
    }

    Fault list(const Shape& shape, const std::string& name, const json::Value& value) const
    {
        if (!value.is_array()) return wrong_type(name, "an array");
        if (Fault fault = length(shape, name, value.size())) return fault;
        for (const json::Value& item : value.items()) {
            if (shape.sparse && item.is_null()) continue;
            if (Fault fault = check(m_model.shape(shape.item()), name, item)) return fault;
        }
        return std::nullopt;
    }

    Fault map(const Shape& shape, const std::string& name, const json::Value& value) const
    {
        if (!value.is_object()) return wrong_type(name, "an object");
        if (Fault fault = length(shape, name, value.size())) return fault;
        for (const json::Member& entry : value.members()) {
            if (shape.sparse && entry.value.is_null()) continue;
            const std::string key(entry.key.view());
            if (Fault fault = check(m_model.shape(shape.value()), key, entry.value)) return fault;
        }
        return std::nullopt;
    }

    const ServiceModel& m_model;
    OutputCheck m_check;
    std::string_view m_parsed;
};

}  // namespace

std::string shown_name(std::string_view member)
{
    std::string out(member);
    if (!out.empty() && out.front() >= 'a' && out.front() <= 'z')
        out.front() = static_cast<char>(out.front() - 'a' + 'A');
    return out;
}

std::optional<std::string> output_fault(const ServiceModel& model, const Operation& operation,
                                        const json::Value& result, OutputCheck check,
                                        std::string_view parsed)
{
    if (operation.output == no_shape) return std::nullopt;
    return Checker(model, check, parsed).structure(model.shape(operation.output), result);
}

}  // namespace weft::aws
