#include "asl/compile.h"

#include "asl/graph.h"
#include "asl/json_fault.h"
#include "asl/reader.h"
#include "encoding/hash.h"
#include "json/parse.h"
#include "json/source_map.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

namespace weft::asl {
namespace {

Finding no_object()
{
    return {.severity = Severity::Error,
            .code = std::string(code::schema),
            .message = "Definition must be a valid JSON object",
            .location = {},
            .hint = {},
            .pointer = {},
            .line = 1,
            .column = 1};
}

Finding bad_json(std::string_view text, const json::ParseFault& fault)
{
    if (fault.fault == json::Fault::Empty) return no_object();
    JsonFault described = describe_like_jackson(text, fault);
    return {.severity = Severity::Error,
            .code = std::string(code::json),
            // AWS: the place is in the message and in the location.
            .message = fmt::format("{}\n at {}", described.message, described.location),
            .location = described.location,
            .hint = json::describe(fault),
            .pointer = {},
            .line = fault.position.line,
            .column = fault.position.column};
}

void fill_positions(std::string_view text, std::vector<Finding>& findings)
{
    if (findings.empty()) return;
    const auto map = json::map_source(text);
    if (!map) return;
    for (Finding& finding : findings) {
        const json::Position at = map->nearest(finding.pointer).value;
        finding.line = at.line;
        finding.column = at.column;
    }
}

void index_names(Machine& machine)
{
    machine.by_name.reserve(machine.states.size());
    for (const State& state : machine.states) {
        machine.by_name.emplace(state.name.view(), state.index);
    }
}

}  // namespace

Compiled compile(std::string_view definition, const CompileOptions& options)
{
    Compiled out;
    if (definition.size() > options.bytes_max) {
        out.findings.push_back(no_object());
        out.findings.back().message =
            fmt::format("Definition has {} bytes, more than the {} allowed", definition.size(),
                        options.bytes_max);
        return out;
    }
    const auto value = json::parse_or_fault(definition);
    if (!value) {
        out.findings.push_back(bad_json(definition, value.error()));
        return out;
    }
    if (!value->is_object()) {
        out.findings.push_back(no_object());
        return out;
    }
    auto machine = std::make_shared<Machine>();
    Findings findings;
    Reader reader(*machine, findings, options.type);
    reader.read_machine(*value);
    // What a definition's states form can be told only when the states themselves are right.
    if (!findings.has_errors()) resolve_transitions(*machine, reader.transitions(), findings);
    const bool accepted = !findings.has_errors();
    out.findings = findings.take();
    if (options.with_positions) fill_positions(definition, out.findings);
    if (!accepted) return out;
    index_names(*machine);
    machine->hash = encoding::sha256_hex(definition);
    out.machine = std::move(machine);
    return out;
}

}  // namespace weft::asl
