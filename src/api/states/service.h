#pragma once

#include "api/states/operation.h"
#include "net/http_server.h"

#include <memory>

namespace weft::api::states {

// The Step Functions service over AWS JSON 1.0: POST /, X-Amz-Target: AWSStepFunctions.<Operation>.
// Answers whatever Host says (SDKs prepend `sync-` to it on two operations). Region and account
// come from the request's credential scope, else from `defaults`.
class Service final : public net::Handler {
public:
    Service(runtime::Runtime& runtime, Limits limits, runtime::Scope defaults)
        : m_runtime(runtime), m_limits(limits), m_defaults(std::move(defaults))
    {
    }

    void handle(async::Loop& loop, const net::ServerRequest& request,
                std::shared_ptr<net::Responder> responder) override;

private:
    runtime::Runtime& m_runtime;
    Limits m_limits;
    runtime::Scope m_defaults;
};

// From an Authorization header: Credential=ACCESS_KEY/DATE/REGION/SERVICE/aws4_request. The account
// is the access key when that is 12 digits; what the header does not say is as in `defaults`.
runtime::Scope scope_of(std::string_view authorization, const runtime::Scope& defaults);

}  // namespace weft::api::states
