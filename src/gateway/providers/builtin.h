#pragma once

#include "gateway/config.h"
#include "gateway/conversation.h"
#include "gateway/model.h"

namespace weft::gateway {

constexpr std::string_view extractive_model = "weft.extractive-v1";

// The embedded model: no key, no network. It answers a question with the sentences of the prompt
// that fit best, and says so when none does; it invents nothing. See gateway/extractive/. Token
// counts are estimates (four bytes a token).
class BuiltinProvider final : public ModelProvider {
public:
    explicit BuiltinProvider(ProviderConfig config) : m_config(std::move(config)) {}
    async::Task<ModelOutcome> invoke(async::Loop& loop, ModelRequest request) override;

private:
    ProviderConfig m_config;
};

// The computation itself; pure.
Completion complete_extractively(const Conversation& conversation);

}  // namespace weft::gateway
