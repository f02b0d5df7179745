#include "intrinsics/table.h"

#include "base/java_random.h"
#include "intrinsics/expression.h"
#include "json/write.h"

#include <doctest/doctest.h>

#include <string>

using namespace weft;

namespace {

Result<json::Value> run(std::string_view text, std::uint64_t seed = 1,
                        std::uint64_t steps = 1'000'000)
{
    const Result<intrinsics::Expression> expression = intrinsics::Expression::parse(text);
    if (!expression) return tl::unexpected(expression.error());
    const json::Value input;
    StepMeter meter(steps);
    Entropy entropy(seed);
    return intrinsics::evaluate(*expression, jsonpath::Roots{&input, nullptr, nullptr}, entropy,
                                meter);
}

}  // namespace

TEST_CASE("the table has the eighteen functions, and each example gives its result")
{
    CHECK(intrinsics::intrinsics().size() == 18);
    for (const intrinsics::Intrinsic& row : intrinsics::intrinsics()) {
        CAPTURE(row.name);
        CHECK(intrinsics::find_intrinsic(row.name) == &row);
        CHECK(row.arguments_min <= row.arguments_max);
        CHECK_FALSE(row.doc.empty());
        CHECK(row.example.starts_with(row.name));
        const Result<json::Value> value = run(row.example);
        REQUIRE(value);
        if (!row.example_result.empty()) CHECK(json::write(*value) == row.example_result);
    }
    CHECK(intrinsics::find_intrinsic("States.") == nullptr);
    CHECK(intrinsics::find_intrinsic("States.Zzz") == nullptr);
}

TEST_CASE("random values come from the entropy, and a seed decides alone")
{
    CHECK(*run("States.UUID()", 1) == *run("States.UUID()", 1));
    CHECK(*run("States.UUID()", 1) != *run("States.UUID()", 2));
    const std::string uuid(run("States.UUID()")->as_string());
    REQUIRE(uuid.size() == 36);
    CHECK(uuid[14] == '4');
    CHECK(*run("States.MathRandom(0, 1000000, 9)", 1) ==
          *run("States.MathRandom(0, 1000000, 9)", 2));
    bool low = false;
    bool high = false;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        const std::int64_t drawn = run("States.MathRandom(-2, 3)", seed)->as_int();
        CHECK(drawn >= -2);
        CHECK(drawn < 3);
        low = low || drawn == -2;
        high = high || drawn == 2;
    }
    CHECK(low);
    CHECK(high);
}

TEST_CASE("the seeded generator is java.util.Random")
{
    // new Random(42).nextInt(10): 0, then 3; nextInt(16) of seed 1 takes the power-of-two branch.
    JavaRandom random(42);
    CHECK(random.below(10) == 0);
    CHECK(random.below(10) == 3);
    for (std::uint64_t bound : {std::uint64_t{1}, std::uint64_t{16}, std::uint64_t{0x7fffffff},
                                std::uint64_t{1} << 40U, UINT64_MAX}) {
        for (int i = 0; i < 50; ++i) CHECK(random.below(bound) < bound);
    }
}

TEST_CASE("an expression tells what it reads")
{
    const auto expression = intrinsics::Expression::parse(
        "States.Format('{}{}', $b.x, States.Array($a, $$.Execution.Name, $a[0]))");
    REQUIRE(expression);
    CHECK(expression->uses_context());
    CHECK(expression->variables() == std::vector<std::string>{"a", "b"});
    CHECK_FALSE(intrinsics::Expression::parse("States.Array($.a)")->uses_context());
    CHECK(*expression == *intrinsics::Expression::parse(expression->text()));
}

TEST_CASE("work is metered and sizes are bounded")
{
    CHECK(run("States.Array(States.Array())", 1, 1).error().code == ErrorCode::OutOfFuel);
    CHECK(run("States.ArrayRange(1, 900, 1)", 1, 100).error().code == ErrorCode::OutOfFuel);
    const std::string spaces(intrinsics::expression_bytes_max, ' ');
    CHECK_FALSE(intrinsics::Expression::parse("States.UUID()" + spaces));
}
