#pragma once

#include "base/entropy.h"
#include "base/meter.h"
#include "base/time.h"
#include "jsonata/fault.h"

#include <tl/expected.hpp>

#include <memory>
#include <span>
#include <vector>

namespace weft::jsonata {

enum class Dialect : std::uint8_t {
    Reference,  // the reference implementation's functions, without $eval
    States,     // and those of the States Language: $partition, $range, $hash, $random(seed),
                // $uuid, $parse
};

// A variable that an expression reads and does not bind itself (and that is no built-in function).
// Its texts live as long as the expression.
struct Reference {
    std::string_view name;  // without the $
    // The field names behind it: $states.input.a gives input, a.
    std::span<const std::string_view> path;
    std::size_t position = 0;  // UTF-16 units, behind the name
};

// What the States Language refuses where the context is the whole expression's input.
struct TopLevelUse {
    enum class Kind : std::uint8_t { Context, Root, Name };  // $   $$   name (also * ** %)
    Kind kind{};
    std::string text;  // as written
    std::size_t position = 0;
};

// The version of the reference that AWS documents.
// AWS: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
constexpr std::string_view aws_version = "2.0.6";

// A function or an operator that came after that version: there the function is undefined, and the
// operator is refused.
struct NewerUse {
    std::string text;        // as written: $name, ??
    std::string_view since;  // the version of the reference that has it first
    std::size_t position = 0;
};

struct Program;  // the compiled form; private to this folder

// JSONata text, compiled once and evaluated many times, by many threads at once.
class Expression {
public:
    // The fault has a position; its kind is Syntax.
    static tl::expected<std::shared_ptr<const Expression>, Fault>
    compile(std::string_view text, Dialect dialect = Dialect::Reference);

    explicit Expression(std::unique_ptr<const Program> program);
    ~Expression();
    Expression(const Expression&) = delete;
    Expression& operator=(const Expression&) = delete;

    std::string_view text() const;
    Dialect dialect() const;
    // In the order of the text; a name that occurs twice is there twice.
    std::span<const Reference> references() const;
    // The names it looks up outside of itself, each once: those of its references, and of built-in
    // functions, which a binding of the same name hides.
    std::span<const std::string_view> outside_names() const;
    std::span<const TopLevelUse> top_level_uses() const;
    std::span<const NewerUse> newer_uses() const;
    // The result, if it is the same value on every input; null otherwise.
    const json::Value* constant() const;

    const Program& program() const { return *m_program; }

private:
    std::unique_ptr<const Program> m_program;
};

struct Binding {
    std::string_view name;  // without the $
    json::Value value;
};

struct EvaluationLimits {
    std::uint32_t depth_max = 10'000;                    // nested evaluations of nodes
    std::size_t stack_bytes_max = std::size_t{3} << 20;  // of the calling thread, from evaluate()
    std::size_t memory_bytes_max = std::size_t{256} << 20;  // held at one time
    std::size_t items_max = 10'000'000;  // of one array; the reference's limit of a range
};

// What an evaluation sees. All that is referred to outlives the call.
struct Environment {
    const json::Value* input = nullptr;      // $ and $$; null: undefined
    std::span<const Binding> bindings = {};  // a later one of the same name wins
    Timestamp now{};                         // $now, $millis
    Entropy* entropy = nullptr;              // $random, $shuffle, $uuid; null: seeded with 0
    Meter* meter = nullptr;                  // null: steps are not counted
    EvaluationLimits limits = {};
};

struct Outcome {
    enum class Kind : std::uint8_t { Value, Undefined, Function };
    Kind kind = Kind::Undefined;
    json::Value value = {};  // Value; functions within it are written as ""
};

// Thread-safe; changes nothing. Faults of kind Runtime, OutOfFuel, OverLimit.
tl::expected<Outcome, Fault> evaluate(const Expression& expression, const Environment& environment);

}  // namespace weft::jsonata
