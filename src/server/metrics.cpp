#include "server/metrics.h"

#include "base/assert.h"
#include "observability/export/prometheus.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <dirent.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace weft::server {

namespace {

constexpr std::array rows = {
    MetricRow{"process_cpu_seconds_total", "counter", "", "Processor time used, user and system."},
    MetricRow{"process_open_fds", "gauge", "", "Open file descriptors."},
    MetricRow{"process_resident_memory_bytes", "gauge", "", "Memory that is resident."},
    MetricRow{
        "weft_calls_ended_total", "counter", "resource,outcome",
        "Calls of tasks that ended: succeeded, failed or timed_out. Those of scripted answers "
        "count too."},
    MetricRow{"weft_calls_under_way", "gauge", "", "Calls of tasks that have not ended."},
    MetricRow{"weft_evaluations_moved_total", "counter", "",
              "Slices that went to a compute thread, since an expression took too long for the "
              "loop."},
    MetricRow{"weft_evaluations_queued", "gauge", "",
              "Evaluations that wait for a compute thread."},
    MetricRow{"weft_events_total", "counter", "", "History events decided, private ones included."},
    MetricRow{"weft_executions_deleted_total", "counter", "",
              "Executions deleted, since they ended longer ago than `retention` says."},
    MetricRow{"weft_executions_ended_total", "counter", "type,status",
              "Executions that ended: succeeded, failed, aborted or timed_out."},
    MetricRow{"weft_executions_in_memory", "gauge", "",
              "Executions in memory. Those that only wait leave it soon."},
    MetricRow{"weft_executions_open", "gauge", "type",
              "Executions that have not ended, in memory or not."},
    MetricRow{"weft_executions_redriven_total", "counter", "",
              "Redrives: each lets an execution end once more."},
    MetricRow{"weft_executions_started_total", "counter", "type", "Executions that began."},
    MetricRow{"weft_express_open", "gauge", "", "Express executions that have not ended."},
    MetricRow{"weft_flush_group_writes", "histogram", "",
              "Writes that shared a flush to the disk."},
    MetricRow{"weft_flush_refused_total", "counter", "", "Flushes that the disk refused."},
    MetricRow{"weft_flush_seconds", "histogram", "", "Time of a flush to the disk."},
    MetricRow{"weft_flush_writes_queued", "gauge", "", "Writes that wait for the next flush."},
    MetricRow{"weft_http_request_seconds", "histogram", "operation",
              "Time from a request to its answer. StartSyncExecution lasts as long as its "
              "execution."},
    MetricRow{"weft_http_requests_total", "counter", "operation,code", "Requests answered."},
    MetricRow{"weft_http_requests_under_way", "gauge", "", "Requests that have no answer yet."},
    MetricRow{"weft_info", "gauge", "version", "1; which version runs."},
    MetricRow{"weft_loads_total", "counter", "", "Executions read back from the journal."},
    MetricRow{"weft_reads_queued", "gauge", "", "Requests that wait for the disk to be read."},
    MetricRow{"weft_record_delivery_failures_total", "counter", "",
              "Requests with records that an endpoint did not take. Most are made again."},
    MetricRow{"weft_records_dropped_total", "counter", "",
              "Events that no record was written of, since too much waited or no endpoint took "
              "it."},
    MetricRow{"weft_records_waiting", "gauge", "", "Records that wait for an endpoint."},
    MetricRow{"weft_requests_refused_total", "counter", "reason",
              "Requests that were not let in, by the error they got."},
    MetricRow{"weft_retries_total", "counter", "", "Retries that were scheduled."},
    MetricRow{"weft_slices_total", "counter", "", "Turns that executions took."},
    MetricRow{"weft_starts_queued", "gauge", "", "Starts that wait for their first turn."},
    MetricRow{"weft_states_entered_total", "counter", "", "States that were entered."},
    MetricRow{"weft_store_bytes", "gauge", "", "Size of the database file."},
    MetricRow{"weft_store_free_bytes", "gauge", "",
              "What of the database file is free, and used again before it grows."},
    MetricRow{"weft_throttled_total", "counter", "",
              "Requests that were refused since too much was waiting."},
    MetricRow{"weft_wakes_total", "counter", "",
              "Executions taken up again since something was due."},
    MetricRow{"weft_wal_bytes", "gauge", "", "Size of the write-ahead log's file."},
    MetricRow{"weft_wal_checkpoints_total", "counter", "", "Checkpoints of the write-ahead log."},
};
static_assert(std::ranges::is_sorted(rows, {}, &MetricRow::name), "the table is read by people");

// Samples in whatever order, each with the help of its row.
class Text {
public:
    using Labels = observability::PrometheusText::Labels;

