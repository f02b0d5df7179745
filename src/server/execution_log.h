#pragma once

#include "base/limits.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "history/event.h"
#include "journal/journal.h"
#include "observability/metrics.h"
#include "server/record_config.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace weft::server {

// What was told of an execution that began before this process: its first event. May block.
using FirstEvent = std::function<std::optional<history::Event>(const std::string& execution_arn)>;

// Writes what executions do, a JSON object a line, on a thread of its own: their events as far as
// their machine's log configuration (`loggingConfiguration`) lets through, and changes of status.
// What comes while too much waits is dropped and counted: an execution never waits for a log.
class ExecutionLog {
public:
    // Errors: those of RecordOutput::open().
    static Result<std::unique_ptr<ExecutionLog>> open(const RecordSinks& sinks,
                                                      const gateway::Environment& environment,
                                                      catalog::Catalog& catalog,
                                                      const Limits& limits, FirstEvent first);
    // Writes what waits; what endpoints have not taken within two seconds is lost.
    ~ExecutionLog();

    // Any thread; quick. `redrives`: of the execution, before the first of the events.
    void put(const std::string& execution_arn, const journal::Redrives& redrives,
             std::vector<history::Event> events);
    // Events of which no record was written, since too much waited or no endpoint took it.
    std::uint64_t dropped() const;
    // Records that wait for an endpoint, and attempts to deliver some that failed.
    std::uint64_t waiting() const;
    std::uint64_t failures() const;

private:
    struct State;
    explicit ExecutionLog(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

}  // namespace weft::server
