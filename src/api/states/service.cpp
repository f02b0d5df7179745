#include "api/states/service.h"

#include "api/error_table.h"
#include "api/states/visibility.h"
#include "encoding/uuid.h"
#include "observability/log.h"
#include "json/build.h"
#include "json/parse.h"
#include "json/write.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

namespace weft::api::states {

namespace {

constexpr std::string_view target_prefix = "AWSStepFunctions.";
constexpr const char* content_type = "application/x-amz-json-1.0";

std::string request_id(async::Loop& loop)
{
    Entropy entropy(loop.random());
    return encoding::uuid_v4(entropy);
}

net::ServerResponse error_response(async::Loop& loop, const Error& error)
{
    const ErrorRow& row = error_row(error.code);
    std::string id = request_id(loop);
    if (row.status >= 500)
        observability::log(
            observability::Level::Error, "api",
            {{"request", id}, {"type", std::string(row.type)}, {"error", error.message}});
    net::ServerResponse response;
    response.status = row.status;
    response.content_type = content_type;
    response.headers = {{"x-amzn-RequestId", std::move(id)},
                        {"x-amzn-ErrorType", std::string(row.type)}};
    json::ObjectBuilder body(3);
    body.add("__type", row.type).add("message", error.message);
    if (!row.reason.empty()) body.add("reason", row.reason);
    response.body = json::write(std::move(body).build());
    return response;
}

bool is_json(std::string_view type)
{
    type = type.substr(0, type.find(';'));
    while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
    return type == content_type || type == "application/x-amz-json-1.1" ||
           type == "application/json";
}

// What can be said of a request before its operation runs.
Result<const Operation*> operation_of(const net::ServerRequest& request)
{
    const std::string_view target = request.header("x-amz-target");
    if (target.empty())
        return fail(
            ErrorCode::Unsupported,
            "The header X-Amz-Target is missing: this is an AWS JSON 1.0 endpoint, POST / with "
            "'X-Amz-Target: AWSStepFunctions.<Operation>'");
    if (!target.starts_with(target_prefix))
        return fail(
            ErrorCode::Unsupported,
            "The service of '{}' is not available here; this is Step Functions (AWSStepFunctions)",
            target);
    return operation_named(target.substr(target_prefix.size()));
}

}  // namespace

runtime::Scope scope_of(std::string_view authorization, const runtime::Scope& defaults)
{
    runtime::Scope scope = defaults;
    constexpr std::string_view word = "Credential=";
    const std::size_t at = authorization.find(word);
    if (at == std::string_view::npos) return scope;
    std::string_view rest = authorization.substr(at + word.size());
    rest = rest.substr(0, rest.find_first_of(", "));
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t slash = rest.find('/');
        parts.push_back(rest.substr(0, slash));
        if (slash == std::string_view::npos) break;
        rest.remove_prefix(slash + 1);
    }
    if (parts.size() != 5) return scope;
    const auto digits = [](std::string_view text) {
        return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    };
    if (parts[0].size() == 12 && digits(parts[0])) scope.account = std::string(parts[0]);
    const bool region =
        !parts[2].empty() && parts[2].size() <= 32 && std::ranges::all_of(parts[2], [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
        });
    if (region) scope.region = std::string(parts[2]);
    return scope;
}

void Service::handle(async::Loop& loop, const net::ServerRequest& request,
                     std::shared_ptr<net::Responder> responder)
{
    if (request.method == "GET" && (request.target == "/healthz" || request.target == "/readyz" ||
                                    request.target == "/health" || request.target == "/")) {
        net::ServerResponse healthy;
        healthy.content_type = "application/json";
        healthy.body =
            json::write(json::Value::object({{"status", "ok"}, {"version", WEFT_VERSION}}));
        return responder->respond(std::move(healthy));
    }
    if (request.method != "POST") {
        net::ServerResponse refused = error_response(
            loop,
            {ErrorCode::Unsupported,
             fmt::format("{} {} is not an operation: use POST /", request.method, request.target),
             {}});
        refused.status = 405;
        refused.headers.emplace_back("Allow", "POST");
        return responder->respond(std::move(refused));
    }
    const auto answer_error = [&](const Error& error) {
        responder->respond(error_response(loop, error));
    };
    const Result<const Operation*> operation = operation_of(request);
    if (!operation) return answer_error(operation.error());
    if (!is_json(request.header("content-type")))
        return answer_error({ErrorCode::InvalidInput,
                             fmt::format("The Content-Type '{}' is not supported: send {}",
                                         request.header("content-type"), content_type),
                             {}});
    Result<json::Value> body = json::parse(request.body);
    if (!body)
        return answer_error(
            {ErrorCode::InvalidInput,
             fmt::format("The request's body is not valid JSON: {}", body.error().message),
             {}});
    if (!body->is_object())
        return answer_error(
            {ErrorCode::InvalidInput, "The request's body must be a JSON object", {}});

    if (Result<> complete = check_required(**operation, *body); !complete)
        return answer_error(complete.error());

    // A page that a browser shows is on the user's machine, and may have a name that leads here.
    // Browsers say where such a request comes from; no other client does.
    if (request.caller == nullptr && !request.header("origin").empty())
        return answer_error({ErrorCode::Unsupported,
                             "Requests of web pages are not answered unless keys are configured "
                             "(docs/security.md)",
                             {}});

    const Context context{
        m_runtime, loop, m_limits,
        request.caller != nullptr ? runtime::Scope{std::string(request.caller->region),
                                                   std::string(request.caller->account)}
                                  : scope_of(request.header("authorization"), m_defaults),
        [responder](std::function<void()> leave) { responder->on_gone(std::move(leave)); }};
    if (const std::optional<Error> hidden = unseen(*body, context.scope)) {
        // AWS: what is not there is as good as deleted.
        if (!(*operation)->name.starts_with("Delete")) return answer_error(*hidden);
        net::ServerResponse deleted;
        deleted.content_type = content_type;
        deleted.headers = {{"x-amzn-RequestId", request_id(loop)}};
        deleted.body = "{}";
        return responder->respond(std::move(deleted));
    }
    (*operation)->run(context, *body, [&loop, responder](Result<json::Value> result) {
        if (!result) return responder->respond(error_response(loop, result.error()));
        net::ServerResponse response;
        response.content_type = content_type;
        response.headers = {{"x-amzn-RequestId", request_id(loop)}};
        response.body = json::write(*result);
        responder->respond(std::move(response));
    });
}

}  // namespace weft::api::states
