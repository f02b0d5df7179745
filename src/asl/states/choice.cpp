#include "asl/states/states.h"

#include "asl/choice_operators.h"
#include "asl/template_compile.h"
#include "base/suggest.h"
#include "encoding/timestamp.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <vector>

namespace weft::asl {
namespace {

constexpr std::array<std::string_view, 6> rule_fields = {"And",  "Assign", "Comment",
                                                         "Next", "Not",    "Or"};

constexpr std::string_view one_test = "The object must have only one of the following fields, "
                                      "[And, Or, Not, Variable, Condition]";

bool is_jsonata_field(std::string_view name)
{
    return name == "Condition" || name == "Output";
}

// The fields of a rule in a JSONata state.
constexpr std::array<std::string_view, 5> jsonata_fields = {"Assign", "Comment", "Condition",
                                                            "Next", "Output"};

std::string operator_hint(std::string_view given)
{
    std::vector<std::string_view> names(rule_fields.begin(), rule_fields.end());
    names.push_back("Variable");
    for (const Comparison& row : comparisons()) names.push_back(row.name);
    const std::string_view near = suggest(given, names);
    return near.empty() ? "it is neither a comparison operator nor a field of a rule"
                        : fmt::format("did you mean '{}'?", near);
}

// Reads one rule, and those inside And, Or and Not.
class RuleReader {
public:
    explicit RuleReader(Reader& reader) : m_reader(reader) {}

    ChoiceRule read(const json::Value& value, const Place& place, bool top)
    {
        ChoiceRule rule;
        if (!value.is_object()) {
            m_reader.schema_error("Expected value of type Object", place);
            return rule;
        }
        if (m_reader.language() == QueryLanguage::Jsonata) {
            read_condition(value, place, rule);
            return rule;
        }
        if (top && value.find("Next") == nullptr) {
            m_reader.schema_error("These fields are required: [Next]", place);
        }
        const json::Member* test = nullptr;  // the operator, And, Or or Not
        for (const json::Member& member : value.members()) {
            if (!is_operator(member, place, top)) continue;
            if (test != nullptr) {
                m_reader.schema_error(std::string(one_test), place, "combine tests with And or Or");
                return rule;
            }
            test = &member;
        }
        if (test == nullptr) {
            if (m_reader.language_refused()) return rule;
            m_reader.schema_error(std::string(one_test), place);
            return rule;
        }
        read_test(value, *test, place, rule);
        if (top) rule.assign = read_assign(value, place);
        return rule;
    }

private:
    void read_condition(const json::Value& value, const Place& place, ChoiceRule& rule)
    {
        rule.kind = ChoiceRule::Kind::Condition;
        std::vector<std::string_view> missing;
        for (const std::string_view name : {"Condition", "Next"})
            if (value.find(name) == nullptr) missing.push_back(name);
        if (!missing.empty())
            m_reader.schema_error(
                fmt::format("These fields are required: [{}]", fmt::join(missing, ", ")), place);
        for (const json::Member& member : value.members()) check_jsonata_field(member.key, place);
        if (const json::Value* condition = value.find("Condition")) {
            const Place at = place.field("Condition");
            rule.field = m_reader.field_of(at);
            if (condition->is_bool()) {
                rule.holds = condition->as_bool();
            } else if (condition->is_string() && query_text(condition->as_string())) {
                rule.condition = compile_query(condition->as_string(), at, m_reader);
                if (rule.condition) check_constant(*rule.condition, "boolean", at, m_reader);
            } else {
                m_reader.schema_error("Expected value of type Boolean", at,
                                      "true, false, or an expression: \"{% … %}\"");
            }
        }
        rule.assign = read_assign(value, place);
        if (const json::Value* output = value.find("Output")) {
            const Place at = place.field("Output");
            rule.output = compile_template(*output, at, m_reader);
        }
    }

    void check_jsonata_field(std::string_view name, const Place& place)
    {
        if (std::ranges::find(jsonata_fields, name) != jsonata_fields.end()) return;
        const bool jsonpath = name == "And" || name == "Or" || name == "Not" ||
                              name == "Variable" || find_comparison(name) != nullptr;
        if (jsonpath) {
            m_reader.schema_error(
                fmt::format("The QueryLanguage is set to 'JSONata', but field '{}' is only "
                            "supported for the 'JSONPath' QueryLanguage",
                            name),
                place);
            return;
        }
        const std::string_view near = suggest(name, jsonata_fields);
        m_reader.schema_error(fmt::format("Field '{}' is not supported", name), place,
                              near.empty() ? "" : fmt::format("did you mean '{}'?", near));
    }

    bool is_operator(const json::Member& member, const Place& place, bool top)
    {
        const std::string_view name = member.key;
        if (name == "And" || name == "Or" || name == "Not") return true;
        if (find_comparison(name) != nullptr) return true;
        if (name == "Variable" || name == "Comment" || (name == "Next" && top)) return false;
        if (name == "Assign" && top) return false;
        if (is_jsonata_field(name) && m_reader.language_refused()) return false;
        if (is_jsonata_field(name)) {
            m_reader.schema_error(
                fmt::format("The QueryLanguage is set to 'JSONPath', but field '{}' is only "
                            "supported for the 'JSONata' QueryLanguage",
                            name),
                place);
        } else {
            m_reader.schema_error(fmt::format("Field '{}' is not supported", name), place,
                                  operator_hint(name));
        }
        return false;
    }

