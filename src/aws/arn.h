#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace weft::aws {

// An Amazon Resource Name, arn:partition:service:region:account:resource. The resource keeps its
// own ':' and '/'. A value type; no part may hold ':' but the last.
struct Arn {
    std::string partition = "aws";
    std::string service;
    std::string region;
    std::string account;
    std::string resource;

    bool operator==(const Arn&) const = default;
};

// ErrorCode::InvalidArn when it does not have the six parts.
Result<Arn> parse_arn(std::string_view text);
std::string to_string(const Arn& arn);

}  // namespace weft::aws
