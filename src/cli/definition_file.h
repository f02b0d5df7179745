#pragma once

#include "asl/finding.h"
#include "asl/machine.h"
#include "base/result.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace weft::cli {

// `--define NAME=VALUE` by name.
using Definitions = std::map<std::string, std::string, std::less<>>;

// Error: InvalidInput for a word without `=` or a name that ${…} cannot hold.
Result<Definitions> read_definitions(const std::vector<std::string>& words);

// AWS SAM, DefinitionSubstitutions: fills ${NAME}. In a JSON file the value is escaped, so that it
// may stand inside quotes; one that is a number may stand alone. Names without a value stay as they
// are. Error: InvalidInput for a name that occurs nowhere.
Result<std::string> substitute(std::string text, const Definitions& definitions, bool json);

// A state machine's definition as a file holds it.
struct DefinitionFile {
    std::string path;
    std::string written;     // as the file has it, after substitution
    std::string definition;  // JSON; of a YAML file with each value on its line, for findings

    std::string machine_name() const;  // the file's name without folder and endings
    bool express_by_name() const;      // *.express.asl.json and the like
    bool yaml = false;
};

// Errors: Io, InvalidInput (YAML, with place), LimitExceeded.
Result<DefinitionFile> read_definition(const std::string& path, const Definitions& definitions);

// Where a definition is meant to run, beside here.
enum class Target : std::uint8_t { None, Aws };

// What is wrong with it, with places in the file; for AWS also what would differ or fail there.
std::vector<asl::Finding> check_definition(const DefinitionFile& file, asl::MachineType type,
                                           Target target = Target::None);
// What a runtime refused it for: what is wrong with it, or else what the limits of AWS refuse.
std::vector<asl::Finding> why_refused(const DefinitionFile& file, asl::MachineType type);
// The errors among the findings as text for people, and what to do about ${NAME}s left unfilled.
std::string describe_findings(const DefinitionFile& file,
                              const std::vector<asl::Finding>& findings);

}  // namespace weft::cli
