#pragma once

#include "asl/resource.h"
#include "integrations/execution_starter.h"
#include "integrations/integration.h"
#include "integrations/local_service.h"

namespace weft::integrations::states {

// arn:aws:states:::states:startExecution in its four patterns. Parameters {StateMachineArn, Name,
// Input, TraceHeader} → {ExecutionArn, StartDate, SdkHttpMetadata, SdkResponseMetadata}; what
// `.sync` and `.sync:2` end with comes from the child, as a message. Errors:
// StepFunctions.<Name>Exception with AWS's form of cause. No permits. Borrows both.
class StartExecution final : public Integration {
public:
    StartExecution(ExecutionStarter& starter, const LocalService& service, asl::Pattern pattern)
        : m_starter(starter), m_service(service), m_pattern(pattern)
    {
    }

    std::string permit_key(const Call&) const override { return {}; }
    std::uint32_t permits_max(std::string_view) const override { return 0; }
    async::Task<Outcome> invoke(async::Loop& loop, Call call) override;

private:
    ExecutionStarter& m_starter;
    const LocalService& m_service;
    asl::Pattern m_pattern;
};

}  // namespace weft::integrations::states
