#pragma once

#include "gateway/gateway.h"
#include "integrations/integration.h"

namespace weft::integrations::bedrock {

// arn:aws:states:::bedrock:invokeModel. Parameters {ModelId, Body, ContentType, Accept,
// GuardrailIdentifier, GuardrailVersion, Trace} → {Body: parsed JSON, ContentType}. Errors:
// Bedrock.<Name>Exception with AWS's form of cause. Permits: one pool a provider. Borrows the
// gateway.
class InvokeModel final : public Integration {
public:
    explicit InvokeModel(gateway::Gateway& gateway) : m_gateway(gateway) {}

    std::string permit_key(const Call& call) const override;
    std::uint32_t permits_max(std::string_view permit_key) const override;
    async::Task<Outcome> invoke(async::Loop& loop, Call call) override;

private:
    gateway::Gateway& m_gateway;
};

}  // namespace weft::integrations::bedrock
