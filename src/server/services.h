#pragma once

#include "cli/installation.h"
#include "gateway/gateway.h"
#include "integrations/execution_starter.h"
#include "integrations/local_service.h"
#include "integrations/service_model_cache.h"
#include "integrations/tables.h"
#include "net/http_client.h"
#include "runtime/runtime.h"
#include "server/config.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace weft::server {

// The process's own environment; an empty variable counts as not set.
std::optional<std::string> environment(std::string_view name);

// What tasks reach: models through the gateway, or a script in place of everything. Must end before
// the loops do.
class Services {
public:
    // Errors: those of load_config, of the mocks file, NotFound for a provider.
    // `compute`, for what the embedded model computes, must outlive it.
    static Result<std::unique_ptr<Services>> make(const cli::InstallationOptions& options,
                                                  async::Pool& compute);

    const integrations::Table& table() const { return *m_table; }
    // What Tasks reach within this process is made on top of what they are run by: told once,
    // before the first execution.
    void connect(integrations::ExecutionStarter& starter, integrations::LocalService& engine)
    {
        m_engine.starter = &starter;
        m_engine.service = &engine;
    }
    const Config& config() const { return m_config; }
    const runtime::Scope& scope() const { return m_config.scope; }
    runtime::RuntimeOptions runtime_options(LimitsProfile profile) const
    {
        return {.limits = limits_for(profile),
                .profile = profile,
                .evaluation_time_max = m_config.evaluation_time_max,
                .retention = m_config.retention};
    }
    // Of all AWS services.
    integrations::ServiceModelCache* models() { return m_models.get(); }

private:
    Services(Config config, std::shared_ptr<mocks::Script> script, async::Pool& compute,
             aws::ServiceModels models);

    // Stands for the engine until there is one.
    class Engine final : public integrations::ExecutionStarter, public integrations::LocalService {
    public:
        void start_child(async::Loop& home, integrations::ChildRequest request,
                         Function<void(Result<integrations::ChildStarted>)> reply) override
        {
            starter->start_child(home, std::move(request), std::move(reply));
        }
        void call(async::Loop& loop, std::string_view operation, const json::Value& input,
                  integrations::ServiceScope scope, OnGone gone, Reply reply) override
        {
            service->call(loop, operation, input, std::move(scope), std::move(gone),
                          std::move(reply));
        }
        integrations::ServiceError describe(const Error& error) const override
        {
            return service->describe(error);
        }
        integrations::ExecutionStarter* starter = nullptr;
        integrations::LocalService* service = nullptr;
    };

    static std::unique_ptr<integrations::Table> resources(gateway::Gateway& gateway,
                                                          Engine& engine);

    Config m_config;
    Engine m_engine;
    net::HttpClient m_client;
    gateway::Gateway m_gateway;
    std::unique_ptr<integrations::Table> m_table;
    std::unique_ptr<integrations::ServiceModelCache> m_models;
};

}  // namespace weft::server
