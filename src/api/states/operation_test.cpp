#include "api/states/operation.h"

#include "json/parse.h"

#include <doctest/doctest.h>

using namespace weft;
using namespace weft::api::states;

TEST_CASE("an operation is found by its name, and no other")
{
    for (const Operation& operation : operations())
        CHECK(find_operation(operation.name) == &operation);
    CHECK(operations().size() == 37);
    CHECK(find_operation("") == nullptr);
    CHECK(find_operation("StartExecutions") == nullptr);
}

TEST_CASE("a request that lacks required members is told which")
{
    const Operation& operation = *find_operation("CreateStateMachineAlias");
    const auto lacking =
        check_required(operation, *json::parse(R"({"description":"d","name":null})"));
    REQUIRE(!lacking);
    CHECK(lacking.error().code == ErrorCode::ValidationFailed);
    CHECK(lacking.error().message ==
          "2 validation errors detected: Value null at 'name' failed to satisfy constraint: Member "
          "must not be null; Value null at 'routingConfiguration' failed to satisfy constraint: "
          "Member must not be null");
    // What the operation does not know is passed over.
    CHECK(check_required(operation,
                         *json::parse(R"({"name":"n","routingConfiguration":[],"other":1})")));
    CHECK(check_required(*find_operation("ListActivities"), *json::parse("{}")));
}
