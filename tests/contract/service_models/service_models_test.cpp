// Layers: aws asl service_model_data
// The models that are part of the binary: each compiles, and every resource of the language that
// calls an AWS operation finds it there.
#include "asl/resource_table.h"
#include "aws/integration_operations.h"
#include "aws/service_models.h"
#include "server/service_model_data.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

using namespace weft;

namespace {

const aws::ServiceModels& models()
{
    static const auto opened = aws::ServiceModels::open(server::service_model_data());
    REQUIRE(opened.has_value());
    return *opened;
}

bool has(const aws::OperationName& name)
{
    const aws::ServiceModels::Entry* entry = models().find(name.service);
    if (entry == nullptr) return false;
    return std::ranges::binary_search(entry->operations, name.operation);
}

}  // namespace

TEST_CASE("every service compiles and has the operations that the index names")
{
    CHECK(models().source().starts_with("botocore "));
    REQUIRE(models().services().size() > 400);
    std::set<std::string> protocols;
    for (const auto& entry : models().services()) {
        CAPTURE(entry.name);
        const auto model = models().model(entry.name);
        REQUIRE_MESSAGE(model.has_value(), model.error().message);
        CHECK((*model)->operations().size() == entry.operations.size());
        CHECK((*model)->metadata().service_id == entry.service_id);
        CHECK_FALSE((*model)->metadata().endpoint_prefix.empty());
        protocols.insert((*model)->metadata().protocol);
    }
    for (const char* protocol : {"ec2", "json", "query", "rest-json", "rest-xml"})
        CHECK(protocols.contains(protocol));
}

TEST_CASE("optimized integrations name operations that exist")
{
    // These call no operation that AWS has a model of.
    const std::set<std::string> without = {"apigateway:invoke", "eks:call", "eks:runJob",
                                           "http:invoke"};
    for (const asl::ResourceRow& row : asl::resource_rows()) {
        const std::string name = std::string(row.service) + ":" + std::string(row.action);
        CAPTURE(name);
        const auto* operation = aws::find_integration_operation(row.service, row.action);
        CHECK((operation == nullptr) == without.contains(name));
        if (operation == nullptr) continue;
        CHECK(has(operation->called()));
        CHECK(operation->polled.empty() == !row.allows(asl::Pattern::Sync));
        if (!operation->polled.empty()) CHECK(has(operation->asked()));
        if (operation->parsed.empty()) continue;
        const auto model = models().model(operation->model);
        REQUIRE(model.has_value());
        const aws::Operation* called = (*model)->find(operation->operation);
        REQUIRE(called != nullptr);
        CHECK((*model)->shape(called->output).find(operation->parsed) != nullptr);
    }
    CHECK(aws::integration_operations().size() + without.size() == asl::resource_rows().size());
}

TEST_CASE("the names of aws-sdk are those of the SDK for Java 2")
{
    CHECK(models().find_sdk("sfn", "startExecution") ==
          aws::OperationName{"stepfunctions", "StartExecution"});
    CHECK(models().find_sdk("bedrockagentruntime", "retrieve") ==
          aws::OperationName{"bedrock-agent-runtime", "Retrieve"});
    CHECK(models().find_sdk("eventbridge", "putEvents") ==
          aws::OperationName{"events", "PutEvents"});
    CHECK(models().find_sdk("rds", "describeDBInstances") ==
          aws::OperationName{"rds", "DescribeDBInstances"});
    CHECK(models().find_sdk("cloudwatchlogs", "putLogEvents") ==
          aws::OperationName{"logs", "PutLogEvents"});
    CHECK_FALSE(models().find_sdk("s3", "getObjekt").has_value());
}
