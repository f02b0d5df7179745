#include "gateway/gateway.h"

#include "gateway/providers/anthropic.h"
#include "gateway/providers/bedrock.h"
#include "gateway/providers/builtin.h"
#include "gateway/providers/mock.h"
#include "gateway/providers/openai.h"

#include <fmt/core.h>

#include <utility>

namespace weft::gateway {
namespace {

constexpr std::string_view permit_prefix = "model:";

std::string variable(const Environment& environment, std::string_view name)
{
    if (name.empty()) return {};
    std::string value = environment(name).value_or(std::string());
    // A key read from a file often brings its line's end along.
    constexpr std::string_view space = " \t\r\n";
    value.erase(value.find_last_not_of(space) + 1);
    return value;
}

// OLLAMA_HOST is the server's own setting: an address to listen on, with or without scheme and
// port.
std::string ollama_url(std::string host)
{
    if (host.find("://") == std::string::npos) host = "http://" + host;
    while (host.ends_with('/')) host.pop_back();
    const std::size_t begin = host.find("://") + 3;
    if (host.substr(begin).starts_with("0.0.0.0")) host.replace(begin, 7, "127.0.0.1");
    if (host.find_first_of(":/", begin) == std::string::npos) host += ":11434";
    return host.find('/', begin) == std::string::npos ? host + "/v1" : host;
}

std::string base_url_of(const ProviderConfig& config, const Environment& environment)
{
    std::string url = variable(environment, config.base_url_env);
    if (url.empty()) return config.base_url;
    if (config.base_url_env == "OLLAMA_HOST") return ollama_url(std::move(url));
    while (url.ends_with('/')) url.pop_back();
    return url;
}

AwsAccess aws_access(const Environment& environment)
{
    AwsAccess access;
    access.bearer_token = variable(environment, "AWS_BEARER_TOKEN_BEDROCK");
    access.access_key_id = variable(environment, "AWS_ACCESS_KEY_ID");
    access.secret_access_key = variable(environment, "AWS_SECRET_ACCESS_KEY");
    access.session_token = variable(environment, "AWS_SESSION_TOKEN");
    access.region = variable(environment, "AWS_REGION");
    if (access.region.empty()) access.region = variable(environment, "AWS_DEFAULT_REGION");
    return access;
}

std::unique_ptr<ModelProvider> make_provider(const ProviderConfig& config,
                                             net::Transport& transport, async::Pool& compute,
                                             const Environment& environment)
{
    const std::string url = base_url_of(config, environment);
    const std::string key = variable(environment, config.api_key_env);
    switch (config.kind) {
    case ProviderKind::Anthropic:
        return std::make_unique<AnthropicProvider>(config, url, key, transport);
    case ProviderKind::Bedrock:
        return std::make_unique<BedrockProvider>(config, url, aws_access(environment), transport);
    case ProviderKind::Builtin: return std::make_unique<BuiltinProvider>(config, compute);
    case ProviderKind::Mock: return std::make_unique<MockProvider>(config);
    case ProviderKind::OpenAi: {
        // The variable names a model of the server that OPENAI_BASE_URL names, not of any other.
        std::string model =
            config.name == "openai" ? variable(environment, "OPENAI_MODEL") : std::string();
        return std::make_unique<OpenAiProvider>(config, url, key, std::move(model), transport);
    }
    }
    return nullptr;
}

// The longest pattern that fits; an exact one is as long as can be.
const RouteConfig* find_route(const std::vector<RouteConfig>& routes, std::string_view id)
{
    const RouteConfig* best = nullptr;
    for (const RouteConfig& route : routes) {
        std::string_view pattern = route.pattern;
        const bool prefix = pattern.ends_with('*');
        if (prefix) pattern.remove_suffix(1);
        if (prefix ? !id.starts_with(pattern) : id != pattern) continue;
        if (!prefix) return &route;
        if (best == nullptr || route.pattern.size() > best->pattern.size()) best = &route;
    }
    return best;
}

}  // namespace

Gateway::Gateway(Config config, net::Transport& transport, async::Pool& compute,
                 const Environment& environment)
    : m_config(std::move(config))
{
    for (const ProviderConfig& provider : m_config.providers) {
        m_providers.emplace(provider.name,
                            make_provider(provider, transport, compute, environment));
    }
}

Route Gateway::route(std::string_view model_id) const
{
    const std::string_view id = model_id_of(model_id);
    const RouteConfig* route = find_route(m_config.routes, model_id);
    if (route == nullptr) route = find_route(m_config.routes, id);
    if (route == nullptr) route = find_route(m_config.routes, without_region(id));
    if (route != nullptr) return {m_config.find(route->provider), route->model};
    return {m_config.find(m_config.default_provider), {}};
}

async::Task<ModelOutcome> Gateway::invoke(async::Loop& loop, ModelRequest request)
{
    Route way = route(request.model_id);
    if (way.provider == nullptr) {
        co_return fail(ErrorCode::Internal, "no provider for model '{}'", request.model_id);
    }
    if (request.model.empty()) request.model = std::move(way.model);
    if (way.provider->kind != ProviderKind::Bedrock && way.provider->kind != ProviderKind::Mock &&
        !request.body.is_object()) {
        co_return ModelOutcome(
            ModelFailure(ModelFault::Validation,
                         "Malformed input request, please reformat your input and try again."));
    }
    const std::string name = way.provider->name;
    CO_TRY(ModelOutcome outcome, co_await m_providers.at(name)->invoke(loop, std::move(request)));
    if (auto* response = std::get_if<ModelResponse>(&outcome)) response->usage.provider = name;
    co_return std::move(outcome);
}

std::string Gateway::permit_key(std::string_view model_id) const
{
    const Route way = route(model_id);
    if (way.provider == nullptr || way.provider->concurrency == 0) return {};
    return fmt::format("{}{}", permit_prefix, way.provider->name);
}

std::uint32_t Gateway::permits_max(std::string_view permit_key) const
{
    if (!permit_key.starts_with(permit_prefix)) return 0;
    const ProviderConfig* provider = m_config.find(permit_key.substr(permit_prefix.size()));
    return provider == nullptr ? 0 : provider->concurrency;
}

}  // namespace weft::gateway
