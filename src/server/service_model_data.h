#pragma once

#include <string_view>

namespace weft::server {

// The compacted AWS service models that are part of this binary (tools/aws_models), for
// aws::ServiceModels::open. Lives as long as the process.
std::string_view service_model_data();

}  // namespace weft::server
