#pragma once

#include "integrations/integration.h"
#include "mocks/script.h"

#include <memory>

namespace weft::integrations {

// Answers calls from a script, in order of arrival; delays pass on the loop's clock, so simulated
// time works. No permits. A call the script does not name, or has no more answers for, fails with
// States.Runtime, which no Catch hides.
class MockIntegration final : public Integration {
public:
    explicit MockIntegration(std::shared_ptr<mocks::Script> script) : m_script(std::move(script)) {}

    std::string permit_key(const Call&) const override { return {}; }
    std::uint32_t permits_max(std::string_view) const override { return 0; }
    async::Task<Outcome> invoke(async::Loop& loop, Call call) override;

private:
    std::shared_ptr<mocks::Script> m_script;
};

}  // namespace weft::integrations
