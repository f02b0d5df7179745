#include "asl/resource_table.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace weft::asl {
namespace {

Resource must_parse(std::string_view arn)
{
    std::string hint;
    auto resource = parse_resource(arn, hint);
    CAPTURE(arn);
    CAPTURE(hint);
    REQUIRE(resource.has_value());
    return *std::move(resource);
}

}  // namespace

TEST_CASE("every row of the table parses in every pattern it allows")
{
    for (const ResourceRow& row : resource_rows()) {
        const std::string arn = fmt::format("arn:aws:states:::{}:{}", row.service, row.action);
        const Resource resource = must_parse(arn);
        CHECK(resource.row == &row);
        CHECK(resource.type == row.service);
        CHECK(resource.action == row.action);
        CHECK(resource.family == EventFamily::Task);
        CHECK(resource.doubt == row.doubt);
        std::string hint;
        CHECK(parse_resource(arn + ".sync", hint).has_value() == row.allows(Pattern::Sync));
        CHECK(parse_resource(arn + ".sync:2", hint).has_value() == row.allows(Pattern::Sync2));
        CHECK(parse_resource(arn + ".waitForTaskToken", hint).has_value() ==
              row.allows(Pattern::WaitForTaskToken));
        CHECK_FALSE(parse_resource(arn + ".async", hint).has_value());
    }
}

TEST_CASE("events name a resource with its suffix")
{
    const Resource nested = must_parse("arn:aws:states:::states:startExecution.sync:2");
    CHECK(nested.type == "states");
    CHECK(nested.action == "startExecution.sync:2");
    CHECK(nested.pattern == Pattern::Sync2);
    const Resource token = must_parse("arn:aws:states:::sqs:sendMessage.waitForTaskToken");
    CHECK(token.action == "sendMessage.waitForTaskToken");
    CHECK(token.pattern == Pattern::WaitForTaskToken);
}

TEST_CASE("a call of the generic form names its service")
{
    const Resource read = must_parse("arn:aws:states:::aws-sdk:s3:getObject");
    CHECK(read.type == "aws-sdk:s3");
    CHECK(read.action == "getObject");
    CHECK(read.row == &sdk_row());
    CHECK(read.doubt == Doubt::Resend);
    CHECK(must_parse("arn:aws:states:::aws-sdk:sns:publish").doubt == Doubt::Fail);
}

TEST_CASE("functions and activities have families of their own")
{
    const Resource function = must_parse("arn:aws:lambda:eu-west-1:123456789012:function:f:3");
    CHECK(function.family == EventFamily::Lambda);
    CHECK(function.row == nullptr);
    const Resource activity = must_parse("arn:aws:states:eu-west-1:123456789012:activity:a");
    CHECK(activity.family == EventFamily::Activity);
    CHECK(activity.action == "a");
}

TEST_CASE("resources outside tasks are compared whole")
{
    CHECK(is_states_resource("arn:aws:states:::s3:getObject", "s3", "getObject"));
    CHECK_FALSE(is_states_resource("arn:aws:states:::s3:getObject.sync", "s3", "getObject"));
    CHECK_FALSE(is_states_resource("s3:getObject", "s3", "getObject"));
}

}  // namespace weft::asl
