#include "asl/reader.h"
#include "asl/template_compile.h"
#include "base/limits.h"
#include "encoding/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>
#include <utility>
#include <vector>

namespace weft::asl {
namespace {

constexpr std::string_view expression_suffix = ".$";
// The names that the expressions of JSONata states have for themselves.
constexpr std::string_view reserved = "states";

bool begins_name(char c)
{
    // Letters beyond ASCII are not told apart from other characters there.
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

bool continues_name(char c)
{
    return begins_name(c) || (c >= '0' && c <= '9');
}

struct NameFault {
    std::string_view code;  // empty: none
    std::string message;
};

// What is wrong with the name of a variable.
// AWS: a Unicode identifier of at most 80 characters, the whole variable and no part of it.
NameFault fault_of_name(std::string_view name)
{
    if (name == reserved)
        return {code::reserved_variable,
                fmt::format("Cannot assign to reserved variable '${}'.", name)};
    const auto invalid = [&](std::string_view why) {
        return NameFault{
            code::invalid_variable,
            fmt::format("Invalid variable name '{}': the variable name {}.", name, why)};
    };
    if (name.empty()) return invalid("is empty");
    if (!begins_name(name.front()) || !std::ranges::all_of(name, continues_name))
        return invalid("contains invalid characters");
    if (encoding::code_points(name) > name_characters_max)
        return invalid(fmt::format("is longer than {} characters", name_characters_max));
    return {};
}

}  // namespace

Template compile_assign(const json::Value& value, const Place& place, Reader& reader,
                        QueryScope scope)
{
    for (const json::Member& member : value.members()) {
        std::string_view name = member.key;
        if (reader.language() == QueryLanguage::JsonPath && is_expression_key(name))
            name.remove_suffix(expression_suffix.size());
        const Place at = place.field(member.key);
        if (NameFault fault = fault_of_name(name); !fault.code.empty()) {
            reader.findings().error(fault.code, std::move(fault.message), at,
                                    "letters, digits and '_'; a variable is assigned as a whole");
        } else {
            reader.assigns(name, at);
        }
    }
    return compile_template(value, place, reader, scope);
}

void Reader::reads(const std::vector<std::string>& variables)
{
    if (m_variables == nullptr) return;
    m_variables->insert(m_variables->end(), variables.begin(), variables.end());
}

void Reader::assigns(std::string_view variable, const Place& place)
{
    m_assignments.push_back({.scope = m_scope,
                             .variable = std::string(variable),
                             .location = place.location(),
                             .pointer = place.pointer()});
}

// ASL, variables: an inner scope sees the variables of those around it, and has no other variable
// of the same name. What a Map of the mode DISTRIBUTED runs sees nothing of them.
void Reader::check_assignments()
{
    std::vector<std::unordered_set<std::string_view>> by_scope(m_machine.scopes.size());
    for (const Assignment& each : m_assignments) by_scope[each.scope].insert(each.variable);
    for (const Assignment& each : m_assignments) {
        for (ScopeIndex scope = each.scope; m_machine.scopes[scope].outer != no_scope;) {
            scope = m_machine.scopes[scope].outer;
            if (!by_scope[scope].contains(each.variable)) continue;
            m_findings.add({.severity = Severity::Error,
                            .code = std::string(code::duplicate_variable),
                            .message = fmt::format("The variable name '{}' was already defined in "
                                                   "a parent scope.",
                                                   each.variable),
                            .location = each.location,
                            .hint = "a branch or an item processor reads the variables around it "
                                    "but cannot assign them: choose another name",
                            .pointer = each.pointer});
            break;
        }
    }
}

}  // namespace weft::asl
