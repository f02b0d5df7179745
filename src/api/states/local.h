#pragma once

#include "api/states/operation.h"
#include "integrations/local_service.h"

namespace weft::api::states {

// The Step Functions service for Tasks of this process (aws-sdk:sfn:…): the same operations,
// without HTTP. Borrows the runtime.
class Local final : public integrations::LocalService {
public:
    Local(runtime::Runtime& runtime, Limits limits) : m_runtime(runtime), m_limits(limits) {}

    void call(async::Loop& loop, std::string_view operation, const json::Value& input,
              integrations::ServiceScope scope, OnGone gone, Reply reply) override;
    integrations::ServiceError describe(const Error& error) const override;

private:
    runtime::Runtime& m_runtime;
    Limits m_limits;
};

}  // namespace weft::api::states
