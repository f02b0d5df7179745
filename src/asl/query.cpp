#include "asl/query.h"

#include "asl/reader.h"
#include "asl/template_compile.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace weft::asl {
namespace {

constexpr std::string_view opening = "{%";
constexpr std::string_view closing = "%}";
constexpr std::string_view blanks = " \t\r\n";
constexpr std::string_view states = "states";

// AWS: the whole input has no top level to be at.
std::string top_level_fault(const jsonata::TopLevelUse& use)
{
    return fmt::format("Reference to '{}' {}is not supported.", use.text,
                       use.kind == jsonata::TopLevelUse::Kind::Root ? "" : "at the top level ");
}

// A part of `$states` that the field does not have.
std::string_view absent_part(const jsonata::Reference& reference, QueryScope scope)
{
    if (reference.path.empty()) return {};
    const std::string_view part = reference.path.front();
    if (part == "result" && !scope.result) return "result";
    if (part == "errorOutput" && !scope.error_output) return "errorOutput";
    return {};
}

void note_states(const jsonata::Reference& reference, Query& query)
{
    query.reads_states = true;
    query.reads_context =
        query.reads_context || reference.path.empty() || reference.path.front() == "context";
}

std::string_view type_of(const json::Value& value)
{
    if (value.is_array()) return "array";
    if (value.is_bool()) return "boolean";
    if (value.is_number()) return "number";
    if (value.is_string()) return "string";
    return value.is_null() ? "null" : "object";
}

// AWS evaluates JSONata 2.0.6: an operator that it lacks is a fault of its syntax there. False when
// the expression is refused for one.
bool note_newer(const jsonata::Expression& expression, const Place& place, std::size_t begin,
                Reader& reader)
{
    if (reader.newer_jsonata() == NewerJsonata::Accept) return true;
    const bool refuse = reader.newer_jsonata() == NewerJsonata::Refuse;
    for (const jsonata::NewerUse& use : expression.newer_uses()) {
        Finding finding;
        finding.severity = refuse ? Severity::Error : Severity::Warning;
        finding.code = refuse ? code::invalid_jsonata : code::aws_jsonata;
        finding.message =
            fmt::format("The JSONata expression '{}' has '{}', which came with JSONata "
                        "{}; AWS has {}",
                        expression.text(), use.text, use.since, jsonata::aws_version);
        finding.location = place.location();
        finding.pointer = place.pointer();
        finding.offset = begin + use.position;
        reader.findings().add(std::move(finding));
    }
    return !refuse || expression.newer_uses().empty();
}

}  // namespace

void check_constant(const Query& query, std::string_view expected, const Place& place,
                    Reader& reader)
{
    const json::Value* constant = query.expression->constant();
    if (constant == nullptr || type_of(*constant) == expected) return;
    reader.findings().warning(code::constant_type,
                              fmt::format("The JSONata expression '{}' always gives a value of the "
                                          "type '{}', but '{}' is expected",
                                          query.text(), type_of(*constant), expected),
                              place, "it fails with States.QueryEvaluationError");
}

std::optional<std::string_view> query_text(std::string_view text)
{
    if (text.size() < opening.size() + closing.size() || !text.starts_with(opening) ||
        !text.ends_with(closing))
        return std::nullopt;
    text.remove_prefix(opening.size());
    text.remove_suffix(closing.size());
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    if (!text.empty()) text.remove_suffix(text.size() - 1 - text.find_last_not_of(blanks));
    return text;
}

std::optional<Query> compile_query(std::string_view text, const Place& place, Reader& reader,
                                   QueryScope scope)
{
    const std::string_view inner = query_text(text).value_or(text);
    // Where the expression begins in the text of the field.
    const auto begin = static_cast<std::size_t>(inner.data() - text.data());
    auto compiled = jsonata::Expression::compile(inner, jsonata::Dialect::States);
    if (!compiled) {
        const jsonata::Fault& fault = compiled.error();
        const std::size_t position = fault.position.value_or(0);
        reader.query_error(code::invalid_jsonata, fault.message, place, begin + position,
                           fault.position
                               ? fmt::format("at character {} of the expression '{}' ({})",
                                             position, inner, fault.code)
                               : fmt::format("in the expression '{}' ({})", inner, fault.code));
        return std::nullopt;
    }
    Query query;
    query.expression = *std::move(compiled);
    bool good = note_newer(*query.expression, place, begin, reader);
    // AWS: each name once, wherever else it stands in the expression.
    const auto uses = query.expression->top_level_uses();
    for (auto use = uses.begin(); use != uses.end(); ++use) {
        good = false;
        if (std::any_of(uses.begin(), use,
                        [&](const auto& other) { return other.text == use->text; }))
            continue;
        reader.query_error(code::unsupported_jsonata, top_level_fault(*use), place,
                           begin + use->position, "the state's input is $states.input");
    }
    std::vector<std::string> variables;
    for (const jsonata::Reference& reference : query.expression->references()) {
        if (reference.name != states) {
            variables.emplace_back(reference.name);
            continue;
        }
        note_states(reference, query);
        const std::string_view absent = absent_part(reference, scope);
        if (absent.empty()) continue;
        reader.query_error(
            code::unsupported_jsonata, fmt::format("Field '$states.{}' does not exist.", absent),
            place, begin + reference.position,
            absent == "result" ? "only Output and Assign of a Task, Parallel or Map have a result"
                               : "only Output and Assign of a catcher have an error");
        good = false;
    }
    reader.reads(variables);
    for (const std::string_view name : query.expression->outside_names())
        if (name != states) query.names.emplace_back(name);
    return good ? std::optional(std::move(query)) : std::nullopt;
}

}  // namespace weft::asl
