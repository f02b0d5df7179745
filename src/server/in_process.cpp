#include "api/states/local.h"
#include "async/pool.h"
#include "catalog/memory/memory_catalog.h"
#include "journal/memory/memory_journal.h"
#include "server/composition.h"
#include "server/services.h"

#include <utility>

namespace weft::server {

namespace {

journal::MemoryOptions memory_options(async::Loop& loop)
{
    journal::MemoryOptions options;
    options.flush = journal::MemoryOptions::Flush::Posted;
    options.post = [&loop](Function<void()> job) { loop.post(std::move(job)); };
    return options;
}

class InProcess final : public cli::Installation {
public:
    InProcess(std::unique_ptr<async::InlinePool> pool, std::unique_ptr<Services> services,
              const cli::InstallationOptions& options)
        : m_pool(std::move(pool)), m_services(std::move(services)),
          m_journal(memory_options(m_loop)), m_runtime({{&m_loop},
                                                        m_journal,
                                                        m_catalog,
                                                        m_services->table(),
                                                        *m_pool,
                                                        *m_pool,
                                                        options.observer,
                                                        {},
                                                        m_services->models()},
                                                       m_services->runtime_options(options.limits)),
          m_local(m_runtime, limits_for(options.limits))
    {
        m_services->connect(m_runtime, m_local);
    }
    ~InProcess() override { m_loop.stop(); }

    runtime::Runtime& runtime() override { return m_runtime; }
    net::Handler* api() override { return nullptr; }
    std::vector<async::IoLoop*> loops() override { return {&m_loop}; }
    const runtime::Scope& scope() const override { return m_services->scope(); }
    void stop() override { m_journal.close(); }

private:
    // Ended in reverse: whatever uses the loop goes before it.
    async::IoLoop m_loop{"weft"};
    std::unique_ptr<async::InlinePool> m_pool;
    std::unique_ptr<Services> m_services;
    journal::MemoryJournal m_journal;
    catalog::MemoryCatalog m_catalog;
    runtime::Runtime m_runtime;
    api::states::Local m_local;
};

}  // namespace

Result<std::unique_ptr<cli::Installation>> make_in_process(cli::InstallationOptions options)
{
    auto pool = std::make_unique<async::InlinePool>();
    std::unique_ptr<Services> services = TRY(Services::make(options, *pool));
    return std::make_unique<InProcess>(std::move(pool), std::move(services), options);
}

}  // namespace weft::server
