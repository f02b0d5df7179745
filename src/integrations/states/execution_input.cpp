#include "integrations/states/execution_input.h"

#include "asl/json_fault.h"
#include "json/parse.h"

#include <utility>

namespace weft::integrations::states {

Result<json::Value> parse_execution_input(std::string_view text)
{
    tl::expected<json::Value, json::ParseFault> parsed = json::parse_or_fault(text);
    if (parsed) return *std::move(parsed);
    // AWS: recorded for an empty input.
    const std::string message = parsed.error().fault == json::Fault::Empty
                                    ? "Invalid execution input."
                                    : asl::describe_like_jackson(text, parsed.error()).message;
    return fail(ErrorCode::InvalidExecutionInput, "Invalid State Machine Execution Input: '{}'",
                message);
}

}  // namespace weft::integrations::states
