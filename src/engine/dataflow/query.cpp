#include "engine/dataflow/evaluation.h"
#include "json/write.h"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace weft::engine {

namespace {

// AWS: the beginning of every cause that is about one expression; it is quoted without its braces.
std::string about(const asl::Query& query, std::string_view field)
{
    return fmt::format("The JSONata expression '{}' specified for the field '{}' ", query.text(),
                       field);
}

// Tells the meter that an evaluation begins, and ends it.
class Metered {
public:
    explicit Metered(Meter& meter) : m_meter(meter) { m_meter.begin_evaluation(); }
    Metered(const Metered&) = delete;
    Metered& operator=(const Metered&) = delete;
    ~Metered() { m_meter.end_evaluation(); }

private:
    Meter& m_meter;
};

tl::unexpected<Fault> failed(const asl::Query& query, std::string_view field, std::string_view what)
{
    return query_fault(about(query, field).append(what), std::string(field));
}

}  // namespace

std::string_view type_name(const json::Value& value)
{
    switch (value.kind()) {
    case json::Kind::Null: return "null";
    case json::Kind::Bool: return "boolean";
    case json::Kind::Int:
    case json::Kind::UInt:
    case json::Kind::Double:
    case json::Kind::BigNumber: return "number";
    case json::Kind::String: return "string";
    case json::Kind::Array: return "array";
    case json::Kind::Object: break;
    }
    return "object";
}

tl::unexpected<Fault> unexpected_type(const asl::Query& query, std::string_view field,
                                      std::string_view expected, const json::Value& value)
{
    return failed(query, field,
                  fmt::format("returned an unexpected result type. Expected '{}', but was '{}' for "
                              "value: {}",
                              expected, type_name(value), json::write(value)));
}

void Evaluation::set_result(const json::Value& result)
{
    m_result = &result;
    m_states = json::Value();
}

void Evaluation::set_error_output(const json::Value& error_output)
{
    m_error_output = &error_output;
    m_states = json::Value();
}

// `$states`: built once for all expressions of a step, again only when the context is asked for
// first by a later one. The input is the same for all of them.
const json::Value& Evaluation::states(const json::Value& input, bool with_context)
{
    if (!m_states.is_null() && (m_states_context || !with_context)) return m_states;
    std::vector<json::Member> members;
    members.reserve(3);
    members.push_back({"input", input});
    if (m_result != nullptr) members.push_back({"result", *m_result});
    if (m_error_output != nullptr) members.push_back({"errorOutput", *m_error_output});
    if (with_context) members.push_back({"context", context()});
    m_states = json::Value::object(std::move(members));
    m_states_context = with_context;
    return m_states;
}

Flow<json::Value> Evaluation::query(const asl::Query& query, std::string_view field,
                                    const json::Value& input)
{
    m_bindings.clear();
    if (query.reads_states) m_bindings.push_back({"states", states(input, query.reads_context)});
    if (execution().frames().variables_bytes() > 0)
        for (const std::string& name : query.names)
            if (const json::Value* value = m_variables.find(name))
                m_bindings.push_back({name, *value});
    jsonata::Environment environment;
    environment.bindings = m_bindings;
    environment.now = m_now;
    environment.entropy = &m_entropy;
    const Metered evaluating(m_meter);
    environment.meter = &m_meter;
    auto outcome = jsonata::evaluate(*query.expression, environment);
    if (!outcome) {
        if (outcome.error().kind == jsonata::FaultKind::OutOfFuel) return out_of_fuel();
        // AWS: what ran into a limit has no code.
        if (outcome.error().kind == jsonata::FaultKind::OverLimit)
            return failed(query, field,
                          "threw an error during evaluation: " + outcome.error().message);
        return failed(query, field,
                      "threw an error during evaluation. " + jsonata::describe(outcome.error()));
    }
    switch (outcome->kind) {
    case jsonata::Outcome::Kind::Value: return std::move(outcome->value);
    case jsonata::Outcome::Kind::Undefined:
        return failed(query, field, "returned nothing (undefined).");
    case jsonata::Outcome::Kind::Function: break;
    }
    return failed(query, field, "returned an unsupported result type.");
}

}  // namespace weft::engine
