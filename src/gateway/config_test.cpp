#include "gateway/config.h"

#include "gateway/detect.h"
#include "gateway/gateway.h"
#include "tests/support/scripted_transport.h"

#include <doctest/doctest.h>

#include <map>
#include <string>

using namespace weft;
using namespace weft::gateway;

namespace {

constexpr std::string_view example = R"(listen: 127.0.0.1:8083
models:
  default: local
  providers:
    claude:
      kind: anthropic
      concurrency: 8
      timeout_seconds: 30
    local: { kind: openai, base_url: "http://127.0.0.1:8000/v1/", model: llama }
    ollama: { model: llama3.2 }
    scripted:
      kind: mock
      answers: [ { output: Yes. }, { error: ThrottlingException, times: 2 } ]
  routes:
    anthropic.claude-3-haiku-20240307-v1:0: { provider: claude, model: claude-3-5-haiku-latest }
    anthropic.*: claude
    amazon.*: bedrock
    amazon.nova*: scripted
)";

std::string error_of(std::string_view text)
{
    const auto config = read_config(text, "weft.yaml");
    return config ? "none" : config.error().message;
}

Environment environment_of(std::map<std::string, std::string, std::less<>> variables)
{
    return [variables = std::move(variables)](std::string_view name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        if (found == variables.end()) return {};
        return found->second;
    };
}

}  // namespace

TEST_CASE("the models section of weft.yaml")
{
    const auto config = read_config(example, "weft.yaml");
    REQUIRE_MESSAGE(config, config.error().message);
    CHECK(config->default_provider == "local");
    const ProviderConfig* claude = config->find("claude");
    REQUIRE(claude != nullptr);
    CHECK(claude->kind == ProviderKind::Anthropic);
    CHECK(claude->api_key_env == "ANTHROPIC_API_KEY");
    CHECK(claude->concurrency == 8);
    CHECK(claude->timeout_seconds == 30);
    const ProviderConfig* local = config->find("local");
    REQUIRE(local != nullptr);
    CHECK(local->base_url == "http://127.0.0.1:8000/v1");
    CHECK(local->api_key_env.empty());  // OpenAI's key is not sent elsewhere
    CHECK(config->find("ollama")->model == "llama3.2");
    CHECK(config->find("ollama")->base_url == "http://127.0.0.1:11434/v1");
    CHECK(config->find("builtin") != nullptr);
    CHECK(config->find("scripted")->answers->answers.size() == 2);
}

TEST_CASE("an empty file, or none of ours in it, is the default")
{
    CHECK(read_config("", "weft.yaml") == default_config());
    CHECK(read_config("listen: x\n", "weft.yaml") == default_config());
    CHECK(read_config("models:\n", "weft.yaml") == default_config());
    CHECK(default_config().default_provider == "builtin");
}

TEST_CASE("a mistake in the models section is named with its place")
{
    CHECK(error_of("models:\n  provider: {}\n") ==
          "weft.yaml:2:3: unknown field 'provider' in models; did you mean 'providers'?");
    CHECK(error_of("models:\n  providers:\n    a: { kind: antropic }\n") ==
          "weft.yaml:3:10: unknown kind of provider 'antropic'; did you mean 'anthropic'?");
    CHECK(error_of("models:\n  providers:\n    a: { kind: openai, timeout_second: 3 }\n") ==
          "weft.yaml:3:24: unknown field 'timeout_second' in a provider; did you mean "
          "'timeout_seconds'?");
    CHECK(error_of(
              "models:\n  routes: { x: clade }\n  providers: { claude: { kind: anthropic } }\n") ==
          "weft.yaml:2:13: there is no provider 'clade'; did you mean 'claude'?");
    CHECK(error_of("models:\n  routes: { 'a*b': builtin }\n").find("'*' may only end a pattern") !=
          std::string::npos);
    CHECK(error_of("models:\n  providers: { m: { kind: mock } }\n").find("needs answers") !=
          std::string::npos);
    CHECK(error_of("models:\n  providers: { m: { kind: mock, answers: [ { error: "
                   "ThrotlingException } ] } }\n")
              .find("did you mean 'ThrottlingException'?") != std::string::npos);
    CHECK(error_of("models:\n  providers: { a: { kind: openai, base_url: localhost } }\n")
              .find("must begin with http") != std::string::npos);
    CHECK(error_of("models:\n  providers: { a: { kind: openai, api_key_env: sk-12.34 } }\n")
              .find("not the key itself") != std::string::npos);
    CHECK(error_of("models:\n  default: nobody\n").find("there is no provider 'nobody'") !=
          std::string::npos);
    CHECK(error_of("models: [").starts_with("weft.yaml:"));
}

