#pragma once

#include "api/states/operation.h"
#include "net/http_server.h"

#include <memory>

namespace weft::api::states {

// The Step Functions service over AWS JSON 1.0: POST /, X-Amz-Target: AWSStepFunctions.<Operation>. Answers whatever Host says (SDKs
// prepend `sync-` to it on two operations). Region and account come from the request's credential scope.
class Service final : public net::Handler {
public:
    Service(runtime::Runtime& runtime, Limits limits, std::string default_account)
        : m_runtime(runtime), m_limits(limits), m_default_account(std::move(default_account))
    {
    }

    void handle(async::Loop& loop, const net::ServerRequest& request, std::shared_ptr<net::Responder> responder) override;

private:
    runtime::Runtime& m_runtime;
    Limits m_limits;
    std::string m_default_account;
};

// From an Authorization header: Credential=ACCESS_KEY/DATE/REGION/SERVICE/aws4_request. The account is the access key when that is 12
// digits, else the default.
runtime::Scope scope_of(std::string_view authorization, const std::string& default_account);

}  // namespace weft::api::states
