#include "cli/sarif.h"

#include "encoding/percent.h"

#include <algorithm>
#include <utility>

namespace weft::cli {

namespace {

using Members = std::vector<json::Member>;

// SARIF wants a reference, not a file's name.
std::string uri_of(const std::string& path)
{
    const std::string uri = encoding::percent_encode_path(path);
    return path.starts_with('/') ? "file://" + uri : uri;
}

json::Value location_of(const std::string& path, const asl::Finding& finding)
{
    Members physical = {
        {"artifactLocation", json::Value::object({{"uri", uri_of(path)}})},
    };
    if (finding.line > 0)
        physical.push_back({"region", json::Value::object({{"startLine", finding.line},
                                                           {"startColumn", finding.column}})});
    Members location = {{"physicalLocation", json::Value::object(std::move(physical))}};
    if (!finding.pointer.empty()) {
        json::Value logical = json::Value::object({{"fullyQualifiedName", finding.pointer}});
        location.push_back({"logicalLocations", json::Value::array({std::move(logical)})});
    }
    return json::Value::object(std::move(location));
}

json::Value result_of(const std::string& path, const asl::Finding& finding)
{
    std::string text = finding.message;
    if (!finding.hint.empty()) text += " (" + finding.hint + ")";
    return json::Value::object(
        {{"ruleId", finding.code},
         {"level", finding.severity == asl::Severity::Error ? "error" : "warning"},
         {"message", json::Value::object({{"text", text}})},
         {"locations", json::Value::array({location_of(path, finding)})}});
}

}  // namespace

json::Value findings_as_sarif(std::span<const FileFindings> files)
{
    std::vector<json::Value> results;
    std::vector<std::string> codes;
    for (const FileFindings& file : files) {
        for (const asl::Finding& finding : file.findings) {
            results.push_back(result_of(file.path, finding));
            codes.push_back(finding.code);
        }
    }
    std::ranges::sort(codes);
    const auto [first, last] = std::ranges::unique(codes);
    codes.erase(first, last);
    std::vector<json::Value> rules;
    for (const std::string& code : codes) rules.push_back(json::Value::object({{"id", code}}));

    json::Value driver = json::Value::object({{"name", "weft"},
                                              {"version", WEFT_VERSION},
                                              {"rules", json::Value::array(std::move(rules))}});
    json::Value run =
        json::Value::object({{"tool", json::Value::object({{"driver", std::move(driver)}})},
                             {"columnKind", "unicodeCodePoints"},
                             {"results", json::Value::array(std::move(results))}});
    return json::Value::object({{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                                {"version", "2.1.0"},
                                {"runs", json::Value::array({std::move(run)})}});
}

}  // namespace weft::cli
