#include "observability/export/http_records.h"

#include "observability/log.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weft::observability {

namespace {

constexpr std::chrono::seconds tell_every{10};
constexpr std::size_t answer_bytes_max = std::size_t{1} << 20;

bool is_worth_repeating(int status)
{
    return status == 408 || status == 429 || status >= 500;
}

}  // namespace

std::string shown_url(std::string_view url)
{
    const std::size_t scheme = url.find("://");
    const std::size_t begin = scheme == std::string_view::npos ? 0 : scheme + 3;
    std::string_view rest = url.substr(begin);
    rest = rest.substr(0, rest.find_first_of("?#"));
    const std::string_view authority = rest.substr(0, rest.find('/'));
    if (const std::size_t user = authority.rfind('@'); user != std::string_view::npos)
        rest.remove_prefix(user + 1);
    return fmt::format("{}{}", url.substr(0, begin), rest);
}

HttpRecords::HttpRecords(async::Loop& loop, net::Transport& transport, HttpRecordsOptions options)
    : m_loop(loop), m_transport(transport), m_options(std::move(options)),
      m_shown(shown_url(m_options.url))
{
}

std::uint64_t HttpRecords::waiting() const
{
    const std::lock_guard lock(m_mutex);
    return m_queue.size();
}

void HttpRecords::put(std::string record)
{
    Function<void()> job;
    {
        const std::lock_guard lock(m_mutex);
        const bool full = m_queue.size() >= m_options.records_max ||
                          m_bytes + record.size() > m_options.bytes_max;
        if (m_closed || full) {
            m_dropped.add();
            if (!m_closed && m_overflowed++ == 0) job = [this] { tell_overflow(); };
        } else {
            m_bytes += record.size();
            m_queue.push_back(std::move(record));
            if (!std::exchange(m_posted, true)) job = [this] { begin(); };
        }
    }
    if (job) m_loop.post(std::move(job));
}

void HttpRecords::tell_overflow()
{
    {
        const std::lock_guard lock(m_mutex);
        m_dropped_untold += std::exchange(m_overflowed, 0);
    }
    tell_dropped("too many wait");
}

// The next batch, unless one is under way.
void HttpRecords::begin()
{
    if (m_under_way > 0 || m_ended) return;
    m_body = "[";
    {
        const std::lock_guard lock(m_mutex);
        while (m_under_way < m_queue.size() && m_under_way < m_options.batch_records_max) {
            const std::string& record = m_queue[m_under_way];
            if (m_under_way > 0 && m_body.size() + record.size() > m_options.batch_bytes_max) break;
            if (m_under_way > 0) m_body += ',';
            m_body += record;
            ++m_under_way;
        }
        if (m_under_way == 0) m_posted = false;
    }
    m_body += ']';
    if (m_under_way == 0) {
        if (m_done) end();
        return;
    }
    m_attempts = 0;
    send();
}

void HttpRecords::send()
{
    ++m_attempts;
    net::HttpRequest request;
    request.method = "POST";
    request.url = m_options.url;
    request.headers = m_options.headers;
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = m_body;
    request.timeout = m_options.timeout;
    request.response_bytes_max = answer_bytes_max;
    request.repeat = net::Repeat::Allowed;
    m_call = async::spawn<net::HttpResponse>(
        m_loop, m_transport.send(m_loop, std::move(request)),
        [this](Result<net::HttpResponse> result) { answered(std::move(result)); });
}

void HttpRecords::answered(Result<net::HttpResponse> result)
{
    if (!result) return failed(result.error().message);
    if (result->status >= 200 && result->status < 300) {
        if (std::exchange(m_failing, false))
            log(Level::Info, "records", {{"what", "records are taken again"}, {"url", m_shown}});
        return next();
    }
    const std::string why = fmt::format("the endpoint answered {}", result->status);
    if (is_worth_repeating(result->status)) return failed(why);
    m_failures.add();
    give_up(why);
}

void HttpRecords::failed(const std::string& why)
{
    m_failures.add();
    if (m_ended) return end();
    if (!std::exchange(m_failing, true))
        log(Level::Warning, "records",
            {{"what", "cannot deliver records, trying again"}, {"url", m_shown}, {"error", why}});
    if (m_attempts >= m_options.attempts_max) return give_up(why);
    const std::uint32_t doublings = std::min<std::uint32_t>(m_attempts - 1, 20);
    const Milliseconds pause =
        std::min(m_options.pause_first * (std::int64_t{1} << doublings), m_options.pause_max);
    // Between half of the pause and all of it, so that many servers do not come at once.
    const auto half = static_cast<std::uint64_t>(pause.count() / 2);
    const auto jitter = static_cast<std::int64_t>(m_loop.random() % (half + 1));
    m_retry = m_loop.call_at(m_loop.now() + pause - Milliseconds(jitter), [this] {
        m_retry = 0;
        send();
    });
}

void HttpRecords::give_up(const std::string& why)
{
    m_dropped.add(m_under_way);
    m_dropped_untold += m_under_way;
    tell_dropped(why);
    next();
}

// The batch is through, one way or the other.
void HttpRecords::next()
{
    drop(m_under_way);
    if (m_ended) return end();
    begin();
}

void HttpRecords::drop(std::size_t records)
{
    const std::lock_guard lock(m_mutex);
    for (std::size_t i = 0; i < records; ++i) {
        m_bytes -= m_queue.front().size();
        m_queue.pop_front();
    }
    m_under_way = 0;
}

void HttpRecords::tell_dropped(const std::string& why)
{
    const auto now = std::chrono::steady_clock::now();
    if (m_dropped_untold == 0 ||
        (m_told != std::chrono::steady_clock::time_point() && now - m_told < tell_every))
        return;
    m_told = now;
    log(Level::Error, "records",
        {{"what", "records were dropped"},
         {"count", fmt::to_string(std::exchange(m_dropped_untold, 0))},
         {"url", m_shown},
         {"error", why}});
}

void HttpRecords::close(Milliseconds time, Function<void()> done)
{
    {
        const std::lock_guard lock(m_mutex);
        m_closed = true;
    }
    m_done = std::move(done);
    m_deadline = m_loop.call_at(m_loop.now() + time, [this] {
        m_deadline = 0;
        time_is_up();
    });
    // What waits for its next attempt has it now.
    if (m_retry == 0) return begin();
    m_loop.cancel(std::exchange(m_retry, 0));
    send();
}

void HttpRecords::time_is_up()
{
    m_ended = true;
    if (m_retry != 0) {
        m_loop.cancel(std::exchange(m_retry, 0));
        return end();
    }
    // Ends when the call has ended.
    m_call.cancel();
}

void HttpRecords::end()
{
    if (m_deadline != 0) m_loop.cancel(std::exchange(m_deadline, 0));
    m_ended = true;
    std::size_t left = 0;
    {
        const std::lock_guard lock(m_mutex);
        left = m_queue.size();
    }
    drop(left);
    if (left > 0) m_dropped.add(left);
    m_dropped_untold += left;
    m_told = {};
    tell_dropped("the server ends");
    if (Function<void()> done = std::exchange(m_done, {})) done();
}

}  // namespace weft::observability
