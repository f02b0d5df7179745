#pragma once

#include "base/time.h"

#include <tl/expected.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft::auth {

// AWS Signature Version 4, the receiving side, as pure functions: who signed a request, or why it
// is refused. The time, the keys and the request come in as data; nothing is remembered, so that a
// request can be repeated within the clock's tolerance as it can be at AWS.

// Somebody who may ask. Holds a secret: never log one.
struct AccessKey {
    std::string id;
    std::string secret;
    std::string session_token;  // not empty: requests must carry it (X-Amz-Security-Token)
    std::string account;        // whose resources it works with, 12 digits; empty: the default
};

// The keys that are accepted. A value that is not changed.
class Keyring {
public:
    Keyring() = default;
    // The ids are distinct.
    explicit Keyring(std::vector<AccessKey> keys);

    bool empty() const { return m_keys.empty(); }
    std::size_t size() const { return m_keys.size(); }
    const AccessKey* find(std::string_view id) const;

private:
    std::vector<AccessKey> m_keys;  // sorted by id
};

// A request as it came over the wire.
struct ReceivedRequest {
    std::string_view method;
    std::string_view target;  // path and query, still percent-encoded
    std::string_view body;
    std::span<const std::pair<std::string_view, std::string_view>> headers;
};

struct VerifyRules {
    std::string_view service;  // as the credential scope must name it: "states"; empty: any
    // AWS: "within five minutes of the time stamp in the request", IAM User Guide; the service's
    // message names it as well.
    Seconds clock_tolerance{300};
};

// Who signed. Borrows the keyring.
struct Identity {
    const AccessKey* key = nullptr;
    std::string region;
    std::string service;
};

// AWS's kinds of refusal; `api` has their names.
enum class Refused : std::uint8_t {
    MissingAuthentication,  // not signed at all
    IncompleteSignature,    // signed in a form that cannot be read
    UnrecognizedClient,     // a key or session token that is not known here
    InvalidSignature,       // another signature than ours; out of date; out of scope
};

struct Refusal {
    Refused what{};
    std::string message;  // AWS's text where it is known; holds no secret and no signature

    bool operator==(const Refusal&) const = default;
};

// Header form (Authorization) and presigned form (X-Amz-Signature in the query). The body counts by
// its hash unless a signed X-Amz-Content-Sha256 says UNSIGNED-PAYLOAD. Host must be signed, and
// X-Amz-Target when there is one. Signatures and tokens are compared in constant time.
tl::expected<Identity, Refusal> verify(const ReceivedRequest& request, const Keyring& keys,
                                       Timestamp now, const VerifyRules& rules = {});

}  // namespace weft::auth
