#pragma once

#include "base/result.h"
#include "runtime/requests.h"

#include <cstdint>
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

// A state machine's ARN with what may follow its name: ":NUMBER" of a version or ":NAME" of an
// alias, "/LABEL" of a Distributed Map.
struct MachineName {
    std::string machine_arn;  // unqualified
    std::string name;
    std::string qualifier;  // empty, a version's number or an alias's name
    std::string label;
    // The version's number; 0 when the qualifier is none.
    std::int64_t version() const;
};
// Error: InvalidArn.
Result<MachineName> parse_qualified_arn(std::string_view arn);
std::string qualified_arn(std::string_view machine_arn, std::string_view qualifier);
std::string qualified_arn(std::string_view machine_arn, std::int64_t version);

// That it is an ARN of this service at all. Error: InvalidArn.
Result<> check_states_arn(std::string_view arn);

// An IAM role, arn:P:iam::ACCOUNT:role/…; whether it exists is not asked. Error: InvalidArn.
// AWS: "Invalid Role Arn: '…'" (https://github.com/aws/amazon-sagemaker-examples/issues/2432).
Result<> check_role_arn(std::string_view arn);

// 1 to 80 characters, none of those AWS forbids. Error: InvalidName.
Result<> check_name(std::string_view name);

// Whether two ARNs are of one account and region.
bool same_home(std::string_view arn, std::string_view other);

}  // namespace weft::runtime
