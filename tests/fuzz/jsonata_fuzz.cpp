// Layers: jsonata
// Labels: new
// An expression and a document; the last line break parts them. Any expression either does not
// compile, with a place in its text, or evaluates within its bounds, twice to the same result; what
// is printed of its tree parses to the same tree.
#include "base/assert.h"
#include "encoding/utf8.h"
#include "jsonata/expression.h"
#include "jsonata/parser.h"
#include "jsonata/printer.h"
#include "tests/support/same_tree.h"
#include "json/parse.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace weft;

namespace {

tl::expected<jsonata::Outcome, jsonata::Fault> run(const jsonata::Expression& expression,
                                                   const json::Value& input)
{
    StepMeter meter(200'000);
    Entropy entropy(1);
    jsonata::Environment environment;
    environment.input = &input;
    environment.entropy = &entropy;
    environment.meter = &meter;
    environment.limits.memory_bytes_max = std::size_t{16} << 20;
    environment.limits.stack_bytes_max = std::size_t{1} << 20;
    return jsonata::evaluate(expression, environment);
}

void print_and_parse(std::string_view text)
{
    jsonata::Arena arena;
    const auto tree = jsonata::parse(text, arena);
    if (!tree) return;
    const std::string printed = jsonata::print(**tree);
    jsonata::Arena other;
    const auto again = jsonata::parse(printed, other);
    WEFT_ASSERT(again.has_value() && jsonata::same_tree(*tree, *again));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view all(reinterpret_cast<const char*>(data), size);
    const std::size_t line_end = all.rfind('\n');
    const std::string_view document =
        line_end == std::string_view::npos ? std::string_view("{}") : all.substr(line_end + 1);
    const std::string_view text = all.substr(0, line_end);
    if (!encoding::is_utf8(text)) return 0;  // what JSON and the command line give is
    print_and_parse(text);
    const auto expression = jsonata::Expression::compile(text, jsonata::Dialect::States);
    if (!expression) {
        WEFT_ASSERT(!expression.error().code.empty() && !expression.error().message.empty());
        WEFT_ASSERT(expression.error().position.value_or(0) <= text.size());
        return 0;
    }
    const Result<json::Value> input = json::parse(document, json::ParseOptions{.depth_max = 100});
    if (!input) return 0;
    const auto first = run(**expression, *input);
    const auto second = run(**expression, *input);
    WEFT_ASSERT(first.has_value() == second.has_value());
    if (first) {
        WEFT_ASSERT(first->kind == second->kind && first->value == second->value);
        if (const json::Value* constant = (*expression)->constant())
            WEFT_ASSERT(first->value == *constant);
    } else {
        WEFT_ASSERT(first.error().code == second.error().code);
    }
    return 0;
}
