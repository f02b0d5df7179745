#pragma once

#include "auth/verify.h"
#include "base/time.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft::auth {

// What a request says about its own signature, read and checked for form; nothing is verified yet.
struct Presented {
    std::string access_key_id;
    std::string date;  // of the credential scope, YYYYMMDD
    std::string region;
    std::string service;
    std::string terminator;
    std::string time;  // YYYYMMDDTHHMMSSZ
    Timestamp signed_at{};
    std::vector<std::string> signed_headers;  // lower case, distinct
    std::string signature;
    std::string session_token;       // empty: none
    std::optional<Seconds> expires;  // presigned: how long from `signed_at`
    std::string query;               // what is signed of it
    bool presigned = false;
};

// Refusals: MissingAuthentication, IncompleteSignature.
tl::expected<Presented, Refusal> read_presented(const ReceivedRequest& request);

// Whether two header names are the same; the second is in lower case.
bool is_header(std::string_view name, std::string_view lower_case_name);
// The value of a header, whatever its case; empty when there is none.
std::string_view header_of(const ReceivedRequest& request, std::string_view lower_case_name);

// YYYYMMDDTHHMMSSZ.
std::string basic_time(Timestamp time);

}  // namespace weft::auth
