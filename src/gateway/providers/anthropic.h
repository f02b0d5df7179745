#pragma once

#include "gateway/config.h"
#include "gateway/model.h"
#include "gateway/providers/exchange.h"
#include "net/transport.h"

#include <string>

namespace weft::gateway {

// Anthropic's Messages API. A messages body goes out as it came, but for what Bedrock spells
// otherwise: the version and the betas are headers, the model is a member. Bodies of other families
// are translated.
class AnthropicProvider final : public ModelProvider {
public:
    AnthropicProvider(ProviderConfig config, std::string base_url, std::string api_key,
                      net::Transport& transport);
    async::Task<ModelOutcome> invoke(async::Loop& loop, ModelRequest request) override;

private:
    ProviderConfig m_config;
    std::string m_base_url;
    std::string m_api_key;
    net::Transport& m_transport;
    Party m_party;
};

}  // namespace weft::gateway
