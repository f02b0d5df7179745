#include "gateway/providers/bedrock.h"

#include "auth/sigv4.h"
#include "encoding/hash.h"
#include "encoding/percent.h"
#include "encoding/timestamp.h"
#include "gateway/bodies/formats.h"
#include "gateway/model_id.h"
#include "json/write.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace weft::gateway {
namespace {

// 2024-01-02T03:04:05Z → 20240102T030405Z
std::string amazon_time(Timestamp now)
{
    std::string text = encoding::format_timestamp_seconds(now);
    std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
    return text;
}

// AWS: the domain of the partition.
std::string service_url(std::string_view region)
{
    return fmt::format("https://bedrock-runtime.{}.amazonaws.com{}", region,
                       region.starts_with("cn-") ? ".cn" : "");
}

bool is_region(std::string_view text)
{
    return !text.empty() && text.size() <= 40 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

std::string path_of(std::string_view url)
{
    const std::size_t scheme = url.find("://");
    const std::size_t slash = url.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
    return slash == std::string_view::npos ? std::string() : std::string(url.substr(slash));
}

std::uint64_t count_header(const Answer& answer, std::string_view name)
{
    const std::string_view text = header(answer.headers, name);
    std::uint64_t count = 0;
    std::from_chars(text.data(), text.data() + text.size(), count);
    return count;
}

// The service counts in headers; bodies of some families repeat it.
Usage read_usage(const Answer& answer)
{
    Usage usage;
    usage.input_tokens = count_header(answer, "x-amzn-bedrock-input-token-count");
    usage.output_tokens = count_header(answer, "x-amzn-bedrock-output-token-count");
    if (const json::Value* counts = answer.body.find("usage")) {
        if (usage.input_tokens == 0)
            usage.input_tokens = bodies::count_of(*counts, "input_tokens").value_or(0);
        if (usage.output_tokens == 0)
            usage.output_tokens = bodies::count_of(*counts, "output_tokens").value_or(0);
        usage.cache_read_tokens = bodies::count_of(*counts, "cache_read_input_tokens").value_or(0);
        usage.cache_write_tokens =
            bodies::count_of(*counts, "cache_creation_input_tokens").value_or(0);
    }
    usage.request_id = answer.request_id;
    return usage;
}

}  // namespace

BedrockProvider::BedrockProvider(ProviderConfig config, std::string base_url, AwsAccess access,
                                 net::Transport& transport)
    : m_config(std::move(config)), m_base_url(std::move(base_url)), m_access(std::move(access)),
      m_transport(transport)
{
}

std::string BedrockProvider::region_of(const ModelRequest& request) const
{
    if (!m_config.region.empty()) return m_config.region;
    // The ARN of a profile or model says where it is.
    if (request.model_id.starts_with("arn:")) {
        std::string_view rest = request.model_id;
        for (int colons = 0; colons < 3 && !rest.empty(); ++colons) {
            rest.remove_prefix(std::min(rest.find(':') + 1, rest.size()));
        }
        const std::string_view region = rest.substr(0, rest.find(':'));
        if (is_region(region)) return std::string(region);
    }
    if (!m_access.region.empty()) return m_access.region;
    return request.region.empty() ? "us-east-1" : request.region;
}

async::Task<ModelOutcome> BedrockProvider::invoke(async::Loop& loop, ModelRequest request)
{
    const std::string region = region_of(request);
    if (!is_region(region)) {
        co_return ModelOutcome(
            ModelFailure(ModelFault::Validation, fmt::format("'{}' is no AWS region", region)));
    }
    const std::string base_url = m_base_url.empty() ? service_url(region) : m_base_url;
    Party party;
    party.name = m_config.name;
    party.kind = "bedrock";
    party.host = host_of(base_url);
    party.secrets = {m_access.bearer_token, m_access.secret_access_key, m_access.session_token};
    const bool has_keys = !m_access.access_key_id.empty() && !m_access.secret_access_key.empty();
    if (m_access.bearer_token.empty() && !has_keys) {
        co_return ModelOutcome(ModelFailure(
            ModelFault::AccessDenied,
            fmt::format("{} needs credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or "
                        "AWS_BEARER_TOKEN_BEDROCK",
                        party.who())));
    }
    std::string model = !request.model.empty() ? request.model : m_config.model;
    if (model.empty()) model = request.model_id;

    const std::string path = fmt::format("/model/{}/invoke", encoding::percent_encode(model));
    net::HttpRequest http;
    http.method = "POST";
    http.repeat = net::Repeat::Allowed;  // as the Doubt of models in asl/resource_table.cpp
    http.url = base_url + path;
    http.body = !request.raw_body.empty() ? std::move(request.raw_body) : json::write(request.body);
    http.headers = {{"content-type", request.content_type}, {"accept", request.accept}};
    if (!request.trace.empty()) http.headers.emplace_back("x-amzn-bedrock-trace", request.trace);
    if (!request.guardrail_identifier.empty()) {
        http.headers.emplace_back("x-amzn-bedrock-guardrailidentifier",
                                  request.guardrail_identifier);
    }
    if (!request.guardrail_version.empty()) {
        http.headers.emplace_back("x-amzn-bedrock-guardrailversion", request.guardrail_version);
    }
    if (!m_access.bearer_token.empty()) {
        http.headers.emplace_back("authorization", "Bearer " + m_access.bearer_token);
    } else {
        auth::RequestToSign unsigned_request;
        unsigned_request.method = http.method;
        unsigned_request.path = path_of(base_url) + path;
        unsigned_request.headers = {{"host", party.host}, {"content-type", request.content_type}};
        unsigned_request.payload_sha256_hex = encoding::sha256_hex(http.body);
        auth::Credentials credentials;
        credentials.access_key_id = m_access.access_key_id;
        credentials.secret_access_key = m_access.secret_access_key;
        credentials.session_token = m_access.session_token;
        auth::Scope scope;
        scope.region = region;
        scope.service = "bedrock";
        scope.time = amazon_time(loop.now());
        for (auto& signed_header : auth::sign(std::move(unsigned_request), credentials, scope)) {
            http.headers.push_back(std::move(signed_header));
        }
    }
    http.timeout = Seconds(m_config.timeout_seconds);
    http.response_bytes_max = m_config.response_bytes_max;

    CO_TRY(AnswerOrFailure reply, co_await exchange(loop, m_transport, std::move(http),
                                                    request.deadline, party, Content::Any));
    if (auto* failure = std::get_if<ModelFailure>(&reply))
        co_return ModelOutcome(std::move(*failure));
    Answer& answer = std::get<Answer>(reply);
    ModelResponse response;
    response.usage = read_usage(answer);
    response.usage.model = std::move(model);
    if (!answer.content_type.empty()) response.content_type = answer.content_type;
    const bool is_json =
        answer.content_type.empty() || answer.content_type.find("json") != std::string::npos;
    response.body = is_json ? std::move(answer.body) : json::Value(answer.text);
    co_return ModelOutcome(std::move(response));
}

}  // namespace weft::gateway
