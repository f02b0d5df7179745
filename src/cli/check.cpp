#include "cli/command.h"
#include "cli/store_report.h"
#include "json/write.h"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

namespace weft::cli {

namespace {

json::Value number(std::uint64_t value)
{
    return json::Value(static_cast<std::int64_t>(value));
}

json::Value as_json(const StoreReport& report)
{
    std::vector<json::Value> findings;
    for (const StoreReport::Finding& finding : report.findings)
        findings.push_back(
            json::Value::object({{"where", finding.where}, {"message", finding.message}}));
    return json::Value::object({{"sound", report.findings_total == 0},
                                {"machines", number(report.machines)},
                                {"executions", number(report.executions)},
                                {"running", number(report.running)},
                                {"batches", number(report.batches)},
                                {"events", number(report.events)},
                                {"checkpoints", number(report.checkpoints)},
                                {"expressStarts", number(report.express_starts)},
                                {"findingsTotal", number(report.findings_total)},
                                {"findings", json::Value::array(std::move(findings))}});
}

std::string as_text(const StoreReport& report)
{
    std::string text;
    for (const StoreReport::Finding& finding : report.findings)
        text += fmt::format("{}: {}\n", finding.where, finding.message);
    if (report.findings_total > report.findings.size())
        text += fmt::format("… and {} more\n", report.findings_total - report.findings.size());
    text +=
        fmt::format("{}: {} executions ({} running), {} events in {} batches, {} checkpoints, "
                    "{} machines\n",
                    report.findings_total == 0 ? std::string("sound")
                                               : fmt::format("{} findings", report.findings_total),
                    report.executions, report.running, report.events, report.batches,
                    report.checkpoints, report.machines);
    return text;
}

}  // namespace

int check_command(const Session& session, const Arguments& arguments)
{
    const Result<StoreReport> report =
        session.factories.check_store(arguments.value("--data", "./weft-data"));
    if (!report) return session.unusable(report.error().message);
    const bool json = arguments.value("--format") == "json";
    session.out.write(json ? json::write_pretty(as_json(*report)) + "\n" : as_text(*report));
    return report->findings_total == 0 ? exit_done : exit_failed;
}

}  // namespace weft::cli
