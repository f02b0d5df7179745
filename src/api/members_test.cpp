#include "api/members.h"

#include "json/parse.h"

#include <doctest/doctest.h>

using namespace weft;
using namespace weft::api;

TEST_CASE("one answer names all that is wrong with a request")
{
    const json::Value body = *json::parse(R"({"name":"","maxResults":1001,"type":"OTHER"})");
    Members members(body);
    members.required_text("name", {1, 80});
    members.required_text("definition");
    members.integer("maxResults", {0, 1'000});
    members.one_of("type", {"STANDARD", "EXPRESS"});
    const auto checked = members.check();
    REQUIRE(!checked);
    CHECK(checked.error().code == ErrorCode::ValidationFailed);
    CHECK(checked.error().message ==
          "4 validation errors detected: Value '' at 'name' failed to satisfy constraint: Member "
          "must have length greater than or equal to 1; Value null at 'definition' failed to "
          "satisfy constraint: Member must not be null; Value '1001' at 'maxResults' failed to "
          "satisfy constraint: Member must have value less than or equal to 1000; Value 'OTHER' at "
          "'type' failed to satisfy constraint: Member must satisfy enum value set: [STANDARD, "
          "EXPRESS]");
}

TEST_CASE("members inside an item are named by its place")
{
    const json::Value body = *json::parse(R"({"routes":[{"weight":1},{"weight":101}]})");
    Members members(body);
    std::size_t place = 0;
    for (const json::Value& item : members.list("routes", {1, 2}, "Route")) {
        Members route(item, fmt::format("routes.{}.member.", ++place));
        route.integer("weight", {0, 100});
        members.add(route);
    }
    CHECK(place == 2);
    CHECK(members.check().error().message ==
          "1 validation error detected: Value '101' at 'routes.2.member.weight' failed to satisfy "
          "constraint: Member must have value less than or equal to 100");
}

TEST_CASE("a list of the wrong length is printed as the service prints it")
{
    const json::Value body = *json::parse(R"({"routes":[{"arn":"a","weight":1},{"arn":"b"}]})");
    Members members(body);
    members.list("routes", {1, 1}, "Route");
    CHECK(members.check().error().message ==
          "1 validation error detected: Value '[Route(arn=a, weight=1), Route(arn=b)]' at 'routes' "
          "failed to satisfy constraint: Member must have length less than or equal to 1");
}

TEST_CASE("the value of a sensitive member is left out")
{
    const json::Value body = *json::parse(R"({"cause":"secret","error":""})");
    Members members(body, "mock.");
    CHECK(members.text("cause", {0, 5}, Secrecy::Sensitive) == "secret");
    members.required_text("error", {1, 5}, Secrecy::Sensitive);
    members.required_text("name", {}, Secrecy::Sensitive);
    CHECK(members.check().error().message ==
          "3 validation errors detected: Value at 'mock.cause' failed to satisfy constraint: "
          "Member must have length less than or equal to 5; Value at 'mock.error' failed to "
          "satisfy constraint: Member must have length greater than or equal to 1; Value null at "
          "'mock.name' failed to satisfy constraint: Member must not be null");
}

TEST_CASE("what is wrong with an item of a list of texts is said of the list")
{
    const json::Value body = *json::parse(R"({"good":["é","ab"],"keys":["a","abc"],"odd":[1]})");
    Members members(body);
    CHECK(members.texts("absent", {1, 2}).empty());
    CHECK(members.texts("good", {1, 2}) == std::vector<std::string>{"é", "ab"});
    CHECK(members.check());
    members.texts("keys", {1, 2});
    CHECK(members.check().error().message ==
          "1 validation error detected: Value '[a, abc]' at 'keys' failed to satisfy constraint: "
          "Member must satisfy constraint: [Member must have length less than or equal to 2, "
          "Member must have length greater than or equal to 1]");
    members.texts("odd", {1, 2});
    CHECK(members.check().error().message == "The member 'odd' must be an array of strings");
}

TEST_CASE("null is as absent; a wrong type is no validation error")
{
    const json::Value body = *json::parse(R"({"a":null,"b":1,"items":[7]})");
    Members absent(body);
    CHECK(!absent.text("a"));
    CHECK(!absent.text("c"));
    CHECK(absent.check());
    Members wrong(body);
    wrong.text("b");
    CHECK(wrong.check().error().code == ErrorCode::InvalidInput);
    CHECK(wrong.check().error().message == "The member 'b' must be a string");
    const Members item(body.find("items")->items().front(), "items.1.member.");
    CHECK(item.check().error().message == "The member 'items.1.member' must be an object");
}
