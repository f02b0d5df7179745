#include "server/services.h"

#include "cli/text_file.h"
#include "integrations/bedrock/invoke_model.h"
#include "integrations/sdk/local_call.h"
#include "integrations/states/start_execution.h"
#include "mocks/mocks.h"

#include <cstdlib>
#include <utility>
#include <vector>

namespace weft::server {

namespace {

constexpr std::size_t mocks_bytes_max = std::size_t{64} << 20;

}  // namespace

// Every resource that Weft can run, by its ARN.
std::unique_ptr<integrations::Table> Services::resources(gateway::Gateway& gateway, Engine& engine)
{
    using integrations::states::StartExecution;
    const auto start = [&](asl::Pattern pattern) {
        return std::make_unique<StartExecution>(engine, engine, pattern);
    };
    std::vector<integrations::ResourceTable::Row> rows;
    rows.push_back({"arn:aws:states:::aws-sdk:sfn:*",
                    std::make_unique<integrations::sdk::LocalCall>(engine, "Sfn")});
    rows.push_back({"arn:aws:states:::bedrock:invokeModel",
                    std::make_unique<integrations::bedrock::InvokeModel>(gateway)});
    rows.push_back(
        {"arn:aws:states:::states:startExecution", start(asl::Pattern::RequestResponse)});
    rows.push_back({"arn:aws:states:::states:startExecution.sync", start(asl::Pattern::Sync)});
    rows.push_back({"arn:aws:states:::states:startExecution.sync:2", start(asl::Pattern::Sync2)});
    return std::make_unique<integrations::ResourceTable>(std::move(rows));
}

std::optional<std::string> environment(std::string_view name)
{
    const char* value = std::getenv(std::string(name).c_str());
    if (value == nullptr || *value == '\0') return {};
    return value;
}

Result<std::unique_ptr<Services>> Services::make(const cli::InstallationOptions& options,
                                                 async::Pool& compute)
{
    Config config = TRY(load_config(options.config_file));
    if (!options.provider.empty())
        config.models = TRY(gateway::with_provider(std::move(config.models), options.provider));
    std::shared_ptr<mocks::Script> script;
    if (!options.mocks_file.empty()) {
        const std::string text = TRY(cli::read_file(options.mocks_file, mocks_bytes_max));
        script = std::make_shared<mocks::Script>(TRY(mocks::read(text, options.mocks_file)));
    }
    return std::unique_ptr<Services>(new Services(std::move(config), std::move(script), compute));
}

// With a script nothing else is reached: a state that the file forgot must not buy an answer.
Services::Services(Config config, std::shared_ptr<mocks::Script> script, async::Pool& compute)
    : m_config(std::move(config)), m_gateway(m_config.models, m_client, compute, environment),
      m_table(script ? std::make_unique<integrations::MockTable>(std::move(script))
                     : resources(m_gateway, m_engine))
{
}

}  // namespace weft::server
