#pragma once

#include "auth/verify.h"
#include "net/http_server.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace weft::api {

// Stands before the APIs and lets in requests that are signed with a known key (SigV4); the next
// handler finds who asks in ServerRequest::caller. What says nothing but that the server is there
// (GET /healthz, /readyz, /health) needs no signature.
class Authentication final : public net::Handler {
public:
    // `account`: of keys that name none.
    Authentication(net::Handler& next, auth::Keyring keys, Seconds clock_tolerance,
                   std::string account);

    void handle(async::Loop& loop, const net::ServerRequest& request,
                std::shared_ptr<net::Responder> responder) override;

    // From now on these keys are accepted and no others. Any thread.
    void use(auth::Keyring keys);
    // Requests turned away so far, by kind. Any thread.
    std::uint64_t refused(auth::Refused what) const;

private:
    std::shared_ptr<const auth::Keyring> keys() const;

    net::Handler& m_next;
    const Seconds m_clock_tolerance;
    const std::string m_account;
    mutable std::mutex m_mutex;
    std::shared_ptr<const auth::Keyring> m_keys;  // guarded by m_mutex
    std::atomic<std::uint64_t> m_refused[4] = {};
};

// AWS's name of a refusal: "InvalidSignatureException".
std::string_view name_of(auth::Refused what);

}  // namespace weft::api