    std::optional<Template> read_assign(const json::Value& value, const Place& place)
    {
        const json::Value* assign = value.find("Assign");
        if (assign == nullptr) return std::nullopt;
        const Place at = place.field("Assign");
        if (assign->is_object()) return compile_assign(*assign, at, m_reader);
        m_reader.schema_error("Expected value of type Object", at);
        return std::nullopt;
    }

    void read_test(const json::Value& value, const json::Member& test, const Place& place,
                   ChoiceRule& rule)
    {
        const std::string_view name = test.key;
        const Place inner = place.field(name);
        if (name == "Not") {
            rule.kind = ChoiceRule::Kind::Not;
            rule.rules.push_back(read(test.value, inner, false));
        } else if (name == "And" || name == "Or") {
            rule.kind = name == "And" ? ChoiceRule::Kind::And : ChoiceRule::Kind::Or;
            read_list(test.value, inner, rule);
        } else {
            read_comparison(value, test, place, rule.test);
            return;
        }
        if (value.find("Variable") != nullptr) {
            m_reader.schema_error("Field 'Variable' is not supported", place,
                                  fmt::format("it belongs inside '{}'", name));
        }
    }

    void read_list(const json::Value& list, const Place& place, ChoiceRule& rule)
    {
        if (!list.is_array()) {
            m_reader.schema_error("Expected value of type Array", place);
            return;
        }
        if (list.size() == 0) m_reader.schema_error("Value cannot be empty", place);
        std::size_t index = 0;
        for (const json::Value& item : list.items()) {
            const Place inner = place.item(index++);
            rule.rules.push_back(read(item, inner, false));
        }
    }

    void read_comparison(const json::Value& value, const json::Member& test, const Place& place,
                         DataTest& out)
    {
        const json::Value* variable = value.find("Variable");
        if (variable == nullptr) {
            m_reader.schema_error("These fields are required: [Variable]", place);
        } else if (auto path = read_path(*variable, place, "Variable")) {
            out.variable = *std::move(path);
            out.variable_text = std::string(variable->as_string());
        }
        out.comparison = find_comparison(test.key);
        if (!out.comparison->path) {
            const Place operand = place.field(test.key);
            check_operand(test.value, out.comparison->operand, operand);
            if (out.comparison->operand == Operand::Text && test.value.is_string())
                m_reader.warn_of_path(test.value.as_string(), test.key, place);
            out.literal = test.value;
        } else if (auto path = read_path(test.value, place, test.key)) {
            out.path = *std::move(path);
            out.path_text = std::string(test.value.as_string());
        }
    }

    std::optional<jsonpath::Path> read_path(const json::Value& value, const Place& rule,
                                            std::string_view field)
    {
        const Place place = rule.field(field);
        if (!value.is_string()) {
            m_reader.schema_error("Expected value of type String", place);
            return std::nullopt;
        }
        auto path = jsonpath::Path::parse(value.as_string());
        if (!path) {
            m_reader.schema_error(
                value.as_string().starts_with('$')
                    ? "Value is not a Reference Path"
                    : "Value is not a Reference Path: Reference path didn't start with '$'",
                place, std::move(path).error().message);
            return std::nullopt;
        }
        m_reader.reads(path->variables());
        return *std::move(path);
    }

    void check_operand(const json::Value& value, Operand operand, const Place& place)
    {
        switch (operand) {
        case Operand::Text:
            if (!value.is_string()) {
                m_reader.schema_error("Expected value of type String", place);
            }
            break;
        case Operand::Number:
            if (!value.is_number()) {
                m_reader.schema_error("Expected value of type Number", place);
            }
            break;
        case Operand::Flag:
            if (!value.is_bool()) m_reader.schema_error("Expected value of type Boolean", place);
            break;
        case Operand::Timestamp:
            if (!value.is_string() || !encoding::parse_timestamp(value.as_string())) {
                m_reader.schema_error("String does not match RFC3339 timestamp", place,
                                      "write it like 2016-03-14T01:59:00Z");
            }
            break;
        }
    }

    Reader& m_reader;
};

}  // namespace

// ASL: https://states-language.net/spec.html#choice-state
void read_choice(const Object& object, State& state)
{
    Choice choice;
    Reader& reader = object.reader();
    if (const json::Value* choices = object.find("Choices")) {
        const Place list = object.place().field("Choices");
        RuleReader rules(reader);
        std::size_t index = 0;
        for (const json::Value& value : choices->items()) {
            const Place place = list.item(index);
            choice.rules.push_back(rules.read(value, place, true));
            const json::Value* next = value.find("Next");
            if (next != nullptr && next->is_string()) {
                reader.add_transition(Transition::Kind::Rule, next->as_string(), place, index);
            } else if (next != nullptr) {
                const Place at = place.field("Next");
                reader.schema_error("Expected value of type String", at);
            }
            ++index;
        }
    }
    if (object.has("Default")) {
        reader.add_transition(Transition::Kind::Default, object.text("Default"), object.place());
    }
    state.kind = std::move(choice);
}

}  // namespace weft::asl
