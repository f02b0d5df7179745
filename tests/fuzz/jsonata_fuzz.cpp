// Layers: jsonata
// An expression and a document, parted by the last line break: any expression either does not
// compile, or evaluates within its fuel, depth and memory, twice to the same answer.
#include "base/assert.h"
#include "jsonata/expression.h"
#include "json/parse.h"
#include "json/write.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

using namespace weft;

namespace {

// The result as a text, so that NaN-free answers compare as a whole; a fault by its code.
std::string answer(const jsonata::Expression& expression, const json::Value& input)
{
    StepMeter meter(20'000);
    Entropy entropy(1);
    jsonata::Environment environment;
    environment.input = &input;
    environment.entropy = &entropy;
    environment.meter = &meter;
    environment.limits.depth_max = 500;
    environment.limits.stack_bytes_max = std::size_t{1} << 20;
    environment.limits.memory_bytes_max = std::size_t{32} << 20;
    environment.limits.items_max = 100'000;
    const auto outcome = jsonata::evaluate(expression, environment);
    if (!outcome) {
        WEFT_ASSERT(!outcome.error().code.empty() || !outcome.error().message.empty());
        return "fault " + outcome.error().code;
    }
    switch (outcome->kind) {
    case jsonata::Outcome::Kind::Undefined: return "undefined";
    case jsonata::Outcome::Kind::Function: return "function";
    case jsonata::Outcome::Kind::Value: break;
    }
    return json::write(outcome->value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view all(reinterpret_cast<const char*>(data), size);
    const std::size_t line_end = all.rfind('\n');
    const std::string_view text = all.substr(0, line_end);
    const std::string_view document =
        line_end == std::string_view::npos ? std::string_view("{}") : all.substr(line_end + 1);
    const Result<json::Value> input = json::parse(document, json::ParseOptions{.depth_max = 100});
    if (!input) return 0;
    for (const auto dialect : {jsonata::Dialect::Reference, jsonata::Dialect::States}) {
        const auto expression = jsonata::Expression::compile(text, dialect);
        if (!expression) {
            WEFT_ASSERT(expression.error().kind == jsonata::FaultKind::Syntax ||
                        expression.error().kind == jsonata::FaultKind::OverLimit);
            continue;
        }
        const std::string first = answer(**expression, *input);
        WEFT_ASSERT(answer(**expression, *input) == first);
    }
    return 0;
}
