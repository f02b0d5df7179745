#pragma once

#include "base/result.h"
#include "runtime/requests.h"

#include <string>
#include <string_view>

namespace weft::runtime {

// AWS: arn:P:states:R:A:stateMachine:NAME, …:execution:MACHINE:NAME, …:express:MACHINE:NAME:UUID.
struct ExecutionName {
    std::string machine_arn;
    std::string name;
};

std::string machine_arn(const Scope& scope, std::string_view name);
std::string activity_arn(const Scope& scope, std::string_view name);
std::string execution_arn(std::string_view machine_arn, std::string_view name);
std::string express_arn(std::string_view machine_arn, std::string_view name, std::string_view uuid);
// AWS: what TestState makes up has no UUID behind the name.
std::string express_test_arn(std::string_view machine_arn, std::string_view name);

// Errors: InvalidArn, with AWS's texts; an Express execution is refused.
Result<ExecutionName> parse_execution_arn(std::string_view arn);
// Errors: InvalidArn. Gives the machine's name.
Result<std::string> parse_machine_arn(std::string_view arn);

// Errors: InvalidArn. Gives the activity's name.
Result<std::string> parse_activity_arn(std::string_view arn);

// An IAM role, arn:P:iam::ACCOUNT:role/…; whether it exists is not asked. Error: InvalidArn.
// AWS: "Invalid Role Arn: '…'" (https://github.com/aws/amazon-sagemaker-examples/issues/2432).
Result<> check_role_arn(std::string_view arn);

// 1 to 80 characters, none of those AWS forbids. Error: InvalidName.
Result<> check_name(std::string_view name);

}  // namespace weft::runtime
