#pragma once

#include "asl/finding.h"
#include "cli/definition_file.h"
#include "cli/terminal.h"
#include "json/value.h"

#include <string>
#include <vector>

namespace weft::cli {

bool is_valid(const std::vector<asl::Finding>& findings);

// `{file, result: OK|FAIL, diagnostics: [{severity, code, message, location, pointer, line, column,
// hint}]}`: ValidateStateMachineDefinition's answer with the file's name and, where they are known,
// our places and hints.
json::Value findings_as_json(const std::string& path, const std::vector<asl::Finding>& findings);

// As a compiler writes them, with a last line that counts.
std::string findings_as_text(const DefinitionFile& file, const std::vector<asl::Finding>& findings,
                             const Terminal& terminal);

}  // namespace weft::cli
