#pragma once

// For the unit tests of this folder.

#include "jsonata/expression.h"

#include "json/parse.h"
#include "json/write.h"

#include <string>
#include <string_view>

namespace weft::jsonata::test {

inline json::Value value_of(std::string_view text)
{
    const Result<json::Value> value = json::parse(text);
    WEFT_ASSERT(value);
    return *value;
}

// The result as canonical JSON, "undefined", "function", or the code of the fault.
inline std::string run(std::string_view expression, std::string_view input = "",
                       Dialect dialect = Dialect::Reference, Environment environment = {})
{
    const auto compiled = Expression::compile(expression, dialect);
    if (!compiled) return compiled.error().code;
    json::Value data;
    if (!input.empty()) {
        data = value_of(input);
        environment.input = &data;
    }
    const auto outcome = evaluate(**compiled, environment);
    if (!outcome) return outcome.error().code;
    switch (outcome->kind) {
    case Outcome::Kind::Undefined: return "undefined";
    case Outcome::Kind::Function: return "function";
    case Outcome::Kind::Value: break;
    }
    return json::write_canonical(outcome->value);
}

}  // namespace weft::jsonata::test
