// Layers: scenario
// Labels: new
// A test file, or a mock configuration of Step Functions Local: it is refused with a place, or read
// into tests that can be judged; a value without matchers is equal to itself.
#include "base/assert.h"
#include "mocks/document.h"
#include "scenario/judge.h"
#include "scenario/mock_config.h"
#include "scenario/test_file.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace weft;

namespace {

void check_test(const scenario::Test& test)
{
    WEFT_ASSERT(!test.name.empty() && !test.place.empty());
    scenario::Observed observed;
    observed.status = test.expect.status;
    if (test.expect.output) observed.output = test.expect.output->value;
    const std::vector<scenario::Mismatch> mismatches = scenario::judge(test.expect, observed);
    for (const scenario::Mismatch& mismatch : mismatches) WEFT_ASSERT(!mismatch.place.empty());
    if (!test.expect.output || scenario::has_matcher(test.expect.output->value)) return;
    const json::Value& value = test.expect.output->value;
    WEFT_ASSERT(scenario::compare(value, value).empty());
}

void check_mock_config(std::string_view text)
{
    const Result<mocks::Document> document = mocks::Document::parse(text, "config");
    if (!document) return;
    const Result<mocks::Mocks> read = scenario::read_mock_config(*document, "", "Case");
    if (!read) {
        WEFT_ASSERT(read.error().message.starts_with("config"));
        return;
    }
    for (const auto& [state, sequence] : read->sequences) {
        WEFT_ASSERT(!sequence.answers.empty());
        // No gaps: each call up to the last has an answer.
        WEFT_ASSERT(sequence.calls().value_or(0) > 0);
        WEFT_ASSERT(sequence.at(*sequence.calls() - 1) != nullptr);
        WEFT_ASSERT(sequence.at(*sequence.calls()) == nullptr);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text(reinterpret_cast<const char*>(data), size);
    scenario::Files files;
    // Every file that the text names has the same text.
    files.text = [&](const std::string&) -> Result<std::string> { return text; };
    files.definition = [&](const std::string& path,
                           const scenario::Files::Defines&) -> Result<scenario::Definition> {
        return scenario::Definition{path, "m", text, text};
    };
    const auto tests = scenario::read_tests(text, "t", files);
    if (tests) {
        for (const scenario::Test& test : *tests) check_test(test);
    } else {
        WEFT_ASSERT(tests.error().message.find('t') != std::string::npos);
    }
    check_mock_config(text);
    return 0;
}
