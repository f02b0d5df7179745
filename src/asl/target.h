#pragma once

#include "asl/finding.h"
#include "asl/machine.h"
#include "json/value.h"

#include <cstddef>

namespace weft::asl {

// Warns of what a valid definition asks for that AWS would refuse, cut short or do otherwise: its
// size, constants larger than a payload may be, times, concurrency, histories that grow too long,
// models and resources that only Weft has. `value` is the definition that was compiled to
// `machine`, `bytes` the length of its text. Newer JSONata is told where expressions are compiled
// (query.cpp).
// AWS: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
void check_aws_target(const Machine& machine, MachineType type, const json::Value& value,
                      std::size_t bytes, Findings& findings);

}  // namespace weft::asl
