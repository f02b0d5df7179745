// The cases of tests/cases/execution, of docs/ and of examples/, run by the production runtime in
// simulated time. What the engine's invariants say of every event is held as well, by running each
// case of the project a second time with the engine alone.
#include "scenario/runner.h"
#include "scenario/test_file.h"

#include "mocks/mocks.h"
#include "scenario/match.h"
#include "tests/support/engine_harness.h"
#include "json/write.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace weft::scenario {
namespace {

std::string read_whole(const std::filesystem::path& path)
{
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

Files files_on_disk()
{
    Files files;
    files.text = [](const std::string& path) -> Result<std::string> { return read_whole(path); };
    files.definition = [](const std::string& path, const Files::Defines&) -> Result<Definition> {
        std::string text = read_whole(path);
        if (text.empty()) return fail(ErrorCode::Io, "cannot read '{}'", path);
        return Definition{path, "m", text, text};
    };
    return files;
}

// As the engine's own harness has it.
Defaults of_cases()
{
    Defaults defaults;
    defaults.limits = LimitsProfile::Aws;
    defaults.machine_name = "m";
    defaults.execution_name = "e";
    defaults.start = Timestamp{Milliseconds(1'700'000'000'000)};
    return defaults;
}

std::vector<std::filesystem::path> files_of(const std::filesystem::path& folder,
                                            std::string_view ending)
{
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.path().filename().string().ends_with(ending)) files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

std::vector<Test> read_all(const std::string& text, const std::string& name,
                           const Defaults& defaults)
{
    Result<std::vector<Test>> tests = read_tests(text, name, files_on_disk(), defaults);
    const std::string problem = tests ? std::string() : tests.error().message;
    CAPTURE(problem);
    REQUIRE(tests);
    return *std::move(tests);
}

std::string describe(const Outcome& outcome)
{
    std::string text = outcome.unusable;
    for (const Mismatch& mismatch : outcome.mismatches) {
        text += "\n" + mismatch.what + " (" + mismatch.place + ")";
        for (const Line& line : mismatch.lines)
            text += (line.mark == Line::Mark::Expected ? "\n  - "
                     : line.mark == Line::Mark::Actual ? "\n  + "
                                                       : "\n    ") +
                    line.text;
    }
    return text;
}

// A case of the project says all: what it does not name is not there, and values are written
// exactly as it writes them.
void check_exactly(const Test& test, const Observed& observed)
{
    if (!test.expect.error) CHECK_FALSE(observed.error);
    if (!test.expect.cause) CHECK_FALSE(observed.cause);
    if (test.expect.output) {
        REQUIRE(observed.output);
        if (!has_matcher(test.expect.output->value))
            CHECK(json::write(*observed.output) == json::write(test.expect.output->value));
    }
    if (test.expect.assigned)
        CHECK(json::write(json::Value::array(observed.trace.assigned())) ==
              json::write(test.expect.assigned->value));
}

// The answers as the engine's harness takes them.
json::Value script_of(const mocks::Mocks& mocks)
{
    constexpr std::int64_t repeats = 1'000;
    std::vector<json::Member> script;
    for (const auto& [state, sequence] : mocks.sequences) {
        std::vector<json::Value> answers;
        for (const mocks::Answer& answer : sequence.answers) {
            std::vector<json::Member> members;
            if (answer.output)
                members.push_back({"output", *answer.output});
            else
                members.push_back({"error", answer.error});
            if (!answer.cause.empty()) members.push_back({"cause", answer.cause});
            members.push_back(
                {"times", answer.repeat ? repeats : static_cast<std::int64_t>(answer.times)});
            members.push_back({"delay_seconds", static_cast<double>(answer.delay.count()) / 1000});
            answers.push_back(json::Value::object(std::move(members)));
        }
        script.push_back({json::String(state), json::Value::array(std::move(answers))});
    }
    return json::Value::object(std::move(script));
}

// The engine alone: its harness folds and saves every prefix of the history, and the end must be
// the same.
void run_with_engine(const Test& test, const Observed& observed)
{
    test::Harness::Options options;
    options.type = test.type;
    options.limits = limits_for(test.limits);
    test::Harness harness(test.definition->json, options);
    harness.script(script_of(test.mocks));
    harness.run(test.input);
    Trace trace;
    for (const history::Event& event : harness.history()) trace.add(event);
    CHECK(trace.path() == observed.trace.path());
    CHECK(trace.outline() == observed.trace.outline());
    if (observed.output)
        CHECK(json::write(harness.execution().output()) == json::write(*observed.output));
}

void run_exactly(const std::vector<Test>& tests)
{
    Runner runner;
    for (const Test& test : tests) {
        CAPTURE(test.name);
        const Outcome outcome = runner.run(test);
        const std::string differs = describe(outcome);
        CAPTURE(differs);
        CHECK(outcome.passed());
        if (!outcome.unusable.empty()) continue;
        check_exactly(test, outcome.observed);
        run_with_engine(test, outcome.observed);
    }
}

// The fenced blocks of a page that begin with ```LANGUAGE MARK.
std::vector<std::string> blocks_of(const std::string& page, const std::string& fence)
{
    const std::string text = read_whole(std::filesystem::path("docs") / page);
    std::vector<std::string> blocks;
    const std::string begin = "```" + fence + "\n";
    for (std::size_t at = text.find(begin); at != std::string::npos; at = text.find(begin, at)) {
        at += begin.size();
        const std::size_t end = text.find("\n```", at);
        REQUIRE(end != std::string::npos);
        blocks.push_back(text.substr(at, end - at + 1));
    }
    return blocks;
}

TEST_CASE("the cases of tests/cases/execution")
{
    std::size_t count = 0;
    for (const std::filesystem::path& path : files_of("tests/cases/execution", ".json")) {
        const std::vector<Test> tests = read_all(read_whole(path), path.string(), of_cases());
        count += tests.size();
        run_exactly(tests);
    }
    CHECK(count >= 168);
}

TEST_CASE("the examples of docs/data-flow.md")
{
    const std::vector<std::string> blocks = blocks_of("data-flow.md", "json case");
    CHECK(blocks.size() >= 6);
    for (const std::string& block : blocks)
        run_exactly(read_all(block, "docs/data-flow.md", of_cases()));
}

TEST_CASE("the examples of docs/testing.md")
{
    const std::vector<std::string> blocks = blocks_of("testing.md", "yaml test");
    CHECK(blocks.size() >= 4);
    for (const std::string& block : blocks) {
        Runner runner;
        // Paths of the page are those of a file in the project's folder.
        for (const Test& test : read_all(block, "testing.md.test.yaml", {})) {
            CAPTURE(test.name);
            const Outcome outcome = runner.run(test);
            const std::string differs = describe(outcome);
            CAPTURE(differs);
            CHECK(outcome.passed());
        }
    }
}

TEST_CASE("the tests of examples/")
{
    const std::vector<std::filesystem::path> paths = files_of("examples", ".test.yaml");
    CHECK(paths.size() >= 3);
    for (const std::filesystem::path& path : paths) {
        Runner runner;
        for (const Test& test : read_all(read_whole(path), path.string(), {})) {
            CAPTURE(test.name);
            const Outcome outcome = runner.run(test);
            const std::string differs = describe(outcome);
            CAPTURE(differs);
            CHECK(outcome.passed());
        }
    }
}

}  // namespace
}  // namespace weft::scenario
