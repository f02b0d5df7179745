#include "integrations/bedrock/invoke_model.h"

#include "json/parse.h"
#include "json/write.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>
#include <variant>

namespace weft::integrations::bedrock {
namespace {

using gateway::ModelFailure;
using gateway::ModelFault;

constexpr std::size_t model_id_characters_max = 2048;
constexpr std::size_t body_bytes_max = 25'000'000;  // AWS: the blob of InvokeModel

ModelFailure invalid(std::string message)
{
    return {ModelFault::Validation, std::move(message)};
}

// A text for a header: absent is fine, anything but a text without control characters is not.
std::optional<ModelFailure> read_text(const json::Value& parameters, std::string_view name,
                                      std::string& into)
{
    const json::Value* value = parameters.find(name);
    if (value == nullptr || value->is_null()) return {};
    if (!value->is_string()) return invalid(fmt::format("The parameter {} must be a string", name));
    const std::string_view text = value->as_string();
    const bool clean = std::ranges::none_of(
        text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    if (!clean || text.size() > model_id_characters_max) {
        return invalid(fmt::format(
            "The parameter {} holds characters that are not allowed, or too many", name));
    }
    if (!text.empty()) into = text;
    return {};
}

std::variant<gateway::ModelRequest, ModelFailure> read_request(const Call& call)
{
    gateway::ModelRequest request;
    const json::Value& parameters = call.parameters;
    if (!parameters.is_object())
        return invalid("The parameters must be an object with ModelId and Body");
    struct Field {
        std::string_view name;
        std::string& into;
    };
    const Field fields[] = {{"ModelId", request.model_id},
                            {"ContentType", request.content_type},
                            {"Accept", request.accept},
                            {"GuardrailIdentifier", request.guardrail_identifier},
                            {"GuardrailVersion", request.guardrail_version},
                            {"Trace", request.trace}};
    for (const Field& field : fields) {
        if (auto failure = read_text(parameters, field.name, field.into))
            return *std::move(failure);
    }
    if (request.model_id.empty()) return invalid("The parameter ModelId is required");
    if (parameters.find("Input") != nullptr || parameters.find("Output") != nullptr) {
        return invalid("Input and Output in S3 are not supported by this version of Weft: give the "
                       "Body itself");
    }
    const json::Value* body = parameters.find("Body");
    if (body == nullptr || body->is_null()) return invalid("The parameter Body is required");
    if (body->is_string()) {
        request.raw_body = body->as_string();
        if (auto parsed = json::parse(request.raw_body)) request.body = *std::move(parsed);
    } else {
        request.body = *body;
    }
    if (body->written_size(body_bytes_max) > body_bytes_max) {
        return invalid(fmt::format("The Body is larger than {} bytes", body_bytes_max));
    }
    request.state = call.state.view();
    request.region = call.region;
    request.idempotency_key = call.idempotency_key;
    request.deadline = call.deadline;
    return request;
}

Outcome failed(const ModelFailure& failure)
{
    Failure result;
    result.error = failure.error_name();
    result.cause = failure.cause();
    return Outcome(std::move(result));
}

}  // namespace

std::string InvokeModel::permit_key(const Call& call) const
{
    const json::Value* model_id = call.parameters.find("ModelId");
    return model_id != nullptr && model_id->is_string()
               ? m_gateway.permit_key(model_id->as_string())
               : std::string();
}

std::uint32_t InvokeModel::permits_max(std::string_view permit_key) const
{
    return m_gateway.permits_max(permit_key);
}

async::Task<Outcome> InvokeModel::invoke(async::Loop& loop, Call call)
{
    auto request = read_request(call);
    if (const auto* failure = std::get_if<ModelFailure>(&request)) {
        // The call never left: our own idempotency key is the one id there is.
        ModelFailure refused = *failure;
        refused.request_id = call.idempotency_key;
        co_return failed(refused);
    }
    CO_TRY(gateway::ModelOutcome outcome,
           co_await m_gateway.invoke(loop, std::get<gateway::ModelRequest>(std::move(request))));
    if (auto* failure = std::get_if<ModelFailure>(&outcome)) {
        if (failure->request_id.empty()) failure->request_id = call.idempotency_key;
        co_return failed(*failure);
    }
    gateway::ModelResponse& response = std::get<gateway::ModelResponse>(outcome);
    // AWS: {"Body": parsed, "ContentType"}, without the metadata that other optimized integrations
    // add.
    Success success;
    success.output = json::Value::object(
        {{"Body", std::move(response.body)}, {"ContentType", response.content_type}});
    success.usage = gateway::to_value(response.usage);
    co_return Outcome(std::move(success));
}

}  // namespace weft::integrations::bedrock
