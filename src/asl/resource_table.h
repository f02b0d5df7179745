#pragma once

#include "asl/resource.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace weft::asl {

// Patterns of an integration, as a set.
enum class Patterns : std::uint8_t {
    Request = 1,
    Sync = 2,
    Sync2 = 4,
    Token = 8,
    RequestSync = 3,
    RequestToken = 9,
    RequestSyncToken = 11,
    All = 15,
};

// An action of an optimized integration, `arn:P:states:::service:action`.
struct ResourceRow {
    std::string_view service;
    std::string_view action;
    Patterns patterns = Patterns::Request;
    Doubt doubt = Doubt::Fail;
    // Parameters without which AWS refuses the definition; unused places are empty.
    std::array<std::string_view, 2> required = {};
    bool express = true;  // request-response only, as everywhere in Express
    bool on_aws = true;   // false: only Weft has it

    bool allows(Pattern pattern) const;
};

// Sorted by service, then action.
std::span<const ResourceRow> resource_rows();
// The row of all `aws-sdk:service:action`.
const ResourceRow& sdk_row();

// The Resource of a Task: a Lambda function's or an activity's ARN, an optimized integration,
// `http:invoke`, or a call of the generic SDK form. Partitions aws, aws-cn and aws-us-gov. Nothing
// when AWS would not recognise it; `hint` then may name what was meant.
std::optional<Resource> parse_resource(std::string_view arn, std::string& hint);

// Whether `arn` is arn:P:states:::service:action, for resources outside Tasks (ItemReader …).
bool is_states_resource(std::string_view arn, std::string_view service, std::string_view action);

}  // namespace weft::asl
