#include "asl/compile.h"

#include "asl/graph.h"
#include "asl/json_fault.h"
#include "asl/reader.h"
#include "asl/target.h"
#include "encoding/hash.h"
#include "json/parse.h"
#include "json/source_map.h"

#include <fmt/format.h>

#include <algorithm>
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

// How many columns behind the quote at `begin` the character is that comes after so many UTF-16
// units of the text's value. JSON's texts have no line breaks.
std::uint32_t columns_of(std::string_view text, std::size_t begin, std::size_t units)
{
    std::uint32_t columns = 1;  // the quote
    std::size_t at = begin + 1;
    constexpr std::size_t escape_bytes = 6;
    constexpr unsigned char four_bytes = 0xF0;
    while (units > 0 && at < text.size() && text[at] != '"') {
        if (text[at] == '\\') {
            const std::size_t bytes =
                at + 1 < text.size() && text[at + 1] == 'u' ? escape_bytes : 2;
            columns += static_cast<std::uint32_t>(bytes);
            at += bytes;
            --units;
            continue;
        }
        const auto lead = static_cast<unsigned char>(text[at]);
        units -= lead >= four_bytes ? std::min<std::size_t>(units, 2) : 1;
        ++columns;
        ++at;
        while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
    }
    return columns;
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
        if (finding.offset > 0) finding.column += columns_of(text, at.offset, finding.offset);
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
    Reader reader(*machine, findings, options.type, options.newer_jsonata);
    reader.read_machine(*value);
    // What a definition's states form can be told only when the states themselves are right.
    if (!findings.has_errors()) resolve_transitions(*machine, reader.transitions(), findings);
    const bool accepted = !findings.has_errors();
    if (accepted) {
        index_names(*machine);
        if (options.aws_target)
            check_aws_target(*machine, options.type, *value, definition.size(), findings);
    }
    out.findings = findings.take();
    if (options.with_positions) fill_positions(definition, out.findings);
    if (!accepted) return out;
    machine->hash = encoding::sha256_hex(definition);
    out.machine = std::move(machine);
    return out;
}

}  // namespace weft::asl
