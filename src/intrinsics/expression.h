#pragma once

#include "base/entropy.h"
#include "base/meter.h"
#include "base/result.h"
#include "jsonpath/path.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weft::intrinsics {

struct Call;

constexpr std::size_t expression_bytes_max = 32'768;

// A compiled call of an intrinsic function, `States.Format('{}', $.a)`. Immutable; copies share the
// compiled form. ASL, Intrinsic Functions:
// https://states-language.net/spec.html#intrinsic-functions
class Expression {
public:
    // ErrorCode::InvalidExpression: syntax, an unknown function, the wrong number of arguments, an
    // escape other than
    // \' \{ \} \\, a path that does not parse, more than intrinsic_nesting_max calls within one
    // another.
    static Result<Expression> parse(std::string_view text);

    std::string_view text() const;
    // Whether some argument starts at `$$`: the caller need not build a context object otherwise.
    bool uses_context() const;
    // Names of the variables that its arguments start at, sorted, each once.
    const std::vector<std::string>& variables() const;

    const Call& call() const { return *m_call; }
    friend bool operator==(const Expression& left, const Expression& right)
    {
        return left.text() == right.text();
    }

private:
    explicit Expression(std::shared_ptr<const Call> call) : m_call(std::move(call)) {}
    std::shared_ptr<const Call> m_call;
};

// ErrorCode::EvaluationFailed when a function cannot take its arguments, ErrorCode::PathNotFound
// when an argument's definite path finds nothing, OutOfFuel. The messages of the first two are the
// service's: "The function '…' had the following error: The JsonPath argument for the field '$.a'
// could not be found in the input '{}'". `entropy` feeds States.UUID, and States.MathRandom without
// a seed.
Result<json::Value> evaluate(const Expression& expression, const jsonpath::Roots& roots,
                             Entropy& entropy, Meter& meter);

}  // namespace weft::intrinsics
