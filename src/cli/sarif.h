#pragma once

#include "asl/finding.h"
#include "json/value.h"

#include <span>
#include <string>
#include <vector>

namespace weft::cli {

// What was found in one file.
struct FileFindings {
    std::string path;
    std::vector<asl::Finding> findings;
};

// A SARIF 2.1.0 log of one run, for code-scanning services and editors. Columns count Unicode code
// points. https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
json::Value findings_as_sarif(std::span<const FileFindings> files);

}  // namespace weft::cli
