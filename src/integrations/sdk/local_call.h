#pragma once

#include "integrations/integration.h"
#include "integrations/local_service.h"

#include <string>

namespace weft::integrations::sdk {

// arn:aws:states:::aws-sdk:SERVICE:action of a service that this process offers itself. Parameters
// and answer have the API's members in PascalCase; times are ISO 8601 texts, members without a
// value are left out, and a document given where the API takes a text is written as JSON. Errors:
// `<Prefix>.<Name>Exception`. No permits. Borrows the service.
class LocalCall final : public Integration {
public:
    // `prefix`: of errors and causes, "Sfn".
    LocalCall(LocalService& service, std::string prefix)
        : m_service(service), m_prefix(std::move(prefix))
    {
    }

    std::string permit_key(const Call&) const override { return {}; }
    std::uint32_t permits_max(std::string_view) const override { return 0; }
    async::Task<Outcome> invoke(async::Loop& loop, Call call) override;

private:
    LocalService& m_service;
    std::string m_prefix;
};

}  // namespace weft::integrations::sdk
