#pragma once

#include "async/loop.h"
#include "async/task.h"
#include "net/tls.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft::net {

// INTERFACE CONTRACT.

// Who asks, once that has been verified.
struct Caller {
    std::string_view access_key_id;
    std::string_view account;
    std::string_view region;
};

// A request as it came in; views hold until the reply is given.
struct ServerRequest {
    std::string_view method;
    std::string_view target;
    std::string_view body;
    std::string_view peer;                                               // address:port
    std::vector<std::pair<std::string_view, std::string_view>> headers;  // names as sent
    // Set by the handler that verified it, while the next one's handle() runs; null: nobody has.
    const Caller* caller = nullptr;

    std::string_view header(std::string_view name) const;  // without case; empty when absent
    ServerRequest() = default;
};

struct ServerResponse {
    int status = 200;
    std::string content_type;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    ServerResponse() = default;
};

// Gives the answer to one request, once, on the loop's thread the request came in on. If it is
// dropped without an answer, the client gets a 500.
class Responder {
public:
    virtual ~Responder() = default;
    virtual void respond(ServerResponse response) = 0;
    // True once the client has closed its side. An answer is tried all the same: a client may close
    // only its sending half.
    virtual bool gone() const = 0;
    // Calls `leave` on the loop, at most once, when the client closes its side before the answer is
    // given; at once when it has already. For answers that may take long.
    virtual void on_gone(std::function<void()> leave) = 0;
};

// Called on the loop of the connection. Not a coroutine, so that an operation that answers at once
// costs none.
class Handler {
public:
    virtual ~Handler() = default;
    virtual void handle(async::Loop& loop, const ServerRequest& request,
                        std::shared_ptr<Responder> responder) = 0;
};

struct ServerOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;  // 0: a free one
    std::size_t header_bytes_max = 64U << 10;
    std::size_t body_bytes_max = 80U << 20;
    std::size_t connections_max = 10'000;  // over all loops; more are closed with 503
    std::size_t buffers_bytes_max =
        1U << 30;  // requests being read, over all loops; more are answered with 503
    std::chrono::milliseconds header_timeout{
        10'000};  // a request's first byte (a connection's: its beginning) to its head's end
    std::chrono::milliseconds body_timeout{
        60'000};  // for the whole body; also for an answer that the client does not take
    std::chrono::milliseconds idle_timeout{75'000};  // between requests
    std::optional<TlsFiles> tls;                     // none: plain HTTP
    ServerOptions() = default;
};

// HTTP/1.1 server over the given loops (IoLoop). Keep-alive, pipelining in order, Expect:
// 100-continue, chunked bodies; slow and broken clients cost a bounded amount and get a 4xx or are
// closed.
class HttpServer {
public:
    virtual ~HttpServer() = default;
    virtual std::uint16_t port() const = 0;
    // Stops accepting, lets requests under way end until `grace` has passed, closes. Blocks.
    virtual void stop(std::chrono::milliseconds grace) = 0;

    // Reads certificate and key anew; connections that are open keep theirs. Any thread. Errors:
    // TlsContext::load's, and then nothing has changed.
    virtual Result<> reload_tls() = 0;

    // Errors: Io (address in use, not ours: the message names it), TlsContext::load's.
    static Result<std::unique_ptr<HttpServer>> listen(std::vector<async::Loop*> loops,
                                                      Handler& handler, ServerOptions options);
};

}  // namespace weft::net
