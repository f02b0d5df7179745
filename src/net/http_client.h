#pragma once

#include "net/transport.h"

#include <cstddef>
#include <memory>

namespace weft::net {

struct HttpClientOptions {
    std::size_t connections_max =
        512;  // a loop's open connections; more exchanges wait, their timeout running
    HttpClientOptions() = default;
};

// The real Transport: libcurl, one multi handle for each loop that sends, made when it first does.
// Connections are kept and used again, HTTP/2 is used where TLS negotiates it, the proxy variables
// of the environment are honoured as curl does, redirects are not followed, HTTP errors are
// answers. A request whose reused connection was closed by the other side before any byte of the
// answer came is sent once more by curl on a new one.
//
// send() is called on the loop (IoLoop). The client must end before its loops do; exchanges under
// way end with Cancelled.
class HttpClient final : public Transport {
public:
    explicit HttpClient(HttpClientOptions options = {});
    ~HttpClient() override;
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    async::Task<HttpResponse> send(async::Loop& loop, HttpRequest request) override;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace weft::net
