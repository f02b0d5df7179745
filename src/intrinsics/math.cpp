#include "intrinsics/arguments.h"
#include "intrinsics/families.h"

#include "base/java_random.h"

namespace weft::intrinsics {

using json::Value;

// AWS: both are rounded first, then added (recorded: 1.49 + 1.5 is 3).
Result<Value> math_add(Arguments arguments, Session&)
{
    const std::int64_t left =
        TRY(integer_argument(arguments[0], "The first argument of States.MathAdd"));
    const std::int64_t right =
        TRY(integer_argument(arguments[1], "The second argument of States.MathAdd"));
    std::int64_t sum = 0;
    if (__builtin_add_overflow(left, right, &sum))
        return fail(ErrorCode::EvaluationFailed,
                    "The sum of States.MathAdd does not fit 64 bits: {} + {}", left, right);
    return Value(sum);
}

// From the first, included, to the second, excluded. A third argument is the seed: it always gives
// the same number.
Result<Value> math_random(Arguments arguments, Session& session)
{
    const std::int64_t first =
        TRY(integer_argument(arguments[0], "The first argument of States.MathRandom"));
    const std::int64_t last =
        TRY(integer_argument(arguments[1], "The second argument of States.MathRandom"));
    if (first >= last)
        return fail(ErrorCode::EvaluationFailed,
                    "The first argument of States.MathRandom must be less than the second, but "
                    "was: {} and {}",
                    first, last);
    const std::uint64_t range =
        static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first);
    const std::int64_t seed =
        arguments.size() < 3
            ? static_cast<std::int64_t>(session.entropy.next())
            : TRY(integer_argument(arguments[2], "The third argument of States.MathRandom"));
    const std::uint64_t drawn = JavaRandom(seed).below(range);
    return Value(static_cast<std::int64_t>(static_cast<std::uint64_t>(first) + drawn));
}

}  // namespace weft::intrinsics
