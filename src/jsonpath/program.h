#pragma once

// The compiled form of a path. Private to this folder: users see Path.

#include "jsonpath/regex.h"
#include "jsonpath/roots.h"
#include "json/value.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace weft::jsonpath {

struct Condition;
struct Function;
struct Program;

struct NameStep {  // .a  ['a']
    std::string name;
};
struct NamesStep {  // ['a','b']
    std::vector<std::string> names;
};
struct IndexStep {  // [3]  [-1]
    std::int64_t index = 0;
};
struct IndicesStep {  // [0,2]
    std::vector<std::int64_t> indices;
};
struct SliceStep {  // [from:to:step]
    std::optional<std::int64_t> from;
    std::optional<std::int64_t> to;
    std::int64_t step = 1;
};
struct WildcardStep {};  // .*  [*]
struct ScanStep {};      // ..
struct FilterStep {      // [?(…)]
    std::shared_ptr<const Condition> condition;
};
// A literal, or a path evaluated where the function stands.
using Argument = std::variant<json::Value, std::shared_ptr<const Program>>;
struct FunctionStep {  // .length()
    const Function* function = nullptr;
    std::vector<Argument> arguments;
};
using Step = std::variant<NameStep, NamesStep, IndexStep, IndicesStep, SliceStep, WildcardStep,
                          ScanStep, FilterStep, FunctionStep>;

struct Program {
    std::string text;
    RootKind root = RootKind::Input;
    bool from_current = false;  // starts at `@`: the item a filter looks at
    std::string variable;
    std::vector<Step> steps;
    // `$..price.sum()`: the function sees the array of all matches (Jayway moves it before the
    // scan).
    std::optional<FunctionStep> aggregate;
    bool definite = true;
    bool simple = true;
    bool uses_context = false;
    std::vector<std::string> variables;
};

// Jayway's spelling of the first `count` steps.
std::string canonical(const Program& program, std::size_t count = SIZE_MAX);

enum class Operator : std::uint8_t {
    Equal,
    NotEqual,
    StrictEqual,
    StrictNotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Matches,
    In,
    NotIn,
    SubsetOf,
    AnyOf,
    NoneOf,
    Contains,
    All,
    Size,
    Empty,
};

using Operand = std::variant<json::Value, std::shared_ptr<const Program>, Regex>;

struct Comparison {
    Operand left;
    Operator op = Operator::Equal;
    Operand right;
};
struct Existence {
    std::shared_ptr<const Program> path;
};
struct Truth {  // a literal where a condition stands, `[?(true)]`
    bool value = false;
};
struct Negation {
    std::shared_ptr<const Condition> condition;
};
struct Conjunction {
    std::vector<Condition> conditions;
};
struct Disjunction {
    std::vector<Condition> conditions;
};
struct Condition {
    std::variant<Comparison, Existence, Truth, Negation, Conjunction, Disjunction> kind;
};

}  // namespace weft::jsonpath
