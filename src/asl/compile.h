#pragma once

#include "asl/finding.h"
#include "asl/machine.h"
#include "asl/yaml.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace weft::asl {

// INTERFACE CONTRACT.
struct CompileOptions {
    MachineType type = MachineType::Standard;
    NewerJsonata newer_jsonata = NewerJsonata::Accept;
    // Warn of what would differ or fail on AWS (target.h); newer JSONata is told by the member
    // above.
    bool aws_target = false;
    bool with_positions = false;  // fill line and column (costs a source map)
    std::size_t bytes_max = std::size_t{16} << 20;
};

struct Compiled {
    MachinePtr machine;             // null when there is an Error among the findings
    std::vector<Finding> findings;  // in AWS's order
};

// Reads, validates and compiles a definition in JSON. Never throws; everything wrong is a finding.
Compiled compile(std::string_view definition, const CompileOptions& options = {});

}  // namespace weft::asl
