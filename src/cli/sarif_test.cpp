#include "cli/sarif.h"

#include "json/pointer.h"
#include "json/write.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace weft::cli {
namespace {

std::string at(const json::Value& document, std::string_view pointer)
{
    const json::Value* found = json::resolve(document, pointer);
    return found != nullptr ? json::write(*found) : "(none)";
}

TEST_CASE("findings become a SARIF log")
{
    asl::Finding error;
    error.code = "MISSING_TRANSITION_TARGET";
    error.message = "Missing 'Next' target: B";
    error.pointer = "/States/A/Next";
    error.hint = "did you mean 'A'?";
    error.line = 3;
    error.column = 7;
    asl::Finding warning;
    warning.severity = asl::Severity::Warning;
    warning.code = "NO_DOLLAR";
    warning.message = "looks like a path";
    const std::vector<FileFindings> files = {{"flows/a b.json", {error, warning}},
                                             {"c.json", {error}}};
    const json::Value log = findings_as_sarif(files);

    CHECK(at(log, "/version") == R"("2.1.0")");
    CHECK(at(log, "/runs/0/tool/driver/rules") ==
          R"([{"id":"MISSING_TRANSITION_TARGET"},{"id":"NO_DOLLAR"}])");
    CHECK(at(log, "/runs/0/results/0/level") == R"("error")");
    CHECK(at(log, "/runs/0/results/0/message/text") ==
          R"text("Missing 'Next' target: B (did you mean 'A'?)")text");
    CHECK(
        at(log, "/runs/0/results/0/locations/0/physicalLocation") ==
        R"({"artifactLocation":{"uri":"flows/a%20b.json"},"region":{"startLine":3,"startColumn":7}})");
    CHECK(at(log, "/runs/0/results/0/locations/0/logicalLocations/0/fullyQualifiedName") ==
          R"("/States/A/Next")");
    CHECK(at(log, "/runs/0/results/1/level") == R"("warning")");
    CHECK(at(log, "/runs/0/results/1/locations/0/physicalLocation/region") == "(none)");
    CHECK(at(log, "/runs/0/results/2/locations/0/physicalLocation/artifactLocation/uri") ==
          R"("c.json")");
}

TEST_CASE("a SARIF log without findings is a run without results")
{
    const json::Value log = findings_as_sarif({});
    CHECK(at(log, "/runs/0/results") == "[]");
    CHECK(at(log, "/runs/0/tool/driver/name") == R"("weft")");
}

}  // namespace
}  // namespace weft::cli
