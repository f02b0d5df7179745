#pragma once

#include "async/loop.h"
#include "base/function.h"

#include <curl/curl.h>

#include <cstddef>
#include <memory>
#include <unordered_map>

namespace weft::net {

// A libcurl multi handle driven by a loop: Asio watches the sockets, the loop keeps the one timer.
// On the loop's thread only, except that it may be destroyed by a loop that has ended. Nothing of a
// caller runs inside curl.
class CurlMulti {
public:
    CurlMulti(async::Loop& loop, std::size_t connections_max);
    ~CurlMulti();
    CurlMulti(const CurlMulti&) = delete;
    CurlMulti& operator=(const CurlMulti&) = delete;

    // Starts the transfer; `done` gets its code. `easy` must be removed before it is cleaned up.
    void add(CURL* easy, Function<void(CURLcode)> done);
    // Ends the transfer, if it is still under way, without calling `done`.
    void remove(CURL* easy);
    // Ends all transfers as with CURLE_ABORTED_BY_CALLBACK; later ones end at once.
    void close();

private:
    struct Watch;

    static int on_socket(CURL* easy, curl_socket_t socket, int what, void* self, void* watch);
    static int on_timer(CURLM* multi, long timeout_ms, void* self);
    static int on_close(void* self, curl_socket_t socket);
    void forget(curl_socket_t socket);
    void wait(const std::shared_ptr<Watch>& watch);
    void act(curl_socket_t socket, int events);
    void collect();

    async::Loop& m_loop;
    CURLM* m_multi;
    async::Loop::TimerId m_timer = 0;
    std::unordered_map<curl_socket_t, std::shared_ptr<Watch>> m_watches;
    std::unordered_map<CURL*, Function<void(CURLcode)>> m_transfers;
    bool m_closed = false;
};

}  // namespace weft::net
