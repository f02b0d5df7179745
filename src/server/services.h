#pragma once

#include "cli/installation.h"
#include "gateway/gateway.h"
#include "integrations/tables.h"
#include "net/http_client.h"
#include "server/config.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

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
    const Config& config() const { return m_config; }
    const runtime::Scope& scope() const { return m_config.scope; }

private:
    Services(Config config, std::shared_ptr<mocks::Script> script, async::Pool& compute);

    Config m_config;
    net::HttpClient m_client;
    gateway::Gateway m_gateway;
    std::unique_ptr<integrations::Table> m_table;
};

}  // namespace weft::server
