#pragma once

#include "base/result.h"
#include "scenario/test.h"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace weft::scenario {

// How the files that a test file names are read; paths are as in the test file, taken from its
// folder.
struct Files {
    using Defines = std::map<std::string, std::string, std::less<>>;  // ${NAME} to value

    std::function<Result<std::string>(const std::string& path)> text;
    std::function<Result<Definition>(const std::string& path, const Defines&)> definition;
};

// What a test has when it does not say.
struct Defaults {
    LimitsProfile limits = LimitsProfile::Weft;
    std::string machine_name = "main";  // of a definition that stands in the test file
    std::string execution_name = "test";
    Timestamp start{Milliseconds(1'767'225'600'000)};  // 2026-01-01T00:00:00Z
    std::uint64_t seed = 1;
    std::uint64_t events_max = 250'000;
};

constexpr std::size_t tests_max = 100'000;  // of one file

// Reads a test file, YAML or JSON: one test, a list of them, or an object with `tests` and what
// they have in common. docs/testing.md describes the schema.
// Error: InvalidInput with file, line and column ("rfp.test.yaml:7:9: unknown field 'tims' in a
// test; did you mean 'times'?"), LimitExceeded, and those of `files`, after the place that names
// the file.
Result<std::vector<Test>> read_tests(std::string_view text, std::string name, const Files& files,
                                     const Defaults& defaults = {});

}  // namespace weft::scenario
