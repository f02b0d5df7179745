#include "aws/arn.h"

#include <doctest/doctest.h>

using namespace weft;

TEST_CASE("an ARN keeps colons and slashes of its resource")
{
    const std::string_view texts[] = {
        "arn:aws:states:us-east-1:123456789012:stateMachine:orders",
        "arn:aws:states:us-east-1:123456789012:express:orders:run:6c2a",
        "arn:aws-cn:states:cn-north-1:123456789012:mapRun:orders/label:6c2a",
        "arn:aws:states:::bedrock:invokeModel", "arn:aws:s3:::bucket/key with:colon"};
    for (const std::string_view text : texts) {
        const Result<aws::Arn> arn = aws::parse_arn(text);
        if (text.find(' ') != std::string_view::npos) {
            CHECK_FALSE(arn);
            continue;
        }
        REQUIRE(arn);
        CHECK(aws::to_string(*arn) == text);
    }
    const Result<aws::Arn> arn = aws::parse_arn(texts[0]);
    CHECK(arn->partition == "aws");
    CHECK(arn->service == "states");
    CHECK(arn->region == "us-east-1");
    CHECK(arn->account == "123456789012");
    CHECK(arn->resource == "stateMachine:orders");
}

TEST_CASE("what is not an ARN is refused")
{
    for (const std::string_view text :
         {"", "arn", "arn:aws:states", "arn:aws:states:r:a",
          "arn:aws:states:r:a:", "arn::states:r:a:x", "arn:aws::r:a:x", "urn:aws:states:r:a:x",
          "arn:aws:states:r:a:x\n"}) {
        const Result<aws::Arn> arn = aws::parse_arn(text);
        REQUIRE_FALSE(arn);
        CHECK(arn.error().code == ErrorCode::InvalidArn);
    }
    CHECK_FALSE(aws::parse_arn("arn:aws:s:r:a:" + std::string(2'000, 'x')));
}
