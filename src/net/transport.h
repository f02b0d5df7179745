#pragma once

#include "async/loop.h"
#include "async/task.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace weft::net {

// INTERFACE CONTRACT.

using Headers =
    std::vector<std::pair<std::string, std::string>>;  // names as given; compare without case

// Whether a request may be sent a second time when a connection that was used before turns out to
// be dead without having answered one byte: the other side may have acted on it all the same.
// ByMethod: only methods that are idempotent (RFC 9110, 9.2.2) may, which POST and PATCH are not.
// Allowed: the caller knows better, by an idempotency key or since doing it twice is harmless.
enum class Repeat : std::uint8_t { ByMethod, Allowed };

struct HttpRequest {
    std::string method = "GET";
    std::string url;  // http or https, absolute
    Headers headers;
    std::string body;
    std::chrono::milliseconds timeout{60'000};  // for the whole exchange
    std::size_t response_bytes_max = 64U << 20;
    Repeat repeat = Repeat::ByMethod;
    HttpRequest() = default;
};

struct HttpResponse {
    int status = 0;
    Headers headers;
    std::string body;
    HttpResponse() = default;
};

// The way out: HttpClient (libcurl multi on a loop) or a test's own. Errors: Timeout, Cancelled, Io
// (cannot connect, cut off, name not found; the message names host and reason), LimitExceeded
// (response too large), InvalidInput (URL).
class Transport {
public:
    virtual ~Transport() = default;
    virtual async::Task<HttpResponse> send(async::Loop& loop, HttpRequest request) = 0;
};

}  // namespace weft::net
