#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft::auth {

// AWS Signature Version 4, header form, as pure functions: the time and everything else comes in as
// data. AWS: "Create a signed AWS API request", IAM User Guide; the steps below bear its names.

inline constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";

struct Credentials {
    std::string access_key_id;
    std::string secret_access_key;
    std::string session_token;  // empty: long-term credentials
};

struct Scope {
    std::string region;
    std::string service;
    std::string time;  // YYYYMMDDTHHMMSSZ
};

using SignedHeaders = std::vector<std::pair<std::string, std::string>>;

struct RequestToSign {
    std::string method;
    std::string path = "/";          // as it goes over the wire, percent-encoded once
    std::string query;               // as it goes over the wire, without '?'
    SignedHeaders headers;           // host is required; every one given is signed
    std::string payload_sha256_hex;  // encoding::sha256_hex(body), or "UNSIGNED-PAYLOAD" where the
                                     // service takes it
};

// How a service wants the path in the canonical request. S3 takes it as it is; all others encode it
// once more and resolve
// "." and "..".
enum class PathForm : unsigned char { Normalised, AsSent };

// Step 1. Header names in lower case and sorted, values trimmed with runs of spaces as one;
// parameters sorted.
std::string canonical_request(const RequestToSign& request,
                              PathForm path_form = PathForm::Normalised);
// The names of the signed headers, sorted, joined by ';'.
std::string signed_header_names(const SignedHeaders& headers);
// Step 2: of a canonical request.
std::string string_to_sign(const Scope& scope, std::string_view canonical_request);
// date/region/service/aws4_request
std::string credential_scope(const Scope& scope);
// Step 3: 32 raw bytes; depends on day, region and service only, so that it can be kept for a day.
std::string signing_key(std::string_view secret_access_key, const Scope& scope);
std::string signature(std::string_view signing_key, std::string_view string_to_sign);

// All steps: the headers to add to the request, which are X-Amz-Date, X-Amz-Security-Token (with a
// session token) and Authorization. They are signed too and must not be in `request`.
SignedHeaders sign(RequestToSign request, const Credentials& credentials, const Scope& scope,
                   PathForm path_form = PathForm::Normalised);

}  // namespace weft::auth
