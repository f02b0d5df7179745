// Layers: intrinsics
// An expression and a document, one to a line each: any expression either does not parse, or
// evaluates within its fuel, twice to the same value.
#include "base/assert.h"
#include "intrinsics/expression.h"
#include "json/parse.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace weft;

namespace {

Result<json::Value> run(const intrinsics::Expression& expression, const json::Value& input)
{
    StepMeter meter(20'000);
    Entropy entropy(1);
    return intrinsics::evaluate(expression, jsonpath::Roots{&input, &input, nullptr}, entropy,
                                meter);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view all(reinterpret_cast<const char*>(data), size);
    // The line break that ends the expression is the last one: expressions may hold some
    // themselves.
    const std::size_t line_end = all.rfind('\n');
    const std::string_view document =
        line_end == std::string_view::npos ? std::string_view("{}") : all.substr(line_end + 1);
    const Result<intrinsics::Expression> expression =
        intrinsics::Expression::parse(all.substr(0, line_end));
    if (!expression) return 0;
    const Result<intrinsics::Expression> again = intrinsics::Expression::parse(expression->text());
    WEFT_ASSERT(again.has_value());
    const Result<json::Value> input = json::parse(document, json::ParseOptions{.depth_max = 100});
    if (!input) return 0;
    const Result<json::Value> first = run(*expression, *input);
    const Result<json::Value> second = run(*again, *input);
    WEFT_ASSERT(first.has_value() == second.has_value());
    if (first) WEFT_ASSERT(*first == *second);
    if (!first) WEFT_ASSERT(first.error() == second.error());
    return 0;
}
