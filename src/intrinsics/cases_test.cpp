// Runs tests/cases/intrinsics/*.json: {name, cites, expression, input, context?, expect | error
// {code, message | contains}}.
#include "intrinsics/expression.h"
#include "tests/support/case_files.h"

#include <doctest/doctest.h>

using namespace weft;

TEST_CASE("cases of intrinsic functions")
{
    std::size_t count = 0;
    for (const json::Value& test : test::read_cases("intrinsics")) {
        const std::string_view name = test.find("name")->as_string();
        CAPTURE(name);
        const json::Value* context = test.find("context");
        const Result<intrinsics::Expression> expression =
            intrinsics::Expression::parse(test.find("expression")->as_string());
        StepMeter meter(1'000'000);
        Entropy entropy(7);
        const jsonpath::Roots roots{test.find("input"), context, nullptr};
        const Result<json::Value> value =
            expression ? intrinsics::evaluate(*expression, roots, entropy, meter)
                       : Result<json::Value>(tl::unexpected(expression.error()));
        test::check_outcome(test, value);
        ++count;
    }
    CHECK(count > 100);
}
