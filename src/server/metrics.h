#pragma once

#include "api/authentication.h"
#include "api/measured.h"
#include "net/http_server.h"
#include "runtime/runtime.h"
#include "server/execution_counts.h"
#include "storage/database.h"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace weft::server {

// One metric. docs/operations.md is made of these rows by tools/docs_tables.
struct MetricRow {
    std::string_view name;
    std::string_view type;
    std::string_view labels;  // their names, separated by commas
    std::string_view help;
};
std::span<const MetricRow> metric_rows();

// Where the numbers come from; all must outlive whoever reads them.
struct MetricSources {
    const runtime::Runtime& runtime;
    const storage::Database& database;
    const ExecutionCounts& executions;
    const api::Measured& requests;
    const api::Authentication* authentication = nullptr;  // null: requests are not verified
};

// The text that Prometheus reads. Any thread; looks at the size of two files and at /proc.
std::string metrics_text(const MetricSources& sources);

// GET /metrics, everything else is the next handler's; without one it is not found.
class MetricsHandler final : public net::Handler {
public:
    // `text` makes the metrics; on the loop of the request.
    MetricsHandler(std::function<std::string()> text, net::Handler* next)
        : m_text(std::move(text)), m_next(next)
    {
    }

    void handle(async::Loop& loop, const net::ServerRequest& request,
                std::shared_ptr<net::Responder> responder) override;

private:
    std::function<std::string()> m_text;
    net::Handler* m_next;
};

}  // namespace weft::server
