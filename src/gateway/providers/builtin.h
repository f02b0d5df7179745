#pragma once

#include "async/pool.h"
#include "gateway/config.h"
#include "gateway/conversation.h"
#include "gateway/model.h"

namespace weft::gateway {

constexpr std::string_view extractive_model = "weft.extractive-v1";

// The embedded model: no key, no network. It answers a question with the sentences of the prompt
// that fit best, and says so when none does; it invents nothing. See gateway/extractive/. Token
// counts are estimates (four bytes a token). The search runs on a pool, since a hostile prompt can
// keep it busy for most of a second; above a bound of prompts that wait there it is Throttling.
class BuiltinProvider final : public ModelProvider {
public:
    // Borrows `compute`, which must outlive it.
    BuiltinProvider(ProviderConfig config, async::Pool& compute)
        : m_config(std::move(config)), m_compute(compute)
    {
    }
    async::Task<ModelOutcome> invoke(async::Loop& loop, ModelRequest request) override;

private:
    ProviderConfig m_config;
    async::Pool& m_compute;
};

// The computation itself; pure.
Completion complete_extractively(const Conversation& conversation);

}  // namespace weft::gateway
