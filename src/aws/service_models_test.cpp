#include "aws/service_models.h"

#include "aws/output_check.h"
#include "tests/support/model_file.h"
#include "json/parse.h"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>

using namespace weft;

namespace {

std::string sample_file()
{
    return test::model_file({{"sample", test::sample_service()}});
}

std::string fault_of(std::string_view result, aws::OutputCheck check = aws::OutputCheck::Present)
{
    static const auto model = aws::ServiceModel::compile(test::sample_service());
    REQUIRE(model.has_value());
    const auto value = json::parse(result);
    REQUIRE(value.has_value());
    return aws::output_fault(**model, *(*model)->find("GetThing"), *value, check, "data")
        .value_or("none");
}

}  // namespace

TEST_CASE("a service is found by both of its names")
{
    const std::string file = sample_file();
    const auto models = aws::ServiceModels::open(file);
    REQUIRE(models.has_value());
    CHECK(models->source() == "test 1");
    REQUIRE(models->find("sample") != nullptr);
    CHECK(models->find("other") == nullptr);
    CHECK(models->find_sdk("sample", "getThing") == aws::OperationName{"sample", "GetThing"});
    CHECK(models->find_sdk("sample", "dbPing") == aws::OperationName{"sample", "DBPing"});
    CHECK_FALSE(models->find_sdk("sample", "getThings").has_value());
    CHECK_FALSE(models->find_sdk("aws sample service", "getThing").has_value());
    CHECK(models->model("other").error().code == ErrorCode::NotFound);
}

TEST_CASE("a model keeps what the protocols need")
{
    const std::string file = sample_file();
    const auto models = aws::ServiceModels::open(file);
    REQUIRE(models.has_value());
    const auto model = models->model("sample");
    REQUIRE(model.has_value());
    CHECK((*model)->metadata().protocol == "rest-json");
    CHECK((*model)->metadata().signing_name == "sample");
    const aws::Operation* get = (*model)->find("GetThing");
    REQUIRE(get != nullptr);
    CHECK(get->uri == "/things/{Id}");
    CHECK(get->host_prefix == "things.");
    CHECK(get->response_code == 200);
    CHECK(get->read_only);
    const aws::Member* id = (*model)->shape(get->input).find("Id");
    REQUIRE(id != nullptr);
    CHECK(id->required);
    CHECK(id->location == aws::Location::Uri);
    const aws::Shape& thing = (*model)->shape(get->output);
    CHECK(thing.payload == "body");
    CHECK(thing.find("body")->streaming);
    const aws::Shape& parts = (*model)->shape(*thing.find("parts"));
    CHECK(parts.flattened);
    CHECK(parts.item().location_name == "item");
    CHECK((*model)->shape(*thing.find("made")).timestamp_format == aws::TimestampFormat::Iso8601);
    const aws::Shape& missing = (*model)->shape(get->errors.at(0));
    CHECK(missing.error_code == "NoThing");
    CHECK(missing.error_status == 404);
    const aws::Operation* ping = (*model)->find("DBPing");
    REQUIRE(ping != nullptr);
    CHECK(ping->input == aws::no_shape);
}

TEST_CASE("services are called as the SDK for Java 2 calls them")
{
    CHECK(aws::sdk_service_name("SFN") == "sfn");
    CHECK(aws::sdk_service_name("Bedrock Agent Runtime") == "bedrockagentruntime");
    CHECK(aws::sdk_service_name("Config Service") == "config");
    CHECK(aws::sdk_service_name("Lex Runtime Service") == "lexruntime");
    CHECK(aws::sdk_service_name("Elastic Load Balancing v2") == "elasticloadbalancingv2");
}

TEST_CASE("results are measured by the model, with names as Step Functions shows them")
{
    CHECK(fault_of("{}") == "none");
    CHECK(fault_of("{}", aws::OutputCheck::Strict) == "Required field 'Name' is missing");
    CHECK(fault_of(R"({"Name":"ab","Made":null})", aws::OutputCheck::Strict) ==
          "Required field 'Made' is missing");
    CHECK(fault_of(R"({"Name":"ab","Made":"2020"})", aws::OutputCheck::Strict) == "none");
    CHECK(fault_of(R"({"name":1,"Other":[1]})") == "none");
    CHECK(fault_of(R"({"Name":1})") == "Field 'Name' must be a string");
    CHECK(fault_of(R"({"Name":"a"})") == "Field 'Name' is smaller than the minimum length");
    CHECK(fault_of(R"({"Name":"abcde"})") == "Field 'Name' exceeds the maximum length");
    CHECK(fault_of(R"({"Name":"äöü€"})") == "none");
    CHECK(fault_of(R"({"Made":7})") == "Field 'Made' must be a string");
    CHECK(fault_of(R"({"Kind":"C"})") == "Field 'Kind' is not an expected value");
    CHECK(fault_of(R"({"Size":"1"})") == "Field 'Size' must be a number");
    CHECK(fault_of(R"({"Size":1.5})") == "Field 'Size' must be an integer");
    CHECK(fault_of(R"({"Size":0})") == "Field 'Size' is less than the minimum value");
    CHECK(fault_of(R"({"Size":10})") == "Field 'Size' exceeds the maximum value");
    CHECK(fault_of(R"({"Open":"yes"})") == "Field 'Open' must be a boolean");
    CHECK(fault_of(R"({"Parts":{}})") == "Field 'Parts' must be an array");
    CHECK(fault_of(R"({"Parts":[1]})") == "Field 'Parts' must be an object");
    CHECK(fault_of(R"({"Parts":[{"Next":{"Id":1}}]})") == "Field 'Id' must be a string");
    CHECK(fault_of(R"({"Tags":{"x":2}})") == "Field 'x' must be a string");
    CHECK(fault_of(R"({"Body":""})") == "Field 'Body' is smaller than the minimum length");
    CHECK(fault_of(R"({"Any":[1],"Note":{"a":1},"Data":{"parsed":true}})") == "none");
}

TEST_CASE("bytes that are no models are refused")
{
    const std::string file = sample_file();
    for (std::size_t size = 0; size < file.size(); size += 7) {
        const std::string_view cut = std::string_view(file).substr(0, size);
        const auto models = aws::ServiceModels::open(cut);
        const bool refused = !models || models->services().empty() || !models->model("sample");
        CHECK(refused);
    }
    std::string other = file;
    other[8] = 2;
    CHECK(aws::ServiceModels::open(other).error().code == ErrorCode::Corrupt);
    for (const char* text :
         {R"([])", R"({"metadata":{},"operations":{}})",
          R"({"metadata":{},"operations":{},"shapes":{"A":{"type":"nothing"}}})",
          R"({"metadata":{},"operations":{},"shapes":{"A":{"type":"list"}}})",
          R"({"metadata":{},"operations":{"O":{"input":{"shape":"B"}}},"shapes":{}})"}) {
        const auto value = json::parse(text);
        REQUIRE(value.has_value());
        CHECK(aws::ServiceModel::compile(*value).error().code == ErrorCode::Corrupt);
    }
}
