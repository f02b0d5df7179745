#include "cli/command.h"
#include "cli/definition_file.h"
#include "cli/sarif.h"
#include "cli/validation_view.h"
#include "json/write.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>

namespace weft::cli {

namespace {

json::Value as_document(const std::string& format, std::span<const FileFindings> files)
{
    if (format == "sarif") return findings_as_sarif(files);
    std::vector<json::Value> documents;
    for (const FileFindings& file : files)
        documents.push_back(findings_as_json(file.path, file.findings));
    return json::Value::array(std::move(documents));
}

}  // namespace

int validate_command(const Session& session, const Arguments& arguments)
{
    const Result<Definitions> definitions = read_definitions(arguments.values("--define"));
    if (!definitions) return session.unusable(definitions.error().message);
    const std::string format = arguments.value("--format");
    const bool text = format != "json" && format != "sarif";
    const Target target = arguments.has("--target") ? Target::Aws : Target::None;
    int status = exit_done;
    std::vector<FileFindings> all;
    for (const std::string& path : arguments.operands) {
        Result<DefinitionFile> file = read_definition(path, *definitions);
        std::vector<asl::Finding> findings;
        if (file) {
            const bool express = arguments.has("--express") || file->express_by_name();
            findings = check_definition(
                *file, express ? asl::MachineType::Express : asl::MachineType::Standard, target);
        } else if (file.error().code == ErrorCode::InvalidInput && text) {
            session.err.write(file.error().message + "\n");  // not YAML
            status = std::max(status, exit_failed);
            continue;
        } else if (file.error().code == ErrorCode::InvalidInput) {
            asl::Finding finding;
            finding.code = asl::code::schema;
            finding.message = file.error().message;
            findings.push_back(std::move(finding));
        } else {
            session.unusable(file.error().message);
            status = exit_unusable;
            continue;
        }
        if (!is_valid(findings)) status = std::max(status, exit_failed);
        if (text) {
            session.out.write(findings_as_text(*file, findings, session.out));
        } else {
            all.push_back({path, std::move(findings)});
        }
    }
    if (!text) session.out.write(json::write_pretty(as_document(format, all)) + "\n");
    return status;
}

}  // namespace weft::cli
