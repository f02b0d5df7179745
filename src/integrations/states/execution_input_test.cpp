#include "integrations/states/execution_input.h"

#include <doctest/doctest.h>

using namespace weft;
using namespace weft::integrations::states;

TEST_CASE("an execution's input is JSON, and what is none is refused in Jackson's words")
{
    CHECK(*parse_execution_input(R"({"a":1})") == json::Value::object({{"a", 1}}));
    CHECK(*parse_execution_input("null") == json::Value());

    const auto refused = [](std::string_view text) {
        const Result<json::Value> parsed = parse_execution_input(text);
        REQUIRE(!parsed);
        CHECK(parsed.error().code == ErrorCode::InvalidExecutionInput);
        return parsed.error().message;
    };
    CHECK(refused("notjson") ==
          "Invalid State Machine Execution Input: 'Unrecognized token 'notjson': was expecting "
          "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')'");
    CHECK(refused("") == "Invalid State Machine Execution Input: 'Invalid execution input.'");
}
