// Runs tests/cases/jsonpath/*.json: {name, cites, path, input, context?, expect | error {code,
// message | contains}}.
#include "jsonpath/path.h"
#include "tests/support/case_files.h"
#include "json/parse.h"
#include "json/write.h"

#include <doctest/doctest.h>

using namespace weft;

TEST_CASE("cases of paths")
{
    std::size_t count = 0;
    for (const json::Value& test : test::read_cases("jsonpath")) {
        const std::string_view name = test.find("name")->as_string();
        CAPTURE(name);
        const json::Value* context = test.find("context");
        const Result<jsonpath::Path> path = jsonpath::Path::parse(test.find("path")->as_string());
        StepMeter meter(1'000'000);
        const Result<json::Value> value =
            path ? jsonpath::evaluate(*path, jsonpath::Roots{test.find("input"), context, nullptr},
                                      meter)
                 : Result<json::Value>(tl::unexpected(path.error()));
        test::check_outcome(test, value);
        ++count;
    }
    CHECK(count > 100);
}