TEST_CASE("routes: exact, longest prefix, default; ARNs and regional profiles")
{
    test::ScriptedTransport transport;
    async::InlinePool pool;
    const Gateway gateway(*read_config(example, "weft.yaml"), transport, pool, environment_of({}));
    const auto provider = [&](std::string_view id) { return gateway.route(id).provider->name; };
    CHECK(provider("anthropic.claude-3-haiku-20240307-v1:0") == "claude");
    CHECK(gateway.route("anthropic.claude-3-haiku-20240307-v1:0").model ==
          "claude-3-5-haiku-latest");
    CHECK(gateway.route("anthropic.claude-v2:1").model.empty());
    CHECK(provider("us.anthropic.claude-3-7-sonnet-20250219-v1:0") == "claude");
    CHECK(provider("amazon.titan-text-express-v1") == "bedrock");
    CHECK(provider("amazon.nova-micro-v1:0") == "scripted");
    CHECK(provider("meta.llama3-8b-instruct-v1:0") == "local");
    CHECK(provider("arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-v2:1") ==
          "claude");
    CHECK(provider("arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:inference-profile/"
                   "us-gov.amazon.nova-lite-v1:0") == "scripted");
    CHECK(gateway.permit_key("anthropic.claude-v2:1") == "model:claude");
    CHECK(gateway.permits_max("model:claude") == 8);
    CHECK(gateway.permit_key("amazon.nova-lite-v1:0").empty());
    CHECK(gateway.permits_max("model:nobody") == 0);
    CHECK(gateway.permits_max("other") == 0);
}

TEST_CASE("--provider sends every model to one provider")
{
    const auto config = with_provider(*read_config(example, "weft.yaml"), "claude");
    REQUIRE(config);
    test::ScriptedTransport transport;
    async::InlinePool pool;
    const Gateway gateway(*config, transport, pool, environment_of({}));
    CHECK(gateway.route("amazon.nova-micro-v1:0").provider->name == "claude");
    CHECK(gateway.route("anthropic.claude-3-haiku-20240307-v1:0").model ==
          "claude-3-5-haiku-latest");
    const auto unknown = with_provider(default_config(), "olama");
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().message ==
          "there is no provider 'olama'; did you mean 'ollama'? (there are: anthropic, openai, "
          "ollama, bedrock, builtin)");
}

TEST_CASE("model ids")
{
    CHECK(anthropic_model_of("anthropic.claude-3-haiku-20240307-v1:0") ==
          "claude-3-haiku-20240307");
    CHECK(anthropic_model_of("eu.anthropic.claude-sonnet-4-5-20250929-v1:0") ==
          "claude-sonnet-4-5-20250929");
    CHECK(anthropic_model_of("anthropic.claude-3-sonnet-20240229-v1:0:200k") ==
          "claude-3-sonnet-20240229");
    CHECK(anthropic_model_of("anthropic.claude-v2:1") == "claude-2.1");
    CHECK(anthropic_model_of("claude-3-5-haiku-latest") == "claude-3-5-haiku-latest");
    CHECK(anthropic_model_of("amazon.nova-micro-v1:0").empty());
    CHECK(model_id_of("arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abc") == "abc");
}

TEST_CASE("detect tells what the environment offers, without its secrets")
{
    CHECK(detect(environment_of({})).empty());
    const auto found = detect(environment_of({{"ANTHROPIC_API_KEY", "sk-secret"},
                                              {"OPENAI_BASE_URL", "http://user:pass@host/v1"},
                                              {"OPENAI_API_KEY", "sk-other"},
                                              {"AWS_ACCESS_KEY_ID", "AKIA"},
                                              {"AWS_SECRET_ACCESS_KEY", "topsecret"}}));
    REQUIRE(found.size() == 3);
    CHECK(found[0].provider == "anthropic");
    CHECK(found[1].provider == "openai");
    CHECK(found[1].variable == "OPENAI_BASE_URL");
    CHECK(found[2].provider == "bedrock");
    for (const Detected& one : found) {
        for (const std::string_view secret :
             {"sk-secret", "pass", "sk-other", "topsecret", "AKIA"}) {
            CHECK(one.text.find(secret) == std::string::npos);
        }
    }
    CHECK(detect(environment_of({{"OPENAI_API_KEY", ""}})).empty());
}
