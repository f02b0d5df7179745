#include "net/curl_multi.h"

#include "base/assert.h"

#include <boost/asio/posix/stream_descriptor.hpp>

#include <unistd.h>

#include <utility>
#include <vector>

namespace asio = boost::asio;

namespace weft::net {

// A socket of curl's in the loop's reactor. It stays curl's: it is released, never closed, here.
struct CurlMulti::Watch {
    Watch(async::Loop& loop, curl_socket_t watched)
        : socket(watched), descriptor(loop.executor(), watched)
    {
    }

    curl_socket_t socket;
    asio::posix::stream_descriptor descriptor;
    int wanted = CURL_POLL_NONE;
    bool reading = false;  // an async_wait for it is under way
    bool writing = false;
    bool ended = false;
};

CurlMulti::CurlMulti(async::Loop& loop, std::size_t connections_max)
    : m_loop(loop), m_multi(curl_multi_init())
{
    WEFT_ASSERT(m_multi != nullptr);
    const long connections = static_cast<long>(connections_max);
    curl_multi_setopt(m_multi, CURLMOPT_SOCKETFUNCTION, &CurlMulti::on_socket);
    curl_multi_setopt(m_multi, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(m_multi, CURLMOPT_TIMERFUNCTION, &CurlMulti::on_timer);
    curl_multi_setopt(m_multi, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(m_multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, connections);
    curl_multi_setopt(m_multi, CURLMOPT_MAXCONNECTS, connections);
}

CurlMulti::~CurlMulti()
{
    m_closed = true;
    for (auto& [easy, done] : m_transfers) curl_multi_remove_handle(m_multi, easy);
    curl_multi_cleanup(m_multi);
    m_loop.cancel(m_timer);
    while (!m_watches.empty()) forget(m_watches.begin()->first);
}

void CurlMulti::add(CURL* easy, Function<void(CURLcode)> done)
{
    if (m_closed) return done(CURLE_ABORTED_BY_CALLBACK);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, &CurlMulti::on_close);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, this);
    if (curl_multi_add_handle(m_multi, easy) != CURLM_OK) return done(CURLE_FAILED_INIT);
    m_transfers.emplace(easy, std::move(done));
}

void CurlMulti::remove(CURL* easy)
{
    if (m_transfers.erase(easy) > 0) curl_multi_remove_handle(m_multi, easy);
}

void CurlMulti::close()
{
    m_closed = true;
    for (auto& [easy, done] : std::exchange(m_transfers, {})) {
        curl_multi_remove_handle(m_multi, easy);
        done(CURLE_ABORTED_BY_CALLBACK);
    }
}

int CurlMulti::on_socket(CURL*, curl_socket_t socket, int what, void* self, void*)
{
    CurlMulti& multi = *static_cast<CurlMulti*>(self);
    if (what == CURL_POLL_REMOVE || multi.m_closed) {
        multi.forget(socket);
        return 0;
    }
    std::shared_ptr<Watch>& watch = multi.m_watches[socket];
    if (watch == nullptr) watch = std::make_shared<Watch>(multi.m_loop, socket);
    watch->wanted = what;
    multi.wait(watch);
    return 0;
}

int CurlMulti::on_close(void* self, curl_socket_t socket)
{
    static_cast<CurlMulti*>(self)->forget(socket);
    return ::close(socket);
}

void CurlMulti::forget(curl_socket_t socket)
{
    const auto found = m_watches.find(socket);
    if (found == m_watches.end()) return;
    found->second->ended = true;
    found->second->descriptor.release();  // leaves the reactor while the socket is still open
    m_watches.erase(found);
}

void CurlMulti::wait(const std::shared_ptr<Watch>& watch)
{
    if ((watch->wanted & CURL_POLL_IN) != 0 && !watch->reading) {
        watch->reading = true;
        watch->descriptor.async_wait(asio::posix::stream_descriptor::wait_read,
                                     [this, watch](const boost::system::error_code& error) {
                                         watch->reading = false;
                                         if (watch->ended) return;  // `this` may be gone
                                         if ((watch->wanted & CURL_POLL_IN) == 0) return;
                                         act(watch->socket,
                                             error ? CURL_CSELECT_ERR : CURL_CSELECT_IN);
                                         if (!watch->ended) wait(watch);
                                     });
    }
    if ((watch->wanted & CURL_POLL_OUT) != 0 && !watch->writing) {
        watch->writing = true;
        watch->descriptor.async_wait(asio::posix::stream_descriptor::wait_write,
                                     [this, watch](const boost::system::error_code& error) {
                                         watch->writing = false;
                                         if (watch->ended) return;
                                         if ((watch->wanted & CURL_POLL_OUT) == 0) return;
                                         act(watch->socket,
                                             error ? CURL_CSELECT_ERR : CURL_CSELECT_OUT);
                                         if (!watch->ended) wait(watch);
                                     });
    }
}

int CurlMulti::on_timer(CURLM*, long timeout_ms, void* self)
{
    CurlMulti& multi = *static_cast<CurlMulti*>(self);
    multi.m_loop.cancel(multi.m_timer);
    multi.m_timer = 0;
    if (timeout_ms < 0 || multi.m_closed) return 0;
    // The loop's clock cuts off parts of a millisecond: one more, or curl is asked too early.
    const Milliseconds wait(timeout_ms == 0 ? 0 : timeout_ms + 1);
    multi.m_timer = multi.m_loop.call_at(multi.m_loop.now() + wait, [&multi] {
        multi.m_timer = 0;
        multi.act(CURL_SOCKET_TIMEOUT, 0);
    });
    return 0;
}

void CurlMulti::act(curl_socket_t socket, int events)
{
    int running = 0;
    curl_multi_socket_action(m_multi, socket, events, &running);
    collect();
}

void CurlMulti::collect()
{
    std::vector<std::pair<Function<void(CURLcode)>, CURLcode>> ended;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(m_multi, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        CURL* const easy = message->easy_handle;
        const CURLcode code = message->data.result;
        const auto found = m_transfers.find(easy);
        if (found == m_transfers.end()) continue;
        ended.emplace_back(std::move(found->second), code);
        m_transfers.erase(found);
        curl_multi_remove_handle(m_multi, easy);  // `message` is gone with this
    }
    for (auto& [done, code] : ended) done(code);
}

}  // namespace weft::net
