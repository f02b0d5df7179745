#pragma once

#include "cli/terminal.h"
#include "scenario/runner.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace weft::cli {

// One test of `weft test`, run.
struct TestResult {
    std::string file;
    std::string name;
    std::string place;  // of the test in its file
    scenario::Outcome outcome;
    double wall_seconds = 0;
};

struct TestCounts {
    std::size_t passed = 0;
    std::size_t failed = 0;
};
TestCounts count_tests(std::span<const TestResult> results);

// For people: a line "ok" or "FAIL", and below a failed test what differs, where the expectation
// stands and which way the execution took. `with_file`: the file's name before the test's.
std::string test_as_text(const TestResult& result, bool with_file, const Terminal& terminal);
// "12 passed, 1 failed".
std::string counts_as_text(const TestCounts& counts, const Terminal& terminal);

// `{passed, failed, tests: [{file, name, place, result, …}]}`, indented.
std::string tests_as_json(std::span<const TestResult> results);
// The XML of JUnit's reports as CI systems read it: a suite for each file.
std::string tests_as_junit(std::span<const TestResult> results);

}  // namespace weft::cli
