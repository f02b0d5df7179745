#include "asl/compile.h"

#include "tests/support/case_files.h"

#include <doctest/doctest.h>

#include <string>

// tests/cases/validation: a definition (or a text that may be none) and the findings in order. Of a
// finding are compared code, message and location, and what else the case names.
namespace weft::asl {
namespace {

std::string text_of(const json::Value& value, std::string_view key)
{
    const json::Value* found = value.find(key);
    return found != nullptr ? std::string(found->as_string()) : std::string();
}

void check_finding(const json::Value& expected, const Finding& finding)
{
    CHECK(finding.code == text_of(expected, "code"));
    CHECK(finding.message == text_of(expected, "message"));
    CHECK(finding.location == text_of(expected, "location"));
    const bool warning = text_of(expected, "severity") == "WARNING";
    CHECK(finding.severity == (warning ? Severity::Warning : Severity::Error));
    if (expected.find("hint") != nullptr) CHECK(finding.hint == text_of(expected, "hint"));
    if (const json::Value* line = expected.find("line")) CHECK(finding.line == line->as_uint());
    if (const json::Value* column = expected.find("column")) {
        CHECK(finding.column == column->as_uint());
    }
}

}  // namespace

TEST_CASE("definitions give the findings of the cases")
{
    for (const json::Value& test : weft::test::read_cases("validation")) {
        const std::string name = text_of(test, "name");
        CAPTURE(name);
        const json::Value* definition = test.find("definition");
        const std::string text =
            definition != nullptr ? json::write(*definition) : text_of(test, "text");
        CompileOptions options;
        if (text_of(test, "type") == "EXPRESS") options.type = MachineType::Express;
        options.with_positions = true;
        if (text_of(test, "target") == "aws") {
            options.aws_target = true;
            options.newer_jsonata = NewerJsonata::Warn;
        }
        if (text_of(test, "limits") == "aws") options.newer_jsonata = NewerJsonata::Refuse;
        const Compiled compiled = compile(text, options);

        const auto expected = test.find("findings")->items();
        std::string got;
        bool refused = false;
        for (const Finding& finding : compiled.findings) {
            got += finding.fault() + "\n";
            refused = refused || finding.severity == Severity::Error;
            if (!finding.pointer.empty()) CHECK(finding.line > 0);
        }
        CAPTURE(got);
        CHECK(compiled.findings.size() == expected.size());
        if (compiled.findings.size() != expected.size()) continue;
        for (std::size_t i = 0; i < expected.size(); ++i) {
            check_finding(expected[i], compiled.findings[i]);
        }
        CHECK((compiled.machine == nullptr) == refused);
    }
}

}  // namespace weft::asl
