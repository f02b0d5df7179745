#include "net/http_client.h"

#include "async/promise.h"
#include "base/assert.h"
#include "net/curl_exchange.h"
#include "net/curl_multi.h"

#include <curl/curl.h>

#include <map>
#include <mutex>
#include <utility>

namespace weft::net {

namespace {

// Thread-safe in libcurl since 7.84; never undone, because other users of the library may remain.
void initialise_curl()
{
    static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
    WEFT_ASSERT(code == CURLE_OK);
}

// A timer that goes with its coroutine.
struct Deadline {
    Deadline(async::Loop& owner, Timestamp when, Function<void()> job)
        : loop(owner), timer(owner.call_at(when, std::move(job)))
    {
    }
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;
    ~Deadline() { loop.cancel(timer); }
    async::Loop& loop;
    async::Loop::TimerId timer;
};

async::Task<HttpResponse> exchange_on(std::shared_ptr<CurlMulti> multi, async::Loop& loop,
                                      HttpRequest request)
{
    const Milliseconds timeout = request.timeout;
    CurlExchange exchange(std::move(multi), std::move(request));
    CO_CHECK(exchange.prepare());
    async::Promise<CURLcode> promise(loop);
    const Deadline deadline(loop, loop.now() + timeout,
                            [promise]() mutable { promise.set(CURLE_OPERATION_TIMEDOUT); });
    exchange.start([promise](CURLcode code) mutable { promise.set(code); });
    const Result<CURLcode> code = co_await promise.take();
    if (!code) co_return tl::unexpected(exchange.cancelled());
    co_return exchange.finish(*code);
}

}  // namespace

struct HttpClient::State {
    explicit State(HttpClientOptions given) : options(given) {}

    const HttpClientOptions options;
    std::mutex mutex;
    std::map<async::Loop*, std::shared_ptr<CurlMulti>> multis;  // guarded by mutex

    std::shared_ptr<CurlMulti> multi_of(async::Loop& loop)
    {
        const std::lock_guard lock(mutex);
        std::shared_ptr<CurlMulti>& multi = multis[&loop];
        if (multi == nullptr) multi = std::make_shared<CurlMulti>(loop, options.connections_max);
        return multi;
    }
};

HttpClient::HttpClient(HttpClientOptions options) : m_state(std::make_unique<State>(options))
{
    initialise_curl();
}

HttpClient::~HttpClient()
{
    // Each multi handle ends on its own loop; if that has stopped, with the loop's queue.
    for (auto& [loop, multi] : m_state->multis) {
        loop->post([multi = std::move(multi)] { multi->close(); });
    }
}

async::Task<HttpResponse> HttpClient::send(async::Loop& loop, HttpRequest request)
{
    return exchange_on(m_state->multi_of(loop), loop, std::move(request));
}

}  // namespace weft::net
