#include "gateway/config.h"

#include "base/assert.h"
#include "base/suggest.h"
#include "gateway/fault.h"

#include <algorithm>
#include <array>
#include <utility>

namespace weft::gateway {
namespace {

// In the enumeration's order.
constexpr std::array kinds{
    ProviderKindRow{ProviderKind::Anthropic, "anthropic", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL",
                    "https://api.anthropic.com", 16, 60},
    ProviderKindRow{ProviderKind::Bedrock, "bedrock", "", "AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "",
                    16, 60},
    ProviderKindRow{ProviderKind::Builtin, "builtin", "", "", "", 0, 60},
    ProviderKindRow{ProviderKind::Mock, "mock", "", "", "", 0, 60},
    ProviderKindRow{ProviderKind::OpenAi, "openai", "OPENAI_API_KEY", "OPENAI_BASE_URL",
                    "https://api.openai.com/v1", 16, 60},
};

ProviderConfig provider_of(std::string_view name, ProviderKind kind)
{
    ProviderConfig config;
    config.name = name;
    config.kind = kind;
    config.base_url = row_of(kind).base_url;
    config.base_url_env = row_of(kind).base_url_env;
    config.api_key_env = row_of(kind).api_key_env;
    config.concurrency = row_of(kind).concurrency;
    config.timeout_seconds = row_of(kind).timeout_seconds;
    return config;
}

// Those every installation has, unless its file gives the name another meaning.
std::vector<ProviderConfig> standard_providers()
{
    std::vector<ProviderConfig> providers{provider_of("anthropic", ProviderKind::Anthropic),
                                          provider_of("openai", ProviderKind::OpenAi),
                                          provider_of("ollama", ProviderKind::OpenAi),
                                          provider_of("bedrock", ProviderKind::Bedrock),
                                          provider_of("builtin", ProviderKind::Builtin)};
    ProviderConfig& ollama = providers[2];
    ollama.base_url = "http://127.0.0.1:11434/v1";
    ollama.base_url_env = "OLLAMA_HOST";
    ollama.api_key_env.clear();
    ollama.concurrency = 4;
    ollama.timeout_seconds = 300;
    return providers;
}

Result<ProviderKind> read_kind(const mocks::Node& node)
{
    const std::string name = TRY(node.text("kind"));
    std::vector<std::string_view> names;
    for (const ProviderKindRow& row : kinds) {
        if (row.name == name) return row.kind;
        names.push_back(row.name);
    }
    std::string hint = did_you_mean(name, names);
    if (hint.empty())
        hint = "; the kinds are anthropic, bedrock, builtin, mock, openai (any OpenAI-compatible "
               "server)";
    return node.fail(fmt::format("unknown kind of provider '{}'{}", name, hint));
}

Result<std::string> read_url(const mocks::Node& node)
{
    std::string url = TRY(node.text("base_url"));
    if (!url.starts_with("http://") && !url.starts_with("https://")) {
        return node.fail(
            fmt::format("base_url must begin with http:// or https://, '{}' given", url));
    }
    while (url.ends_with('/')) url.pop_back();
    return url;
}

// A variable's name, never a key: whoever writes the key itself here would have it in a file that
// is shared.
Result<std::string> read_variable(const mocks::Node& node)
{
    std::string name = TRY(node.text("api_key_env"));
    const bool ok =
        !name.empty() && name.size() <= 128 && std::ranges::all_of(name, [](unsigned char c) {
            return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                   (c >= 'a' && c <= 'z');
        });
    if (!ok)
        return node.fail(
            "api_key_env must be the name of an environment variable, not the key itself");
    return name;
}

// A mock provider fails as a provider does: with one of Bedrock's names.
Result<> check_errors(const mocks::Sequence& sequence, const mocks::Node& node)
{
    for (const mocks::Answer& answer : sequence.answers) {
        if (answer.output || find_fault(answer.error) != nullptr) continue;
        std::vector<std::string_view> names;
        for (const ModelFaultRow& row : model_faults()) names.push_back(row.name);
        return node.fail(fmt::format("a model has no error '{}'{}", answer.error,
                                     did_you_mean(answer.error, names)));
    }
    return {};
}

Result<ProviderConfig> read_provider(std::string_view name, const mocks::Node& node)
{
    TRY(node.expect_object("a provider",
                           {"kind", "base_url", "api_key_env", "region", "model", "concurrency",
                            "timeout_seconds", "response_bytes_max", "answers"}));
    const auto kind = node.find("kind");
    std::optional<ProviderConfig> config;
    if (kind) {
        config = provider_of(name, TRY(read_kind(*kind)));
    } else {
        // `ollama: { model: llama3.2 }` changes the standing provider of that name.
        for (ProviderConfig& standard : standard_providers()) {
            if (standard.name == name) config = std::move(standard);
        }
        if (!config) return node.fail(fmt::format("provider '{}' needs a kind", name));
    }
    if (const auto url = node.find("base_url")) {
        config->base_url = TRY(read_url(*url));
        config->base_url_env.clear();
        // The key of one server is not sent to another unless the file says so.
        if (config->base_url != row_of(config->kind).base_url) config->api_key_env.clear();
    }
    if (const auto variable = node.find("api_key_env"))
        config->api_key_env = TRY(read_variable(*variable));
    if (const auto region = node.find("region")) config->region = TRY(region->text("region"));
    if (const auto model = node.find("model")) config->model = TRY(model->text("model"));
    if (const auto concurrency = node.find("concurrency")) {
        config->concurrency =
            static_cast<std::uint32_t>(TRY(concurrency->integer("concurrency", 1, 100'000)));
    }
    if (const auto timeout = node.find("timeout_seconds")) {
        config->timeout_seconds =
            static_cast<std::uint32_t>(TRY(timeout->integer("timeout_seconds", 1, 86'400)));
    }
    if (const auto bytes = node.find("response_bytes_max")) {
        config->response_bytes_max =
            static_cast<std::uint64_t>(TRY(bytes->integer("response_bytes_max", 1'024, 1LL << 30)));
    }
    const auto answers = node.find("answers");
    if (answers && config->kind != ProviderKind::Mock)
        return answers->fail("answers are for providers of kind mock");
    if (!answers && config->kind == ProviderKind::Mock) {
        return node.fail(fmt::format("provider '{}' of kind mock needs answers", name));
    }
    if (answers) {
        config->answers = TRY(mocks::read_sequence(*answers));
        TRY(check_errors(*config->answers, *answers));
    }
    return *std::move(config);
}

Result<std::string> read_provider_name(const mocks::Node& node, const Config& config)
{
    std::string name = TRY(node.text("a provider"));
    if (config.find(name) != nullptr) return name;
    std::vector<std::string_view> names;
    for (const ProviderConfig& provider : config.providers) names.push_back(provider.name);
    return node.fail(fmt::format("there is no provider '{}'{}", name, did_you_mean(name, names)));
}

Result<RouteConfig> read_route(std::string_view pattern, const mocks::Node& node,
                               const Config& config)
{
    RouteConfig route;
    route.pattern = pattern;
    const std::size_t star = pattern.find('*');
    if (star != std::string_view::npos && star + 1 != pattern.size()) {
        return node.fail(fmt::format("'*' may only end a pattern, '{}' given", pattern));
    }
    if (node.value().is_string()) {
        route.provider = TRY(read_provider_name(node, config));
        return route;
    }
    TRY(node.expect_object("a route", {"provider", "model"}));
    const auto provider = node.find("provider");
    if (!provider) return node.fail("a route needs a provider");
    route.provider = TRY(read_provider_name(*provider, config));
    if (const auto model = node.find("model")) route.model = TRY(model->text("model"));
    return route;
}

}  // namespace

std::span<const ProviderKindRow> provider_kinds()
{
    return kinds;
}

const ProviderKindRow& row_of(ProviderKind kind)
{
    const auto index = static_cast<std::size_t>(kind);
    WEFT_ASSERT(index < kinds.size() && kinds[index].kind == kind);
    return kinds[index];
}

const ProviderConfig* Config::find(std::string_view name) const
{
    const auto found = std::ranges::find(providers, name, &ProviderConfig::name);
    return found == providers.end() ? nullptr : &*found;
}

Config default_config()
{
    Config config;
    config.providers = standard_providers();
    return config;
}

Result<Config> read_config(std::string_view text, std::string file_name)
{
    const mocks::Document document = TRY(mocks::Document::parse(text, std::move(file_name)));
    const mocks::Node root(document);
    if (root.value().is_null()) return default_config();
    if (!root.value().is_object()) return root.fail("expected a mapping with a member 'models'");
    const auto models = root.find("models");
    return models ? read_config(*models) : default_config();
}

Result<Config> read_config(const mocks::Node& models)
{
    if (models.value().is_null()) return default_config();
    TRY(models.expect_object("models", {"default", "providers", "routes"}));
    Config config;
    if (const auto providers = models.find("providers");
        providers && !providers->value().is_null()) {
        if (!providers->value().is_object())
            return providers->fail("providers map a name to its settings");
        for (std::size_t i = 0; i < providers->value().size(); ++i) {
            config.providers.push_back(
                TRY(read_provider(providers->member_key(i), providers->member(i))));
        }
    }
    for (ProviderConfig& standard : standard_providers()) {
        if (config.find(standard.name) == nullptr) config.providers.push_back(std::move(standard));
    }
    if (const auto routes = models.find("routes"); routes && !routes->value().is_null()) {
        if (!routes->value().is_object())
            return routes->fail("routes map a model id, or a prefix with '*', to a provider");
        for (std::size_t i = 0; i < routes->value().size(); ++i) {
            config.routes.push_back(
                TRY(read_route(routes->member_key(i), routes->member(i), config)));
        }
    }
    if (const auto provider = models.find("default")) {
        config.default_provider = TRY(read_provider_name(*provider, config));
    }
    return config;
}

Result<Config> with_provider(Config config, std::string_view name)
{
    if (config.find(name) == nullptr) {
        std::string all;
        std::vector<std::string_view> names;
        for (const ProviderConfig& provider : config.providers) {
            names.push_back(provider.name);
            all += fmt::format("{}{}", all.empty() ? "" : ", ", provider.name);
        }
        return fail(ErrorCode::NotFound, "there is no provider '{}'{} (there are: {})", name,
                    did_you_mean(name, names), all);
    }
    config.default_provider = name;
    std::erase_if(config.routes, [&](const RouteConfig& route) { return route.provider != name; });
    return config;
}

}  // namespace weft::gateway
