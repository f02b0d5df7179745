#include "cli/eval_batch.h"

#include "cli/time_meter.h"
#include "intrinsics/expression.h"
#include "jsonata/expression.h"
#include "jsonpath/path.h"
#include "json/parse.h"
#include "json/write.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <random>
#include <vector>

namespace weft::cli {

namespace {

using json::Value;

constexpr std::int64_t milliseconds_default = 1'000;

struct Question {
    Value id;
    std::string_view language = "JSONata";
    std::string_view expression;
    const Value* data = nullptr;
    const Value* bindings = nullptr;
    std::int64_t milliseconds = milliseconds_default;
    std::optional<std::int64_t> depth;
};

Value failure(std::string_view code, std::string_view message)
{
    std::vector<json::Member> members;
    members.push_back({"code", Value(code)});
    members.push_back({"message", Value(message)});
    return Value::object(std::move(members));
}

Value failure(const jsonata::Fault& fault)
{
    std::vector<json::Member> members;
    members.push_back({"code", Value(fault.code)});
    members.push_back({"message", Value(fault.message)});
    if (fault.position) members.push_back({"position", Value(std::uint64_t{*fault.position})});
    if (fault.token) members.push_back({"token", *fault.token});
    if (fault.value) members.push_back({"value", *fault.value});
    if (fault.value2) members.push_back({"value2", *fault.value2});
    if (fault.index) members.push_back({"index", *fault.index});
    return Value::object(std::move(members));
}

std::string answer(const Value& id, std::string_view member, Value value)
{
    std::vector<json::Member> members;
    members.push_back({"id", id});
    members.push_back({json::String(member), std::move(value)});
    return json::write(Value::object(std::move(members)));
}

Entropy new_entropy()
{
    std::random_device device;
    return Entropy((std::uint64_t{device()} << 32) | device());
}

// Workflow variables are the bindings.
class Bound final : public jsonpath::Variables {
public:
    explicit Bound(const Value* bindings) : m_bindings(bindings) {}
    const Value* find(std::string_view name) const override
    {
        return m_bindings != nullptr ? m_bindings->find(name) : nullptr;
    }

private:
    const Value* m_bindings;
};

std::string answer_result(const Question& question, const Result<Value>& value)
{
    if (value) return answer(question.id, "result", *value);
    return answer(question.id, "error", failure("States.Runtime", value.error().message));
}

std::string answer_path(const Question& question)
{
    const Result<jsonpath::Path> path = jsonpath::Path::parse(question.expression);
    if (!path) return answer(question.id, "error", failure("InvalidPath", path.error().message));
    const Bound variables(question.bindings);
    const jsonpath::Roots roots{question.data, nullptr, &variables};
    TimeMeter meter{Milliseconds(question.milliseconds)};
    return answer_result(question, jsonpath::evaluate(*path, roots, meter));
}

std::string answer_intrinsic(const Question& question)
{
    const auto expression = intrinsics::Expression::parse(question.expression);
    if (!expression)
        return answer(question.id, "error",
                      failure("InvalidExpression", expression.error().message));
    const Bound variables(question.bindings);
    const jsonpath::Roots roots{question.data, nullptr, &variables};
    TimeMeter meter{Milliseconds(question.milliseconds)};
    Entropy entropy = new_entropy();
    return answer_result(question, intrinsics::evaluate(*expression, roots, entropy, meter));
}

std::string answer_jsonata(const Question& question, jsonata::Dialect dialect)
{
    const auto expression = jsonata::Expression::compile(question.expression, dialect);
    if (!expression) return answer(question.id, "error", failure(expression.error()));
    if (dialect == jsonata::Dialect::States && !(*expression)->top_level_uses().empty()) {
        const jsonata::TopLevelUse& use = (*expression)->top_level_uses().front();
        return answer(question.id, "error",
                      failure("InvalidExpression",
                              fmt::format("'{}' at {} has no meaning at the top level of an "
                                          "expression; use $states or a variable",
                                          use.text, use.position)));
    }
    std::vector<jsonata::Binding> bindings;
    if (question.bindings != nullptr)
        for (const json::Member& member : question.bindings->members())
            bindings.push_back({member.key.view(), member.value});
    TimeMeter meter{Milliseconds(question.milliseconds)};
    Entropy entropy = new_entropy();
    jsonata::Environment environment;
    environment.input = dialect == jsonata::Dialect::States ? nullptr : question.data;
    environment.bindings = bindings;
    environment.now = std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
    environment.entropy = &entropy;
    environment.meter = &meter;
    if (question.depth) environment.limits.depth_max = static_cast<std::uint32_t>(*question.depth);
    const auto outcome = jsonata::evaluate(**expression, environment);
    if (!outcome) return answer(question.id, "error", failure(outcome.error()));
    if (outcome->kind == jsonata::Outcome::Kind::Value)
        return answer(question.id, "result", outcome->value);
    if (outcome->kind == jsonata::Outcome::Kind::Function)
        return answer(question.id, "function", Value(true));
    return answer(question.id, "undefined", Value(true));
}

std::string refuse(const Value& id, std::string_view message)
{
    return answer(id, "error", failure("InvalidQuestion", message));
}

}  // namespace

std::string answer_question(std::string_view line)
{
    const Result<Value> parsed = json::parse(line);
    if (!parsed) return refuse(Value(), parsed.error().message);
    if (!parsed->is_object()) return refuse(Value(), "a question is a JSON object");
    Question question;
    if (const Value* id = parsed->find("id")) question.id = *id;
    const Value* expression = parsed->find("expr");
    if (expression == nullptr || !expression->is_string())
        return refuse(question.id, "'expr' must be a text");
    question.expression = expression->as_string();
    if (const Value* language = parsed->find("language")) {
        if (!language->is_string()) return refuse(question.id, "'language' must be a text");
        question.language = language->as_string();
    }
    question.data = parsed->find("data");
    question.bindings = parsed->find("bindings");
    if (question.bindings != nullptr && !question.bindings->is_object())
        return refuse(question.id, "'bindings' must be an object");
    const auto whole = [&](std::string_view name) -> std::optional<std::int64_t> {
        const Value* number = parsed->find(name);
        if (number == nullptr || number->kind() != json::Kind::Int) return std::nullopt;
        return std::clamp<std::int64_t>(number->as_int(), 0, 1'000'000'000);
    };
    question.milliseconds = whole("timelimit_ms").value_or(milliseconds_default);
    question.depth = whole("depth");

    if (question.language == "JSONata")
        return answer_jsonata(question, jsonata::Dialect::Reference);
    if (question.language == "States") return answer_jsonata(question, jsonata::Dialect::States);
    if (question.language == "JSONPath") return answer_path(question);
    if (question.language == "Intrinsic") return answer_intrinsic(question);
    return refuse(question.id, fmt::format("unknown language '{}': JSONata, States, JSONPath or "
                                           "Intrinsic",
                                           question.language));
}

}  // namespace weft::cli
