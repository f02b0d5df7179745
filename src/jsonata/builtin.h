#pragma once

#include "jsonata/containers.h"
#include "jsonata/expression.h"
#include "jsonata/signature.h"

#include <span>
#include <string_view>

namespace weft::jsonata {

class Evaluator;

// What a built-in function is given: arguments that fit its signature.
struct Call {
    Evaluator& evaluator;
    std::span<Item> arguments;
    const Item& input;  // the context

    // Undefined where there is no such argument.
    const Item& operator[](std::size_t index) const
    {
        static const Item none;
        return index < arguments.size() ? arguments[index] : none;
    }
    bool has(std::size_t index) const
    {
        return index < arguments.size() && !arguments[index].is_undefined();
    }
};

enum class Availability : std::uint8_t { Both, ReferenceOnly, StatesOnly };

// One row for each function: all that compiler, evaluator and documentation need.
struct Builtin {
    std::string_view name;
    std::string_view signature;
    Item (*call)(const Call& call);
    std::uint8_t arity;  // how many arguments a higher-order function passes at most
    Availability availability = Availability::Both;
    std::string_view since = {};  // version of the reference; empty: 2.0.6, which AWS documents
};

std::span<const Builtin> builtins();  // sorted by name
const Builtin* find_builtin(std::string_view name, Dialect dialect);
const Signature& signature_of(const Builtin& builtin);

}  // namespace weft::jsonata
