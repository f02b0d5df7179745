#pragma once

#include "gateway/config.h"
#include "gateway/model.h"
#include "gateway/providers/exchange.h"
#include "net/transport.h"

#include <mutex>
#include <string>

namespace weft::gateway {

// Any server of the chat completions API: OpenAI, vLLM, llama.cpp, Ollama, LM Studio. Native bodies
// are translated both ways. Which model: the route's, else the provider's, else OPENAI_MODEL, else
// at OpenAI itself gpt-4o-mini, else the first that the server lists (asked once; models for
// embeddings are passed over).
class OpenAiProvider final : public ModelProvider {
public:
    // `model` is the default one, `api_key` may be empty.
    OpenAiProvider(ProviderConfig config, std::string base_url, std::string api_key,
                   std::string model, net::Transport& transport);
    async::Task<ModelOutcome> invoke(async::Loop& loop, ModelRequest request) override;

private:
    async::Task<std::variant<std::string, ModelFailure>> find_model(async::Loop& loop,
                                                                    Timestamp deadline);
    net::HttpRequest to(std::string_view path) const;
    bool is_openai() const;

    ProviderConfig m_config;
    std::string m_base_url;
    std::string m_api_key;
    std::string m_model;
    net::Transport& m_transport;
    Party m_party;
    std::mutex m_mutex;  // guards the next; never held across a wait
    std::string m_listed_model;
};

}  // namespace weft::gateway
