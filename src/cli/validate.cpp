#include "cli/command.h"
#include "cli/definition_file.h"
#include "cli/validation_view.h"
#include "json/write.h"

#include <algorithm>
#include <utility>

namespace weft::cli {

int validate_command(const Session& session, const Arguments& arguments)
{
    const Result<Definitions> definitions = read_definitions(arguments.values("--define"));
    if (!definitions) return session.unusable(definitions.error().message);
    const bool json = arguments.value("--format") == "json";
    int status = exit_done;
    std::vector<json::Value> documents;
    for (const std::string& path : arguments.operands) {
        Result<DefinitionFile> file = read_definition(path, *definitions);
        std::vector<asl::Finding> findings;
        if (file) {
            const bool express = arguments.has("--express") || file->express_by_name();
            findings = check_definition(*file, express ? asl::MachineType::Express
                                                       : asl::MachineType::Standard);
        } else if (file.error().code == ErrorCode::InvalidInput && !json) {
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
        if (json) {
            documents.push_back(findings_as_json(path, findings));
        } else {
            session.out.write(findings_as_text(*file, findings, session.out));
        }
    }
    if (json)
        session.out.write(json::write_pretty(json::Value::array(std::move(documents))) + "\n");
    return status;
}

}  // namespace weft::cli
