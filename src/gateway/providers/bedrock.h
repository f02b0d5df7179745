#pragma once

#include "gateway/config.h"
#include "gateway/model.h"
#include "gateway/providers/exchange.h"
#include "net/transport.h"

#include <string>

namespace weft::gateway {

// What calls to AWS are signed with; read from the environment once. A bearer token
// (AWS_BEARER_TOKEN_BEDROCK) goes before access keys.
struct AwsAccess {
    std::string bearer_token;
    std::string access_key_id;
    std::string secret_access_key;
    std::string session_token;
    std::string region;  // AWS_REGION, AWS_DEFAULT_REGION

    AwsAccess() = default;
};

// Amazon Bedrock itself: InvokeModel over HTTPS with Signature Version 4. Bodies pass untouched
// both ways, and so do the names and words of its errors.
class BedrockProvider final : public ModelProvider {
public:
    // An empty `base_url` stands for the service's own address in the region.
    BedrockProvider(ProviderConfig config, std::string base_url, AwsAccess access,
                    net::Transport& transport);
    async::Task<ModelOutcome> invoke(async::Loop& loop, ModelRequest request) override;

private:
    std::string region_of(const ModelRequest& request) const;

    ProviderConfig m_config;
    std::string m_base_url;
    AwsAccess m_access;
    net::Transport& m_transport;
};

}  // namespace weft::gateway
