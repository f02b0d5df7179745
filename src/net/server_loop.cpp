#include "net/server_loop.h"

#include "net/connection.h"
#include "net/response_writer.h"

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <chrono>
#include <vector>

namespace asio = boost::asio;

namespace weft::net {

namespace {

// A deadline is noticed at most a quarter of the shortest timeout late.
Milliseconds sweep_interval(const ServerOptions& options)
{
    const Milliseconds shortest =
        std::min({options.header_timeout, options.body_timeout, options.idle_timeout});
    return std::clamp(shortest / 4, Milliseconds(10), Milliseconds(1'000));
}

}  // namespace

ServerLoop::ServerLoop(async::Loop& loop, Handler& handler, const ServerOptions& options,
                       std::shared_ptr<ServerTotals> totals)
    : m_loop(loop), m_context(static_cast<asio::io_context&>(loop.executor().context())),
      m_handler(handler), m_options(options), m_totals(std::move(totals)),
      m_sweep_interval(sweep_interval(options))
{
}

ServerLoop::~ServerLoop() = default;

std::string_view ServerLoop::date()
{
    const auto second = std::chrono::floor<Seconds>(m_loop.now()).time_since_epoch().count();
    if (second != m_date_second) {
        m_date_second = second;
        m_date = http_date(second);
    }
    return m_date;
}

void ServerLoop::enter(std::shared_ptr<Connection> connection)
{
    m_connections.insert(std::move(connection));
    if (m_sweep == 0) plan_sweep();
}

void ServerLoop::leave(const std::shared_ptr<Connection>& connection)
{
    m_connections.erase(connection);
    m_totals->connections.fetch_sub(1);
}

void ServerLoop::plan_sweep()
{
    m_sweep = m_loop.call_at(m_loop.now() + m_sweep_interval, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->sweep();
    });
}

void ServerLoop::sweep()
{
    m_sweep = 0;
    const std::uint64_t now = steady_milliseconds();
    const std::vector<std::shared_ptr<Connection>> connections(m_connections.begin(),
                                                               m_connections.end());
    for (const auto& connection : connections) connection->check_deadline(now);
    if (!m_connections.empty()) plan_sweep();
}

void ServerLoop::wind_down()
{
    m_winding_down = true;
    const std::vector<std::shared_ptr<Connection>> connections(m_connections.begin(),
                                                               m_connections.end());
    for (const auto& connection : connections) connection->wind_down();
}

void ServerLoop::close_all()
{
    m_winding_down = true;
    const std::vector<std::shared_ptr<Connection>> connections(m_connections.begin(),
                                                               m_connections.end());
    for (const auto& connection : connections) connection->close();
    m_loop.cancel(m_sweep);
    m_sweep = 0;
}

}  // namespace weft::net
