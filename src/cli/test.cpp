#include "cli/command.h"
#include "cli/definition_file.h"
#include "cli/test_report.h"
#include "cli/text_file.h"
#include "scenario/runner.h"
#include "scenario/test_file.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft::cli {

namespace {

constexpr std::size_t test_file_bytes_max = std::size_t{16} << 20;

scenario::Files files_on_disk()
{
    scenario::Files files;
    files.text = [](const std::string& path) { return read_file(path, test_file_bytes_max); };
    files.definition = [](const std::string& path,
                          const scenario::Files::Defines& defines) -> Result<scenario::Definition> {
        DefinitionFile file = TRY(read_definition(path, defines));
        std::string machine = file.machine_name();
        const bool express = file.express_by_name();
        return scenario::Definition{path, std::move(machine), std::move(file.written),
                                    std::move(file.definition), express};
    };
    return files;
}

struct TestFile {
    std::string path;
    std::vector<scenario::Test> tests;
};

Result<TestFile> read_test_file(const std::string& path, const scenario::Defaults& defaults)
{
    const std::string text = TRY(read_file(path, test_file_bytes_max));
    return TestFile{path, TRY(scenario::read_tests(text, path, files_on_disk(), defaults))};
}

TestResult run_test(scenario::Runner& runner, const std::string& path, const scenario::Test& test)
{
    const auto begin = std::chrono::steady_clock::now();
    TestResult result{path, test.name, test.place, runner.run(test), 0};
    result.wall_seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return result;
}

Result<> write_file(const std::string& path, std::string_view text)
{
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "wb"),
                                                               &std::fclose);
    if (!file || std::fwrite(text.data(), 1, text.size(), file.get()) != text.size() ||
        std::fflush(file.get()) != 0)
        return fail(ErrorCode::Io, "cannot write '{}'", path);
    return {};
}

}  // namespace

int test_command(const Session& session, const Arguments& arguments)
{
    scenario::Defaults defaults;
    if (arguments.value("--limits") == "aws") defaults.limits = LimitsProfile::Aws;
    const std::string filter = arguments.value("--filter");
    const std::string format = arguments.value("--format");
    const std::string output = arguments.value("--output");
    const bool text = format.empty() || format == "text";

    int status = exit_done;
    std::vector<TestFile> files;
    for (const std::string& path : arguments.operands) {
        Result<TestFile> file = read_test_file(path, defaults);
        if (file)
            files.push_back(*std::move(file));
        else
            status = session.unusable(file.error().message);
    }

    // Text appears test by test, unless it goes to a file; the other formats are written at the
    // end.
    const bool live = text ? output.empty() : !output.empty();
    const Terminal plain;
    const Terminal& terminal = live ? session.out : plain;
    scenario::Runner runner;
    std::vector<TestResult> results;
    std::string report;
    for (const TestFile& file : files) {
        for (const scenario::Test& test : file.tests) {
            if (test.name.find(filter) == std::string::npos) continue;
            results.push_back(run_test(runner, file.path, test));
            const std::string line =
                test_as_text(results.back(), arguments.operands.size() > 1, terminal);
            if (live)
                session.out.write(line);
            else
                report += line;
            if (text) results.back().outcome.observed = {};  // has been shown
        }
    }
    const TestCounts counts = count_tests(results);
    if (results.empty() && status == exit_done)
        return session.unusable(fmt::format("no test's name contains '{}'", filter));
    if (live)
        session.out.write(counts_as_text(counts, terminal));
    else
        report += counts_as_text(counts, terminal);
    if (format == "json") report = tests_as_json(results);
    if (format == "junit") report = tests_as_junit(results);
    if (!output.empty()) {
        if (const Result<> written = write_file(output, report); !written)
            return session.unusable(written.error().message);
    } else if (!text) {
        session.out.write(report);
    }
    if (status != exit_done) return status;
    return counts.failed > 0 ? exit_failed : exit_done;
}

}  // namespace weft::cli
