#include "cli/test_report.h"

#include "json/parse.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace weft::cli {
namespace {

using scenario::Line;

TestResult passed(std::string file, std::string name)
{
    TestResult result{std::move(file), std::move(name), "t.yaml:3:5", {}, 0.001};
    result.outcome.observed.status = "SUCCEEDED";
    return result;
}

TestResult failed(std::string file, std::string name)
{
    TestResult result = passed(std::move(file), std::move(name));
    result.outcome.mismatches.push_back({"output",
                                         "t.yaml:7:9",
                                         {{Line::Mark::Same, "$.total"},
                                          {Line::Mark::Expected, "12"},
                                          {Line::Mark::Actual, "\"<&>\x01\""}}});
    return result;
}

}  // namespace

TEST_CASE("a test's line, and what differs below it")
{
    CHECK(test_as_text(passed("a.yaml", "one"), false, {}) == "ok    one\n");
    CHECK(test_as_text(passed("a.yaml", "one"), true, {}) == "ok    a.yaml: one\n");
    CHECK(test_as_text(failed("a.yaml", "two"), false, {}) ==
          "FAIL  two (t.yaml:3:5)\n"
          "      output (t.yaml:7:9)\n"
          "          $.total\n"
          "        - 12\n"
          "        + \"<&>\x01\"\n"
          "      way: no state was entered (0 events, 0 s of simulated time)\n");
    TestResult unusable = passed("a.yaml", "three");
    unusable.outcome.unusable = "a\nb";
    CHECK(test_as_text(unusable, false, {}) == "FAIL  three (t.yaml:3:5)\n      a\n      b\n");
    Terminal terminal;
    terminal.colour = true;
    CHECK(test_as_text(failed("a.yaml", "two"), false, terminal).find("\x1b[31m") !=
          std::string::npos);
    CHECK(counts_as_text({2, 1}, {}) == "2 passed, 1 failed\n");
}

TEST_CASE("JUnit's report has a suite for each file, and escapes what XML cannot hold")
{
    const std::vector<TestResult> results = {passed("a.yaml", "one"), failed("a.yaml", "t\"wo"),
                                             passed("b.yaml", "\xED\xA0\x80")};
    const std::string xml = tests_as_junit(results);
    CHECK(xml.find("<testsuites tests=\"3\" failures=\"1\" errors=\"0\">") != std::string::npos);
    CHECK(xml.find("<testsuite name=\"a.yaml\" tests=\"2\" failures=\"1\" errors=\"0\" "
                   "skipped=\"0\" time=\"0.002000\">") != std::string::npos);
    CHECK(xml.find("name=\"t&quot;wo\"") != std::string::npos);
    CHECK(xml.find("<failure message=\"t.yaml:7:9: output differs\">") != std::string::npos);
    CHECK(xml.find("+ &quot;&lt;&amp;&gt;\xEF\xBF\xBD&quot;&#10;") != std::string::npos);
    CHECK(xml.find("name=\"\xEF\xBF\xBD\" time=\"0.001000\"/>") != std::string::npos);
}

TEST_CASE("the JSON report has each test's differences")
{
    const std::vector<TestResult> results = {passed("a.yaml", "one"), failed("a.yaml", "two")};
    const Result<json::Value> report = json::parse(tests_as_json(results));
    REQUIRE(report);
    CHECK(report->find("passed")->as_int() == 1);
    CHECK(report->find("failed")->as_int() == 1);
    const json::Value& second = report->find("tests")->items()[1];
    CHECK(second.find("result")->as_string() == "FAILED");
    const json::Value& mismatch = second.find("mismatches")->items()[0];
    CHECK(mismatch.find("place")->as_string() == "t.yaml:7:9");
    CHECK(mismatch.find("lines")->items()[1].as_string() == "- 12");
}

}  // namespace weft::cli
