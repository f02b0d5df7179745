#include "cli/validation_view.h"

#include "asl/render.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weft::cli {

namespace {

// The word that says how bad it is, and the mark below the source line.
std::string coloured(std::string text, const asl::Finding& finding, const Terminal& terminal)
{
    if (!terminal.colour) return text;
    const bool error = finding.severity == asl::Severity::Error;
    const Colour colour = error ? Colour::Red : Colour::Yellow;
    const std::string_view word = error ? ": error:" : ": warning:";
    if (const std::size_t at = text.find(word); at != std::string::npos)
        text.replace(at + 2, word.size() - 2, terminal.paint(colour, word.substr(2)));
    if (const std::size_t at = text.find(" ^\n"); at != std::string::npos)
        text.replace(at + 1, 1, terminal.paint(colour, "^"));
    return text;
}

}  // namespace

bool is_valid(const std::vector<asl::Finding>& findings)
{
    return std::ranges::none_of(findings, [](const asl::Finding& finding) {
        return finding.severity == asl::Severity::Error;
    });
}

json::Value findings_as_json(const std::string& path, const std::vector<asl::Finding>& findings)
{
    std::vector<json::Value> diagnostics;
    for (const asl::Finding& finding : findings) {
        std::vector<json::Member> members = {
            {"severity", finding.severity == asl::Severity::Error ? "ERROR" : "WARNING"},
            {"code", finding.code},
            {"message", finding.message},
        };
        if (!finding.location.empty()) members.push_back({"location", finding.location});
        if (finding.line > 0) {
            members.push_back({"pointer", finding.pointer});
            members.push_back({"line", finding.line});
            members.push_back({"column", finding.column});
        }
        if (!finding.hint.empty()) members.push_back({"hint", finding.hint});
        diagnostics.push_back(json::Value::object(std::move(members)));
    }
    return json::Value::object({{"file", path},
                                {"result", is_valid(findings) ? "OK" : "FAIL"},
                                {"diagnostics", json::Value::array(std::move(diagnostics))}});
}

std::string findings_as_text(const DefinitionFile& file, const std::vector<asl::Finding>& findings,
                             const Terminal& terminal)
{
    std::string out;
    for (const asl::Finding& finding : findings)
        out += coloured(asl::render(finding, file.written, file.path), finding, terminal);
    const auto errors = std::ranges::count(findings, asl::Severity::Error, &asl::Finding::severity);
    out += errors == 0 ? fmt::format("{}: {}\n", file.path, terminal.paint(Colour::Green, "valid"))
                       : fmt::format("{}: {} error{}\n", file.path, errors, errors == 1 ? "" : "s");
    return out;
}

}  // namespace weft::cli
