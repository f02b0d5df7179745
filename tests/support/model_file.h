#pragma once

#include "json/value.h"

#include <string>
#include <utility>
#include <vector>

namespace weft::test {

// A file of service models as tools/aws_models writes it, made of botocore-like documents by name
// (in the order of their names).
std::string model_file(const std::vector<std::pair<std::string, json::Value>>& services);

// The model of a small service, "sample": an operation for each kind of shape.
json::Value sample_service();

}  // namespace weft::test
