#pragma once

#include "gateway/config.h"
#include "gateway/model.h"
#include "mocks/script.h"

namespace weft::gateway {

// Answers from a script of the configuration, in order of the calls. An output that is a text
// becomes a message of the caller's model family; any other output is the native body itself.
// Delays pass on the loop's clock.
class MockProvider final : public ModelProvider {
public:
    explicit MockProvider(const ProviderConfig& config);
    async::Task<ModelOutcome> invoke(async::Loop& loop, ModelRequest request) override;

private:
    std::string m_name;
    mocks::Player m_player;
};

}  // namespace weft::gateway
