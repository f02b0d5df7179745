#pragma once

#include "async/loop.h"
#include "async/spawn.h"
#include "base/function.h"
#include "base/result.h"
#include "base/time.h"
#include "net/transport.h"
#include "observability/metrics.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>

namespace weft::observability {

struct HttpRecordsOptions {
    std::string url;
    net::Headers headers;              // beside Content-Type; values are never shown
    Milliseconds timeout{10'000};      // of one request
    std::size_t records_max = 50'000;  // that wait, also those on their way
    std::size_t bytes_max = std::size_t{32} << 20;
    std::size_t batch_records_max = 500;
    std::size_t batch_bytes_max = std::size_t{1} << 20;
    std::uint32_t attempts_max = 12;  // of one batch, over some four minutes
    Milliseconds pause_first{200};    // before the second attempt; doubles
    Milliseconds pause_max{30'000};
    HttpRecordsOptions() = default;
};

// Sends records, each a JSON text, to an endpoint: POST of a JSON array, one request at a time, in
// the order in which they came. What could not be delivered (no answer, 408, 429, 5xx) is sent
// again after a pause, so that a record may arrive twice; what the endpoint refuses otherwise, or
// did not take in all attempts, is dropped, and so is what comes while too much waits. Dropped
// records are counted and said to be; nobody ever waits. Lives on `loop`; put() may be called from
// any thread.
class HttpRecords {
public:
    HttpRecords(async::Loop& loop, net::Transport& transport, HttpRecordsOptions options);
    HttpRecords(const HttpRecords&) = delete;
    HttpRecords& operator=(const HttpRecords&) = delete;

    void put(std::string record);
    // Takes nothing more, and sends what waits for at most `time`. `done` is called once, on the
    // loop, when nothing is under way any more. On the loop.
    void close(Milliseconds time, Function<void()> done);

    // Any thread.
    std::uint64_t dropped() const { return m_dropped.value(); }
    std::uint64_t failures() const { return m_failures.value(); }  // attempts that failed
    std::uint64_t waiting() const;

private:
    void begin();
    void send();
    void answered(Result<net::HttpResponse> result);
    void failed(const std::string& why);
    // Drops what the present request holds.
    void give_up(const std::string& why);
    void next();
    void time_is_up();
    void end();
    void drop(std::size_t records);
    void tell_overflow();
    void tell_dropped(const std::string& why);

    async::Loop& m_loop;
    net::Transport& m_transport;
    const HttpRecordsOptions m_options;
    const std::string m_shown;  // the URL without what may be secret in it

    mutable std::mutex m_mutex;
    std::deque<std::string> m_queue;  // guarded by the mutex, as is what follows
    std::size_t m_bytes = 0;
    std::size_t m_overflowed = 0;  // dropped since too many waited, and not told yet
    bool m_posted = false;         // the loop knows that something waits
    bool m_closed = false;

    // On the loop.
    std::string m_body;
    std::size_t m_under_way = 0;  // records of the body; 0: nothing is being sent
    std::uint32_t m_attempts = 0;
    bool m_failing = false;
    async::Spawned m_call;
    async::Loop::TimerId m_retry = 0;
    async::Loop::TimerId m_deadline = 0;
    bool m_ended = false;
    Function<void()> m_done;
    std::uint64_t m_dropped_untold = 0;
    std::chrono::steady_clock::time_point m_told{};

    Counter m_dropped;
    Counter m_failures;
};

// A URL as it may be shown: without user, password and query.
std::string shown_url(std::string_view url);

}  // namespace weft::observability