    void count(std::string_view name, std::uint64_t value, Labels labels = {})
    {
        m_text.counter(name, help(name), labels, value);
    }
    void gauge(std::string_view name, std::uint64_t value, Labels labels = {})
    {
        m_text.gauge(name, help(name), labels, static_cast<double>(value));
    }
    void histogram(std::string_view name, const observability::HistogramCounts& counts, double unit,
                   Labels labels = {})
    {
        m_text.histogram(name, help(name), labels, counts, unit);
    }
    void seconds(std::string_view name, double value)
    {
        m_text.counter(name, help(name), {}, value);
    }
    std::string take() { return m_text.take(); }

private:
    static std::string_view help(std::string_view name)
    {
        const auto row = std::ranges::lower_bound(rows, name, {}, &MetricRow::name);
        WEFT_ASSERT(row != rows.end() && row->name == name);
        return row->help;
    }

    observability::PrometheusText m_text;
};

std::uint64_t file_bytes(const std::string& path)
{
    struct stat status{};
    return ::stat(path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

// The second number of /proc/self/statm: resident pages.
std::uint64_t resident_bytes()
{
    std::array<char, 128> text{};
    std::FILE* const file = std::fopen("/proc/self/statm", "r");
    if (file == nullptr) return 0;
    const std::size_t got = std::fread(text.data(), 1, text.size() - 1, file);
    std::fclose(file);
    const std::string_view all(text.data(), got);
    const std::size_t space = all.find(' ');
    if (space == std::string_view::npos) return 0;
    std::uint64_t pages = 0;
    std::from_chars(all.data() + space + 1, all.data() + all.size(), pages);
    return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t open_descriptors()
{
    DIR* const folder = ::opendir("/proc/self/fd");
    if (folder == nullptr) return 0;
    std::uint64_t count = 0;
    while (::readdir(folder) != nullptr) ++count;
    ::closedir(folder);
    return count > 3 ? count - 3 : 0;  // ".", "..", and the one that looks
}

void write_process(Text& text)
{
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    };
    text.seconds("process_cpu_seconds_total", seconds(usage.ru_utime) + seconds(usage.ru_stime));
    text.gauge("process_open_fds", open_descriptors());
    text.gauge("process_resident_memory_bytes", resident_bytes());
    text.gauge("weft_info", 1, {{"version", WEFT_VERSION}});
}

void write_executions(Text& text, const ExecutionCounts& executions)
{
    for (std::size_t type = 0; type < ExecutionCounts::type_names.size(); ++type)
        text.count("weft_executions_started_total", executions.of_type(type).started.value(),
                   {{"type", ExecutionCounts::type_names[type]}});
    text.count("weft_executions_redriven_total", executions.redriven());
    for (std::size_t type = 0; type < ExecutionCounts::type_names.size(); ++type)
        for (std::size_t end = 0; end < ExecutionCounts::end_names.size(); ++end)
            text.count("weft_executions_ended_total", executions.of_type(type).ended[end].value(),
                       {{"type", ExecutionCounts::type_names[type]},
                        {"status", ExecutionCounts::end_names[end]}});
    text.count("weft_events_total", executions.events());
    text.count("weft_states_entered_total", executions.states());
    text.count("weft_retries_total", executions.retries());
    const ExecutionLog* records = executions.records();
    text.count("weft_records_dropped_total", records != nullptr ? records->dropped() : 0);
    text.count("weft_record_delivery_failures_total", records != nullptr ? records->failures() : 0);
    text.gauge("weft_records_waiting", records != nullptr ? records->waiting() : 0);
    executions.each_call([&](std::string_view resource, std::size_t outcome, std::uint64_t calls) {
        text.count("weft_calls_ended_total", calls,
                   {{"resource", resource}, {"outcome", ExecutionCounts::outcome_names[outcome]}});
    });
}

void write_runtime(Text& text, const runtime::Statistics& statistics)
{
    text.gauge("weft_executions_in_memory", statistics.streams);
    text.gauge("weft_executions_open", statistics.open, {{"type", "standard"}});
    text.gauge("weft_executions_open", statistics.express_open, {{"type", "express"}});
    text.gauge("weft_express_open", statistics.express_open);
    text.count("weft_executions_deleted_total", statistics.deleted);
    text.gauge("weft_calls_under_way", statistics.calls);
    text.count("weft_slices_total", statistics.slices);
    text.count("weft_loads_total", statistics.loads);
    text.count("weft_wakes_total", statistics.wakes);
    text.count("weft_evaluations_moved_total", statistics.evaluations_moved);
    text.count("weft_throttled_total", statistics.throttled);
    text.gauge("weft_starts_queued", statistics.starts_queued);
    text.gauge("weft_reads_queued", statistics.reads_queued);
    text.gauge("weft_evaluations_queued", statistics.evaluations_queued);
}

void write_store(Text& text, const storage::Database& database)
{
    const storage::CommitterStats stats = database.stats();
    text.histogram("weft_flush_seconds", stats.commit_microseconds, 1e-6);
    text.histogram("weft_flush_group_writes", stats.group_writes, 1);
    text.count("weft_flush_refused_total", stats.refused_groups);
    text.gauge("weft_flush_writes_queued", stats.queued);
    text.count("weft_wal_checkpoints_total", stats.checkpoints + stats.restarts);
    text.gauge("weft_wal_bytes", file_bytes(database.path() + "-wal"));
    text.gauge("weft_store_bytes", file_bytes(database.path()));
    text.gauge("weft_store_free_bytes", static_cast<std::uint64_t>(stats.free_bytes));
}

void write_requests(Text& text, const api::Measured& requests)
{
    text.gauge("weft_http_requests_under_way", requests.under_way());
    requests.each([&](const api::Measured::Row& row) {
        for (std::size_t i = 0; i < row.by_status.size(); ++i) {
            const std::uint64_t count = row.by_status[i].value();
            if (count == 0) continue;
            const int status = api::Measured::statuses[i];
            const std::string code = status == 0 ? "other" : fmt::to_string(status);
            text.count("weft_http_requests_total", count,
                       {{"operation", row.operation}, {"code", code}});
        }
    });
    requests.each([&](const api::Measured::Row& row) {
        const observability::HistogramCounts counts = row.microseconds.counts();
        if (counts.count() > 0)
            text.histogram("weft_http_request_seconds", counts, 1e-6,
                           {{"operation", row.operation}});
    });
}

}  // namespace

std::span<const MetricRow> metric_rows()
{
    return rows;
}

std::string metrics_text(const MetricSources& sources)
{
    Text text;
    write_process(text);
    write_executions(text, sources.executions);
    write_runtime(text, sources.runtime.statistics());
    write_store(text, sources.database);
    write_requests(text, sources.requests);
    if (sources.authentication != nullptr)
        for (const auth::Refused what :
             {auth::Refused::MissingAuthentication, auth::Refused::IncompleteSignature,
              auth::Refused::UnrecognizedClient, auth::Refused::InvalidSignature})
            text.count("weft_requests_refused_total", sources.authentication->refused(what),
                       {{"reason", api::name_of(what)}});
    return text.take();
}

void MetricsHandler::handle(async::Loop& loop, const net::ServerRequest& request,
                            std::shared_ptr<net::Responder> responder)
{
    const bool asked = request.method == "GET" && request.target == "/metrics";
    if (!asked && m_next != nullptr) return m_next->handle(loop, request, std::move(responder));
    net::ServerResponse response;
    if (asked) {
        response.content_type = observability::PrometheusText::content_type;
        response.body = m_text();
    } else {
        response.status = 404;
        response.content_type = "text/plain";
        response.body = "there are /metrics, /healthz and /readyz\n";
    }
    responder->respond(std::move(response));
}

}  // namespace weft::server
