#include "asl/finding.h"

#include <fmt/format.h>

#include <utility>

namespace weft::asl {

std::string Finding::fault() const
{
    // AWS: a finding without a location, such as MISSING_END_STATE, is written "at null".
    return fmt::format("{}: {} at {}", code, message, location.empty() ? "null" : location);
}

void Findings::error(std::string_view code, std::string message, const Place& place,
                     std::string hint)
{
    add({.severity = Severity::Error,
         .code = std::string(code),
         .message = std::move(message),
         .location = place.location(),
         .hint = std::move(hint),
         .pointer = place.pointer()});
}

void Findings::warning(std::string_view code, std::string message, const Place& place,
                       std::string hint)
{
    add({.severity = Severity::Warning,
         .code = std::string(code),
         .message = std::move(message),
         .location = place.location(),
         .hint = std::move(hint),
         .pointer = place.pointer()});
}

void Findings::add(Finding finding)
{
    if (finding.severity == Severity::Error) ++m_errors;
    if (m_findings.size() < findings_max) m_findings.push_back(std::move(finding));
}

}  // namespace weft::asl
