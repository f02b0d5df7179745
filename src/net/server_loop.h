#pragma once

#include "async/loop.h"
#include "net/http_server.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_set>

namespace boost::asio {
class io_context;
}

namespace weft::net {

class Connection;

// What the loops of one server count together.
struct ServerTotals {
    std::atomic<std::size_t> connections{0};
    std::atomic<std::size_t> buffer_bytes{0};
};

// A server's part on one loop: its connections and the sweep over their deadlines. On the loop's
// thread only.
class ServerLoop final : public std::enable_shared_from_this<ServerLoop> {
public:
    ServerLoop(async::Loop& loop, Handler& handler, const ServerOptions& options,
               std::shared_ptr<ServerTotals> totals);
    ~ServerLoop();
    ServerLoop(const ServerLoop&) = delete;
    ServerLoop& operator=(const ServerLoop&) = delete;

    async::Loop& loop() { return m_loop; }
    boost::asio::io_context& context() { return m_context; }
    Handler& handler() { return m_handler; }
    const ServerOptions& options() const { return m_options; }
    ServerTotals& totals() { return *m_totals; }
    bool winding_down() const { return m_winding_down; }
    std::uint64_t steady_milliseconds() const { return m_loop.steady_nanoseconds() / 1'000'000; }
    // For the Date header; made once a second.
    std::string_view date();

    void enter(std::shared_ptr<Connection> connection);
    void leave(const std::shared_ptr<Connection>& connection);
    void wind_down();
    void close_all();

private:
    void plan_sweep();
    void sweep();

    async::Loop& m_loop;
    boost::asio::io_context& m_context;
    Handler& m_handler;
    const ServerOptions m_options;
    const std::shared_ptr<ServerTotals> m_totals;
    const Milliseconds m_sweep_interval;
    std::unordered_set<std::shared_ptr<Connection>> m_connections;
    async::Loop::TimerId m_sweep = 0;
    bool m_winding_down = false;
    std::int64_t m_date_second = -1;
    std::string m_date;
};

}  // namespace weft::net
