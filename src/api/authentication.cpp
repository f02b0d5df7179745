#include "api/authentication.h"

#include "base/assert.h"
#include "base/entropy.h"
#include "encoding/uuid.h"
#include "observability/log.h"
#include "json/write.h"

#include <algorithm>
#include <array>
#include <utility>

namespace weft::api {

namespace {

struct RefusalRow {
    auth::Refused what;
    std::string_view type;
    int json_status;  // AWS JSON protocols
    int rest_status;  // those that have no X-Amz-Target
};

// In the enumeration's order. AWS API Reference, Common Errors: 400 in the JSON protocols, 403 in
// the others. InvalidSignatureException lets SDKs correct their clock by the answer's Date.
constexpr std::array refusals = {
    RefusalRow{auth::Refused::MissingAuthentication, "MissingAuthenticationTokenException", 400,
               403},
    RefusalRow{auth::Refused::IncompleteSignature, "IncompleteSignatureException", 400, 403},
    RefusalRow{auth::Refused::UnrecognizedClient, "UnrecognizedClientException", 400, 403},
    RefusalRow{auth::Refused::InvalidSignature, "InvalidSignatureException", 400, 403},
};

const RefusalRow& row_of(auth::Refused what)
{
    const auto index = static_cast<std::size_t>(what);
    WEFT_ASSERT(index < refusals.size() && refusals[index].what == what);
    return refusals[index];
}

// AWS service models, `signingName` by `targetPrefix`: a request signed for one service must not
// serve at another.
struct ServiceRow {
    std::string_view target_prefix;
    std::string_view signing_name;
};
constexpr std::array services = {
    ServiceRow{"AWSEvents.", "events"},
    ServiceRow{"AWSStepFunctions.", "states"},
    ServiceRow{"Logs_20140328.", "logs"},
};

std::string_view service_of(std::string_view target)
{
    const auto found = std::ranges::find_if(services, [target](const ServiceRow& row) {
        return target.starts_with(row.target_prefix);
    });
    return found == services.end() ? std::string_view() : found->signing_name;
}

constexpr std::array<std::string_view, 3> open_paths = {"/health", "/healthz", "/readyz"};

bool is_open(const net::ServerRequest& request)
{
    return request.method == "GET" &&
           std::ranges::find(open_paths, request.target) != open_paths.end();
}

bool is_account(std::string_view text)
{
    return text.size() == 12 &&
           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

net::ServerResponse refusal_response(async::Loop& loop, const net::ServerRequest& request,
                                     const auth::Refusal& refusal)
{
    const RefusalRow& row = row_of(refusal.what);
    Entropy entropy(loop.random());
    std::string id = encoding::uuid_v4(entropy);
    observability::log(observability::Level::Debug, "auth",
                       {{"what", "request refused"},
                        {"request", id},
                        {"type", std::string(row.type)},
                        {"peer", std::string(request.peer)}});
    net::ServerResponse response;
    response.status = request.header("x-amz-target").empty() ? row.rest_status : row.json_status;
    response.content_type = "application/x-amz-json-1.0";
    response.headers = {{"x-amzn-RequestId", std::move(id)},
                        {"x-amzn-ErrorType", std::string(row.type)}};
    response.body =
        json::write(json::Value::object({{"__type", row.type}, {"message", refusal.message}}));
    return response;
}

}  // namespace

std::string_view name_of(auth::Refused what)
{
    return row_of(what).type;
}

Authentication::Authentication(net::Handler& next, auth::Keyring keys, Seconds clock_tolerance,
                               std::string account)
    : m_next(next), m_clock_tolerance(clock_tolerance), m_account(std::move(account)),
      m_keys(std::make_shared<const auth::Keyring>(std::move(keys)))
{
}

void Authentication::use(auth::Keyring keys)
{
    auto replaced = std::make_shared<const auth::Keyring>(std::move(keys));
    const std::lock_guard lock(m_mutex);
    m_keys.swap(replaced);
}

std::shared_ptr<const auth::Keyring> Authentication::keys() const
{
    const std::lock_guard lock(m_mutex);
    return m_keys;
}

std::uint64_t Authentication::refused(auth::Refused what) const
{
    return m_refused[static_cast<std::size_t>(what)].load(std::memory_order_relaxed);
}

void Authentication::handle(async::Loop& loop, const net::ServerRequest& request,
                            std::shared_ptr<net::Responder> responder)
{
    if (is_open(request)) return m_next.handle(loop, request, std::move(responder));
    const std::shared_ptr<const auth::Keyring> known = keys();
    const tl::expected<auth::Identity, auth::Refusal> identity =
        auth::verify({request.method, request.target, request.body, request.headers}, *known,
                     loop.now(), {service_of(request.header("x-amz-target")), m_clock_tolerance});
    if (!identity) {
        m_refused[static_cast<std::size_t>(identity.error().what)].fetch_add(
            1, std::memory_order_relaxed);
        return responder->respond(refusal_response(loop, request, identity.error()));
    }
    const auth::AccessKey& key = *identity->key;
    net::Caller caller;
    caller.access_key_id = key.id;
    caller.region = identity->region;
    caller.account = !key.account.empty() ? std::string_view(key.account)
                     : is_account(key.id) ? std::string_view(key.id)
                                          : std::string_view(m_account);
    net::ServerRequest verified = request;
    verified.caller = &caller;
    m_next.handle(loop, verified, std::move(responder));
}

}  // namespace weft::api
