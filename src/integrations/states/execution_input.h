#pragma once

#include "base/result.h"
#include "json/value.h"

#include <string_view>

namespace weft::integrations::states {

// The input of an execution out of its JSON text, as the API and a Task that starts an execution
// take it. Error: InvalidExecutionInput in Jackson's words.
Result<json::Value> parse_execution_input(std::string_view text);

}  // namespace weft::integrations::states
