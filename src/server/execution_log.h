#pragma once

#include "base/limits.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "history/event.h"
#include "journal/journal.h"
#include "observability/metrics.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace weft::server {

// Where records go: a file that is appended to, or standard output. Empty: nowhere.
struct RecordSinks {
    static constexpr const char* standard_output = "stdout";

    std::string executions;      // history events, as CloudWatch Logs has them
    std::string status_changes;  // of Standard executions, as EventBridge has them

    bool any() const { return !executions.empty() || !status_changes.empty(); }
    bool operator==(const RecordSinks&) const = default;
};

// What was told of an execution that began before this process: its first event. May block.
using FirstEvent = std::function<std::optional<history::Event>(const std::string& execution_arn)>;

// Writes what executions do, a JSON object a line, on a thread of its own: their events as far as
// their machine's log configuration (`loggingConfiguration`) lets through, and changes of status.
// What comes while too much waits is dropped and counted: an execution never waits for a log.
class ExecutionLog {
public:
    // Errors: Io (a file that cannot be opened).
    static Result<std::unique_ptr<ExecutionLog>> open(const RecordSinks& sinks,
                                                      catalog::Catalog& catalog,
                                                      const Limits& limits, FirstEvent first);
    ~ExecutionLog();  // writes what waits

    // Any thread; quick.
    // `redrives`: of the execution, before the first of the events.
    void put(const std::string& execution_arn, const journal::Redrives& redrives,
             std::vector<history::Event> events);
    // Events that were dropped since too many waited.
    std::uint64_t dropped() const;

private:
    struct State;
    explicit ExecutionLog(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

}  // namespace weft::server
