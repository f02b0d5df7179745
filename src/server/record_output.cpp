#include "server/record_output.h"

#include "observability/log.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <future>
#include <unistd.h>
#include <utility>

namespace weft::server {

RecordWay::RecordWay()
{
    m_loop.start();
}

RecordWay::~RecordWay()
{
    m_loop.stop();
    m_loop.join();
}

observability::HttpRecords& RecordWay::add(observability::HttpRecordsOptions options)
{
    m_endpoints.push_back(
        std::make_unique<observability::HttpRecords>(m_loop, m_client, std::move(options)));
    return *m_endpoints.back();
}

void RecordWay::close(Milliseconds time)
{
    std::vector<std::future<void>> ended;
    for (const auto& endpoint : m_endpoints) {
        auto end = std::make_shared<std::promise<void>>();
        ended.push_back(end->get_future());
        m_loop.post([&endpoint = *endpoint, time, end] {
            endpoint.close(time, [end] { end->set_value(); });
        });
    }
    for (std::future<void>& one : ended) one.wait();
}

std::uint64_t RecordWay::dropped() const
{
    std::uint64_t sum = 0;
    for (const auto& endpoint : m_endpoints) sum += endpoint->dropped();
    return sum;
}

std::uint64_t RecordWay::failures() const
{
    std::uint64_t sum = 0;
    for (const auto& endpoint : m_endpoints) sum += endpoint->failures();
    return sum;
}

std::uint64_t RecordWay::waiting() const
{
    std::uint64_t sum = 0;
    for (const auto& endpoint : m_endpoints) sum += endpoint->waiting();
    return sum;
}

RecordOutput::~RecordOutput()
{
    if (m_file > STDERR_FILENO) ::close(m_file);
}

Result<> RecordOutput::open(const RecordSink& sink, const gateway::Environment& environment,
                            std::unique_ptr<RecordWay>& way)
{
    if (sink.is_url()) {
        observability::HttpRecordsOptions options;
        options.url = sink.target;
        options.headers = TRY(fetch_headers(sink, environment));
        options.timeout = sink.timeout;
        if (!way) way = std::make_unique<RecordWay>();
        m_endpoint = &way->add(std::move(options));
        return {};
    }
    if (sink.target == RecordSink::standard_output) {
        m_file = STDOUT_FILENO;
        return {};
    }
    m_file = ::open(sink.target.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    if (m_file >= 0) return {};
    return fail(ErrorCode::Io, "cannot write to {}: {}", sink.target, std::strerror(errno));
}

void RecordOutput::write(std::vector<std::string> records)
{
    if (m_endpoint != nullptr) {
        for (std::string& record : records) m_endpoint->put(std::move(record));
        return;
    }
    std::string lines;
    for (const std::string& record : records) (lines += record) += '\n';
    append(lines);
}

void RecordOutput::append(std::string_view text)
{
    while (!text.empty()) {
        const ssize_t written = ::write(m_file, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) {
            if (!std::exchange(m_failed, true))
                observability::log(
                    observability::Level::Error, "records",
                    {{"what", "cannot write records"}, {"error", std::strerror(errno)}});
            return;
        }
        m_failed = false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

}  // namespace weft::server
