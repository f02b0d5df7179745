#include "net/http_server.h"

#include "base/assert.h"
#include "net/connection.h"
#include "net/http_syntax.h"
#include "net/server_loop.h"
#include "observability/log.h"

#include <boost/asio/ip/tcp.hpp>

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace asio = boost::asio;
using asio::ip::tcp;

namespace weft::net {

namespace {

constexpr int listen_backlog = 4'096;
constexpr Milliseconds accept_pause{100};     // after an error such as no descriptors left
constexpr Milliseconds stop_patience{5'000};  // for a loop that is busy or has ended

// Counts down what other threads do.
class Latch {
public:
    explicit Latch(std::size_t count) : m_count(count) {}
    void count_down()
    {
        const std::lock_guard lock(m_mutex);
        if (--m_count == 0) m_zero.notify_all();
    }
    bool wait(Milliseconds patience)
    {
        std::unique_lock lock(m_mutex);
        return m_zero.wait_for(lock, patience, [this] { return m_count == 0; });
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_zero;
    std::size_t m_count;  // guarded by m_mutex
};

std::string text_of(const tcp::endpoint& endpoint)
{
    const std::string address = endpoint.address().to_string();
    return endpoint.address().is_v6() ? fmt::format("[{}]:{}", address, endpoint.port())
                                      : fmt::format("{}:{}", address, endpoint.port());
}

// One acceptor on the first loop deals connections out in turn. A listening socket for each loop
// (SO_REUSEPORT) would save the handing over, but spreads few connections unevenly, and a second
// server on the same port would not be noticed.
class Acceptor final : public std::enable_shared_from_this<Acceptor> {
public:
    Acceptor(std::vector<std::shared_ptr<ServerLoop>> loops)
        : m_loops(std::move(loops)), m_socket(m_loops.front()->context())
    {
    }

    Result<> open(const ServerOptions& options);
    std::uint16_t port() const { return m_port; }
    void accept();
    // On the first loop, as accept() is.
    void use(std::shared_ptr<const TlsContext> tls) { m_tls = std::move(tls); }
    void close()
    {
        boost::system::error_code ignored;
        m_socket.close(ignored);
    }

private:
    using Socket = asio::basic_socket_acceptor<tcp, asio::io_context::executor_type>;

    void take(ServerLoop& home, ServerSocket socket);

    std::vector<std::shared_ptr<ServerLoop>> m_loops;
    Socket m_socket;
    std::shared_ptr<const TlsContext> m_tls;
    std::uint16_t m_port = 0;
    std::size_t m_next = 0;
};

Result<> Acceptor::open(const ServerOptions& options)
{
    boost::system::error_code error;
    tcp::resolver resolver(m_loops.front()->context());
    const auto found =
        resolver.resolve(options.host, std::to_string(options.port),
                         tcp::resolver::passive | tcp::resolver::numeric_service, error);
    if (error || found.empty()) {
        return fail(ErrorCode::Io, "cannot listen on {}:{}: {}", options.host, options.port,
                    error.message());
    }
    const tcp::endpoint endpoint = found.begin()->endpoint();
    m_socket.open(endpoint.protocol(), error);
    if (!error) m_socket.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) m_socket.bind(endpoint, error);
    if (!error) m_socket.listen(listen_backlog, error);
    if (error) {
        return fail(ErrorCode::Io, "cannot listen on {}:{}: {}", options.host, options.port,
                    error.message());
    }
    m_port = m_socket.local_endpoint().port();
    return {};
}

void Acceptor::accept()
{
    if (!m_socket.is_open()) return;
    ServerLoop& home = *m_loops[m_next];
    m_next = (m_next + 1) % m_loops.size();
    m_socket.async_accept(home.context().get_executor(), [self = shared_from_this(), &home](
                                                             const boost::system::error_code& error,
                                                             ServerSocket socket) {
        if (error == asio::error::operation_aborted) return;
        if (!error) {
            self->take(home, std::move(socket));
            return self->accept();
        }
        observability::log(observability::Level::Warning, "http",
                           {{"what", "cannot accept"}, {"error", error.message()}});
        async::Loop& loop = self->m_loops.front()->loop();
        loop.call_at(loop.now() + accept_pause, [self] { self->accept(); });
    });
}

void Acceptor::take(ServerLoop& home, ServerSocket socket)
{
    boost::system::error_code error;
    const tcp::endpoint peer = socket.remote_endpoint(error);
    if (error) return;  // gone already
    if (home.totals().connections.fetch_add(1) >= home.options().connections_max) {
        home.totals().connections.fetch_sub(1);
        constexpr std::string_view full =
            "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        socket.non_blocking(true, error);
        // A handshake would cost more than a client is worth that is not served.
        if (m_tls == nullptr) socket.write_some(asio::buffer(full), error);
        return;
    }
    home.loop().post([home = home.shared_from_this(), peer = text_of(peer), tls = m_tls,
                      socket = std::move(socket)]() mutable {
        if (home->winding_down()) {
            home->totals().connections.fetch_sub(1);
            return;
        }
        std::make_shared<Connection>(home, std::move(socket), std::move(tls), std::move(peer))
            ->begin();
    });
}

class Server final : public HttpServer {
public:
    Server(const std::vector<async::Loop*>& loops, Handler& handler, const ServerOptions& options)
        : m_totals(std::make_shared<ServerTotals>())
    {
        for (async::Loop* loop : loops) {
            m_loops.push_back(std::make_shared<ServerLoop>(*loop, handler, options, m_totals));
        }
        m_acceptor = std::make_shared<Acceptor>(m_loops);
    }
    ~Server() override { stop(Milliseconds(0)); }

    Result<> open(const ServerOptions& options)
    {
        m_tls_files = options.tls;
        // Nobody accepts yet.
        if (m_tls_files) {
            std::shared_ptr<const TlsContext> tls = TRY(TlsContext::load(*m_tls_files));
            m_acceptor->use(std::move(tls));
        }
        TRY(m_acceptor->open(options));
        m_open = true;
        m_loops.front()->loop().post([acceptor = m_acceptor] { acceptor->accept(); });
        return {};
    }

    std::uint16_t port() const override { return m_acceptor->port(); }

    Result<> reload_tls() override
    {
        if (!m_tls_files) return {};
        std::shared_ptr<const TlsContext> tls = TRY(TlsContext::load(*m_tls_files));
        m_loops.front()->loop().post([acceptor = m_acceptor, tls = std::move(tls)]() mutable {
            acceptor->use(std::move(tls));
        });
        return {};
    }

    void stop(std::chrono::milliseconds grace) override
    {
        if (!std::exchange(m_open, false)) return;
        for (const auto& home : m_loops) WEFT_ASSERT(!home->loop().here());
        const auto closed = std::make_shared<Latch>(1);
        m_loops.front()->loop().post([acceptor = m_acceptor, closed] {
            acceptor->close();
            closed->count_down();
        });
        // From here on every accepted connection is known to its loop, or will be before
        // wind_down().
        bool all = closed->wait(stop_patience);
        on_all_loops([](ServerLoop& home) { home.wind_down(); });
        const std::uint64_t begin = m_loops.front()->loop().steady_nanoseconds();
        const auto waited = [&] {
            return Milliseconds((m_loops.front()->loop().steady_nanoseconds() - begin) / 1'000'000);
        };
        while (m_totals->connections.load() > 0 && waited() < grace)
            std::this_thread::sleep_for(Milliseconds(2));
        all = on_all_loops([](ServerLoop& home) { home.close_all(); }) && all;
        if (!all)
            observability::log(observability::Level::Error, "http",
                               {{"what", "a loop did not stop serving"}});
    }

private:
    bool on_all_loops(void (*job)(ServerLoop&))
    {
        const auto latch = std::make_shared<Latch>(m_loops.size());
        for (const auto& home : m_loops) {
            home->loop().post([home, latch, job] {
                job(*home);
                latch->count_down();
            });
        }
        return latch->wait(stop_patience);
    }

    std::shared_ptr<ServerTotals> m_totals;
    std::vector<std::shared_ptr<ServerLoop>> m_loops;
    std::shared_ptr<Acceptor> m_acceptor;
    std::optional<TlsFiles> m_tls_files;
    bool m_open = false;
};

}  // namespace

std::string_view ServerRequest::header(std::string_view name) const
{
    for (const auto& [key, value] : headers) {
        if (same_name(key, name)) return value;
    }
    return {};
}

Result<std::unique_ptr<HttpServer>> HttpServer::listen(std::vector<async::Loop*> loops,
                                                       Handler& handler, ServerOptions options)
{
    WEFT_ASSERT(!loops.empty());
    auto server = std::make_unique<Server>(loops, handler, options);
    TRY(server->open(options));
    return server;
}

}  // namespace weft::net
