#include "engine/dataflow/number_field.h"

#include "json/parse.h"
#include "json/write.h"

#include <fmt/format.h>

#include <cmath>
#include <string>
#include <utility>

namespace weft::engine {

namespace {

// AWS: 'refers to value "{}" which is not a valid integer: $.x'.
tl::unexpected<Fault> not_a(std::string_view kind, std::string_view field,
                            const asl::NumberField& number, const json::Value& value)
{
    return runtime_fault(fmt::format("The {}Path field refers to value \"{}\" which is not a valid "
                                     "{}: {}",
                                     field, plain_text(value), kind, number.text));
}

// A whole number that an expression of a JSONata state gives, within bounds.
Flow<std::int64_t> whole_number(const asl::Query& query, std::string_view field, std::int64_t least,
                                std::int64_t most, const json::Value& input, Evaluation& evaluation)
{
    Flow<json::Value> value = evaluation.query(query, field, input);
    if (!value) return tl::unexpected(std::move(value).error());
    if (!value->is_number()) return unexpected_type(query, field, "number", *value);
    const double number = value->as_double();
    // The bounds are far below where a double no longer holds every whole number.
    if (number >= static_cast<double>(least) && number <= static_cast<double>(most) &&
        number == std::floor(number))
        return static_cast<std::int64_t>(number);
    return query_fault(fmt::format("The {} field must be a whole number from {} to {} but was: {}",
                                   field, least, most, json::write(*value)),
                       std::string(field));
}

// ASL: https://states-language.net/spec.html#task-state has the bound of the literal fields.
constexpr std::int64_t seconds_max = 99'999'999;
constexpr std::int64_t count_max = 1'000'000'000;

}  // namespace

json::Value number_in(const json::Value& value)
{
    constexpr std::size_t digits_max = 32;
    if (!value.is_string() || value.as_string().size() > digits_max) return value;
    Result<json::Value> number = json::parse(value.as_string());
    return number && number->is_number() ? *std::move(number) : value;
}

std::string plain_text(const json::Value& value)
{
    return value.is_string() ? std::string(value.as_string()) : json::write(value);
}

Flow<std::int64_t> positive_seconds(const asl::NumberField& number, std::string_view field,
                                    const json::Value& input, Evaluation& evaluation)
{
    if (number.query) return whole_number(*number.query, field, 1, seconds_max, input, evaluation);
    if (!number.path) return static_cast<std::int64_t>(number.literal);
    Flow<json::Value> value = evaluation.path(*number.path, number.text, input);
    if (!value) return tl::unexpected(std::move(value).error());
    const auto refuse = [&](std::string_view what) {
        return runtime_fault(fmt::format("The {}Path parameter {}: {} == {}", field, what,
                                         number.text, plain_text(*value)));
    };
    if (value->kind() != json::Kind::Int) return refuse("cannot be parsed as a long value");
    if (value->as_int() <= 0) return refuse("references a value that is not positive");
    if (value->as_int() > seconds_max) return refuse("references a value that is too large");
    return value->as_int();
}

Flow<std::int64_t> count(const asl::NumberField& number, std::string_view field,
                         const json::Value& input, Evaluation& evaluation)
{
    if (number.query) return whole_number(*number.query, field, 0, count_max, input, evaluation);
    if (!number.path) return static_cast<std::int64_t>(number.literal);
    Flow<json::Value> value = evaluation.path(*number.path, number.text, input);
    if (!value) return tl::unexpected(std::move(value).error());
    const json::Value found = number_in(*value);
    if (found.kind() != json::Kind::Int) return not_a("integer", field, number, *value);
    if (found.as_int() < 0) return runtime_fault(fmt::format("{} cannot be negative.", field));
    return found.as_int();
}

Flow<double> percentage(const asl::NumberField& number, std::string_view field,
                        const json::Value& input, Evaluation& evaluation)
{
    double percent = number.literal;
    if (number.query) {
        Flow<json::Value> value = evaluation.query(*number.query, field, input);
        if (!value) return tl::unexpected(std::move(value).error());
        if (!value->is_number()) return unexpected_type(*number.query, field, "number", *value);
        percent = value->as_double();
        if (!(percent >= 0 && percent <= 100))
            return query_fault(fmt::format("{} must be between 0 and 100.", field),
                               std::string(field));
    } else if (number.path) {
        Flow<json::Value> value = evaluation.path(*number.path, number.text, input);
        if (!value) return tl::unexpected(std::move(value).error());
        const json::Value found = number_in(*value);
        if (!found.is_number()) return not_a("float", field, number, *value);
        percent = found.as_double();
    }
    if (!(percent >= 0 && percent <= 100))
        return runtime_fault(fmt::format("{} must be between 0 and 100.", field));
    return percent;
}

}  // namespace weft::engine
