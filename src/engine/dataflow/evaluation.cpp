#include "engine/dataflow/evaluation.h"

#include "asl/choice_operators.h"
#include "base/overloaded.h"
#include "json/write.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace weft::engine {

namespace {

bool uses_context(const asl::ChoiceRule& rule)
{
    if (rule.kind == asl::ChoiceRule::Kind::Test)
        return rule.test.variable.uses_context() ||
               (rule.test.path && rule.test.path->uses_context());
    return std::ranges::any_of(rule.rules, uses_context);
}

tl::unexpected<Fault> fault_of(Error error)
{
    if (error.code == ErrorCode::OutOfFuel) return out_of_fuel();
    return runtime_fault(std::move(error.message));
}

}  // namespace

const json::Value& Evaluation::context()
{
    if (!m_built) m_built = m_context.build(m_state, m_slot, m_item, m_task_token);
    return *m_built;
}

jsonpath::Roots Evaluation::roots(const json::Value& input, bool with_context)
{
    return {&input, with_context ? &context() : nullptr, &m_variables};
}

// The value, or a fault; `missing` then holds Jayway's text if the path found nothing.
Flow<json::Value> Evaluation::find(const jsonpath::Path& path, const json::Value& input,
                                   Error& missing)
{
    if (path.is_root() && path.root() == jsonpath::RootKind::Input) return input;
    const jsonpath::Roots from = roots(input, path.uses_context());
    if (path.simple())
        if (const json::Value* found = jsonpath::find(path, from)) return *found;
    Result<json::Value> found = jsonpath::evaluate(path, from, m_meter);
    if (found) return *std::move(found);
    if (found.error().code == ErrorCode::PathNotFound) missing = found.error();
    return fault_of(std::move(found).error());
}

Flow<json::Value> Evaluation::path(const jsonpath::Path& path, std::string_view text,
                                   const json::Value& input)
{
    Error missing;
    Flow<json::Value> found = find(path, input, missing);
    if (!missing.message.empty())
        return runtime_fault(fmt::format("Invalid path '{}' : {}", text, missing.message));
    return found;
}

Flow<json::Value> Evaluation::field_path(const jsonpath::Path& path, std::string_view field,
                                         const json::Value& input)
{
    Error missing;
    Flow<json::Value> found = find(path, input, missing);
    if (!missing.message.empty())
        return runtime_fault(fmt::format("The JSONPath '{}' specified for the field '{}' could not "
                                         "be found in the input '{}'",
                                         path.text(), field, json::write(input)));
    return found;
}

Flow<json::Value> Evaluation::payload(const asl::Template& payload, const json::Value& input,
                                      std::string_view field)
{
    const auto object = [&](const asl::Template::Object& node) -> Flow<json::Value> {
        std::vector<json::Member> members;
        members.reserve(node.fields.size());
        for (const asl::Template::Field& part : node.fields) {
            Flow<json::Value> value = this->payload(part.value.front(), input, part.source);
            if (!value) return value;
            members.push_back({part.key, *std::move(value)});
        }
        return json::Value::object(std::move(members));
    };
    const auto array = [&](const asl::Template::Array& node) -> Flow<json::Value> {
        std::vector<json::Value> items;
        items.reserve(node.items.size());
        for (const asl::Template& part : node.items) {
            Flow<json::Value> value = this->payload(part, input, field);
            if (!value) return value;
            items.push_back(*std::move(value));
        }
        return json::Value::array(std::move(items));
    };
    const auto intrinsic = [&](const asl::Template::Intrinsic& node) -> Flow<json::Value> {
        const jsonpath::Roots from = roots(input, node.expression.uses_context());
        Result<json::Value> value = intrinsics::evaluate(node.expression, from, m_entropy, m_meter);
        if (value) return *std::move(value);
        if (value.error().code == ErrorCode::OutOfFuel) return out_of_fuel();
        // AWS: not States.IntrinsicFailure, which the specification has.
        return fault(errors::runtime, std::move(value).error().message);
    };
    return std::visit(
        overloaded{
            [](const asl::Template::Literal& node) -> Flow<json::Value> { return node.value; },
            [&](const asl::Template::Path& node) -> Flow<json::Value> {
                return field_path(node.path, field, input);
            },
            intrinsic,
            [&](const asl::Template::Computed& node) -> Flow<json::Value> {
                return query(node.query, node.field, input);
            },
            object,
            array,
        },
        payload.node);
}

Flow<bool> Evaluation::rule(const asl::ChoiceRule& rule, const json::Value& input)
{
    Result<bool> holds = asl::matches(rule, roots(input, uses_context(rule)), m_meter);
    if (holds) return *holds;
    return fault_of(std::move(holds).error());
}

}  // namespace weft::engine
