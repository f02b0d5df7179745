#include "api/authentication.h"
#include "api/measured.h"
#include "api/states/local.h"
#include "api/states/service.h"
#include "async/pool.h"
#include "catalog/sqlite/sqlite_catalog.h"
#include "journal/sqlite/sqlite_journal.h"
#include "runtime/names.h"
#include "server/composition.h"
#include "server/execution_counts.h"
#include "server/metrics.h"
#include "server/services.h"
#include "storage/database.h"

#include <algorithm>
#include <future>
#include <optional>
#include <thread>
#include <utility>

namespace weft::server {

namespace {

constexpr std::size_t blocking_threads = 4;

// Everything that is kept, in one file.
struct Stores {
    std::unique_ptr<storage::Database> database;
    std::unique_ptr<journal::SqliteJournal> journal;
    std::unique_ptr<catalog::SqliteCatalog> catalog;
};

Result<Stores> open_stores(const std::string& folder)
{
    Stores stores;
    storage::DatabaseOptions options;
    options.readers = blocking_threads;
    stores.database = TRY(storage::Database::open(folder, std::move(options)));
    stores.journal = TRY(journal::SqliteJournal::open(*stores.database));
    stores.catalog = TRY(catalog::SqliteCatalog::open(*stores.database));
    return stores;
}

// None when it cannot be read: whoever asks goes without.
std::optional<history::Event> first_event(journal::Journal& journal, const std::string& arn)
{
    const Result<runtime::ExecutionName> name = runtime::parse_execution_arn(arn);
    if (!name) return {};
    const Result<std::optional<journal::IndexRow>> row =
        journal.find_by_name(name->machine_arn, name->name);
    if (!row || !*row) return {};
    const Result<std::vector<journal::Batch>> batches = journal.read((*row)->key, 0, 1);
    if (!batches || batches->empty() || batches->front().events.empty()) return {};
    return batches->front().events.front();
}

unsigned cores()
{
    return std::max(std::thread::hardware_concurrency(), 1U);
}

std::vector<std::unique_ptr<async::IoLoop>> make_loops()
{
    std::vector<std::unique_ptr<async::IoLoop>> loops;
    for (unsigned i = 0; i < cores(); ++i)
        loops.push_back(std::make_unique<async::IoLoop>(fmt::format("loop-{}", i)));
    return loops;
}

class Durable final : public cli::Installation {
public:
    Durable(std::unique_ptr<async::ThreadPool> compute, std::unique_ptr<Services> services,
            Stores stores, std::unique_ptr<ExecutionLog> log, auth::Keyring keys,
            cli::InstallationOptions options)
        : m_loops(make_loops()), m_compute(std::move(compute)),
          m_blocking(blocking_threads, "blocking"), m_services(std::move(services)),
          m_stores(std::move(stores)), m_log(std::move(log)),
          m_runtime(parts(options), runtime_options(options)),
          m_local(m_runtime, limits_for(options.limits)),
          m_api(m_runtime, limits_for(options.limits), m_services->scope()),
          m_with_metrics([this] { return metrics(); }, &m_api),
          m_admin([this] { return metrics(); }, nullptr)
    {
        m_services->connect(m_runtime, m_local);
        if (!keys.empty())
            m_authentication.emplace(m_with_metrics, std::move(keys),
                                     m_services->config().clock_tolerance,
                                     m_services->scope().account);
        net::Handler& next =
            m_authentication ? static_cast<net::Handler&>(*m_authentication) : m_with_metrics;
        if (m_log) m_executions.hand_on_to(m_log.get());
        m_measured = std::make_unique<api::Measured>(next, operation_names());
        for (const auto& loop : m_loops) loop->start();
    }
    ~Durable() override
    {
        for (const auto& loop : m_loops) loop->stop();
        for (const auto& loop : m_loops) loop->join();
    }

    runtime::Runtime& runtime() override { return m_runtime; }
    net::Handler* api() override { return m_measured.get(); }
    net::Handler* admin() override { return &m_admin; }
    Result<> reload() override
    {
        if (!m_authentication) return {};
        m_authentication->use(TRY(fetch_keys(m_services->config().keys, environment)));
        return {};
    }
    std::vector<async::IoLoop*> loops() override
    {
        std::vector<async::IoLoop*> loops;
        for (const auto& loop : m_loops) loops.push_back(loop.get());
        return loops;
    }
    const runtime::Scope& scope() const override { return m_services->scope(); }

    void stop() override
    {
        std::promise<void> idle;
        async::Loop& home = *m_loops.front();
        home.post([&] { m_runtime.shut_down(home, [&idle](Result<>) { idle.set_value(); }); });
        idle.get_future().wait();
        m_stores.journal->close();
    }

private:
    std::string metrics() const
    {
        return metrics_text({m_runtime, *m_stores.database, m_executions, *m_measured,
                             m_authentication ? &*m_authentication : nullptr});
    }
    static std::vector<std::string_view> operation_names()
    {
        std::vector<std::string_view> names;
        for (const api::states::Operation& operation : api::states::operations())
            names.push_back(operation.name);
        return names;
    }
    runtime::RuntimeOptions runtime_options(const cli::InstallationOptions& options) const
    {
        runtime::RuntimeOptions made = m_services->runtime_options(options.limits);
        if (options.retention) made.retention = *options.retention;
        return made;
    }
    runtime::RuntimeParts parts(const cli::InstallationOptions& options)
    {
        std::vector<async::Loop*> loops;
        for (const auto& loop : m_loops) loops.push_back(loop.get());
        return {std::move(loops),    *m_stores.journal, *m_stores.catalog,
                m_services->table(), m_blocking,        *m_compute,
                &m_executions,       options.failed,    m_services->models()};
    }

    // Ended in reverse: whatever uses the loops goes before them; the committer's thread, which
    // calls back into the runtime, is joined by stop().
    std::vector<std::unique_ptr<async::IoLoop>> m_loops;
    std::unique_ptr<async::ThreadPool> m_compute;
    async::ThreadPool m_blocking;
    std::unique_ptr<Services> m_services;
    Stores m_stores;
    std::unique_ptr<ExecutionLog> m_log;  // null: nothing is to be written
    ExecutionCounts m_executions;
    runtime::Runtime m_runtime;
    api::states::Local m_local;
    api::states::Service m_api;
    MetricsHandler m_with_metrics;
    MetricsHandler m_admin;
    std::optional<api::Authentication> m_authentication;  // when keys are configured
    std::unique_ptr<api::Measured> m_measured;            // before all of these
};

}  // namespace

Result<cli::ServeSettings> serve_settings(const cli::InstallationOptions& options)
{
    const Config config = TRY(load_config(options.config_file));
    return config.serve;
}

Result<std::unique_ptr<cli::Installation>> make_durable(cli::InstallationOptions options)
{
    auto compute = std::make_unique<async::ThreadPool>(cores(), "compute");
    std::unique_ptr<Services> services = TRY(Services::make(options, *compute));
    auth::Keyring keys = TRY(fetch_keys(services->config().keys, environment));
    Stores stores = TRY(open_stores(options.data_folder));
    std::unique_ptr<ExecutionLog> log;
    if (services->config().records.any())
        log = TRY(ExecutionLog::open(services->config().records, environment, *stores.catalog,
                                     limits_for(options.limits),
                                     [&journal = *stores.journal](const std::string& arn) {
                                         return first_event(journal, arn);
                                     }));
    return std::make_unique<Durable>(std::move(compute), std::move(services), std::move(stores),
                                     std::move(log), std::move(keys), std::move(options));
}

}  // namespace weft::server
