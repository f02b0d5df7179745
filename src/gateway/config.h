#pragma once

#include "base/result.h"
#include "base/time.h"
#include "mocks/document.h"
#include "mocks/mocks.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace weft::gateway {

// The `models` part of weft.yaml as a value: which providers there are, and which model id goes to
// which. docs/models.md.

enum class ProviderKind : std::uint8_t { Anthropic, Bedrock, Builtin, Mock, OpenAi };

// A row holds what the reader, the documentation and `detect` need of a kind.
struct ProviderKindRow {
    ProviderKind kind;
    std::string_view name;          // as in `kind:`
    std::string_view api_key_env;   // default variable of the key
    std::string_view base_url_env;  // default variable of the address
    std::string_view base_url;      // default address
    std::uint32_t concurrency;      // default
    std::uint32_t timeout_seconds;  // default
};
std::span<const ProviderKindRow> provider_kinds();
const ProviderKindRow& row_of(ProviderKind kind);

struct ProviderConfig {
    std::string name;
    ProviderKind kind = ProviderKind::Builtin;
    std::string base_url;                // with scheme, without a slash at the end
    std::string base_url_env;            // a variable that holds it; base_url is then the default
    std::string api_key_env;             // empty: none
    std::string region;                  // bedrock
    std::string model;                   // for every id that its route does not rename
    std::uint32_t concurrency = 0;       // calls under way at once; 0: no bound
    std::uint32_t timeout_seconds = 60;  // of one call
    std::uint64_t response_bytes_max = 32ULL << 20;
    std::optional<mocks::Sequence> answers;  // mock

    bool operator==(const ProviderConfig&) const = default;
};

// `pattern` is a model id, or a prefix that ends in '*'.
struct RouteConfig {
    std::string pattern;
    std::string provider;
    std::string model;  // empty: the provider's

    bool operator==(const RouteConfig&) const = default;
};

struct Config {
    std::string default_provider = "builtin";
    std::vector<ProviderConfig> providers;  // those of the file, then those every installation has
    std::vector<RouteConfig> routes;

    bool operator==(const Config&) const = default;
    const ProviderConfig* find(std::string_view name) const;
};

// What holds without a file: the providers anthropic, openai, ollama, bedrock and builtin;
// everything goes to builtin.
Config default_config();
// From a whole weft.yaml: its `models` member, other members are their readers' business. An empty
// text is a file without it. ErrorCode::InvalidInput with file, line and a suggestion.
Result<Config> read_config(std::string_view text, std::string file_name);
// From the value of `models`.
Result<Config> read_config(const mocks::Node& models);
// All models from one provider, whatever the routes say (`--provider NAME`); route renames of that
// provider stay. ErrorCode::NotFound names those there are.
Result<Config> with_provider(Config config, std::string_view name);

}  // namespace weft::gateway
