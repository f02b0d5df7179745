#include "api/members.h"
#include "api/states/operation.h"
#include "asl/finding.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace weft::api::states {

namespace {

constexpr std::int64_t diagnostics_max = 100;

json::Value shape(const asl::Finding& finding)
{
    std::vector<json::Member> out{
        {"severity", finding.severity == asl::Severity::Error ? "ERROR" : "WARNING"},
        {"code", finding.code},
        {"message", finding.message}};
    // AWS: left out where the fault is the definition's as a whole.
    if (!finding.location.empty()) out.push_back({"location", finding.location});
    return json::Value::object(std::move(out));
}

// AWS: FAIL when there is any error, whether it is shown or not.
json::Value shape(const std::vector<asl::Finding>& findings, bool warnings, std::size_t limit)
{
    std::vector<json::Value> diagnostics;
    bool refused = false;
    bool truncated = false;
    for (const asl::Finding& finding : findings) {
        const bool error = finding.severity == asl::Severity::Error;
        refused = refused || error;
        if (!error && !warnings) continue;
        if (diagnostics.size() < limit)
            diagnostics.push_back(shape(finding));
        else
            truncated = true;
    }
    return json::Value::object({{"result", refused ? "FAIL" : "OK"},
                                {"diagnostics", json::Value::array(std::move(diagnostics))},
                                {"truncated", truncated}});
}

}  // namespace

// What a Create or an Update would find, as a list. Reads nothing and keeps nothing.
// AWS API:
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html
void validate_state_machine_definition(const Context& context, const json::Value& request,
                                       Answer answer)
{
    Members members(request);
    std::string definition = members.required_text(
        "definition", {1, context.limits.definition_bytes_max}, Secrecy::Sensitive);
    const bool express = members.one_of("type", {"STANDARD", "EXPRESS"}) == "EXPRESS";
    const bool warnings = members.one_of("severity", {"ERROR", "WARNING"}) == "WARNING";
    const auto wanted =
        static_cast<std::size_t>(members.integer("maxResults", {0, diagnostics_max}).value_or(0));
    if (Result<> checked = members.check(); !checked)
        return answer(tl::unexpected(std::move(checked).error()));
    context.runtime.validate(
        context.loop, std::move(definition),
        express ? asl::MachineType::Express : asl::MachineType::Standard,
        [warnings, limit = wanted == 0 ? std::size_t{diagnostics_max} : wanted,
         answer = std::move(answer)](Result<std::vector<asl::Finding>> findings) mutable {
            if (!findings) return answer(tl::unexpected(std::move(findings).error()));
            answer(shape(*findings, warnings, limit));
        });
}

}  // namespace weft::api::states
