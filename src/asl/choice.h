#pragma once

#include "asl/template.h"
#include "jsonpath/path.h"
#include "json/value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace weft::asl {

// `$`: what a path is before it is read.
const jsonpath::Path& root_path();

// INTERFACE CONTRACT.
// One data-test of a Choice rule: Variable, operator, and a literal or a path to compare with.
// ASL: https://states-language.net/spec.html#data-test-expressions
struct Comparison;  // a row of the operator table, choice_operators.h

struct DataTest {
    jsonpath::Path variable = root_path();
    std::string variable_text;
    const Comparison* comparison = nullptr;
    json::Value literal;
    std::optional<jsonpath::Path> path;  // …Path operators
    std::string path_text;
};

struct ChoiceRule {
    enum class Kind : std::uint8_t { Test, And, Or, Not, Condition };
    Kind kind = Kind::Test;
    DataTest test;                    // Kind::Test
    std::vector<ChoiceRule> rules;    // And, Or (non-empty), Not (one)
    std::uint32_t next = UINT32_MAX;  // StateIndex, on top-level rules
    std::optional<Template> assign;   // on top-level rules: instead of the state's own
    // Kind::Condition, of a JSONata state: a literal, or an expression that must give a boolean.
    bool holds = false;
    std::optional<Query> condition;
    std::string field;  // of the condition, for error texts: Choices[0]/Condition
    std::optional<Template> output;
};

}  // namespace weft::asl
