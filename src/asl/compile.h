#pragma once

#include "asl/machine.h"
#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weft::asl {

// INTERFACE CONTRACT.
enum class Severity : std::uint8_t { Error, Warning };

// What is wrong with a definition, where, and in AWS's words.
// AWS: ValidateStateMachineDefinition's diagnostics.
struct Finding {
    Severity severity = Severity::Error;
    std::string code;      // SCHEMA_VALIDATION_FAILED, MISSING_TRANSITION_TARGET, …
    std::string message;   // AWS's text, without place
    std::string location;  // JSON Pointer (`/States/X/Next`), `/` for the top, or Jackson's source form for bad JSON
    std::string hint;      // ours: "did you mean 'Next'?"; empty when there is none
    std::uint32_t line = 0;    // in the text given; 0 when unknown
    std::uint32_t column = 0;
    std::string fault() const;  // "CODE: message at location", as in InvalidDefinition's text
};

struct CompileOptions {
    MachineType type = MachineType::Standard;
    bool with_positions = false;   // fill line and column (costs a source map)
};

struct Compiled {
    MachinePtr machine;            // null when there is an Error among the findings
    std::vector<Finding> findings; // in AWS's order
};

// Reads, validates and compiles a definition in JSON. Never throws; everything wrong is a finding.
Compiled compile(std::string_view definition, const CompileOptions& options = {});

// YAML to the JSON text of the same definition (what the API takes is JSON only). Positions refer to the JSON.
// Error: InvalidInput with line and column of the YAML.
Result<std::string> yaml_to_json(std::string_view yaml);

}  // namespace weft::asl
