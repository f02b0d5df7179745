#include "net/http_server.h"

#include "async/io_loop.h"
#include "base/assert.h"
#include "observability/log.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include <fmt/compile.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

namespace weft::net {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;

namespace {

class Server;

std::string_view view(beast::string_view text)
{
    return {text.data(), text.size()};
}

std::string_view reason_of(int status)
{
    const beast::string_view reason = http::obsolete_reason(static_cast<http::status>(status));
    return view(reason);
}

// One connection, on one loop, one request at a time: read, hand over, write, again.
class Session final : public std::enable_shared_from_this<Session> {
public:
    Session(Server& server, async::Loop& loop, tcp::socket socket);
    ~Session();

    void begin();
    // Closes an idle connection at once and a busy one after its answer.
    void wind_down();

    async::Loop& loop() { return m_loop; }

private:
    class Reply;

    void read();
    void on_header(const boost::system::error_code& error);
    void on_body(const boost::system::error_code& error);
    void hand_over();
    void respond(std::uint64_t serial, ServerResponse response);
    void refuse(int status, std::string_view why);
    void write(const ServerResponse& response, bool keep_alive);
    void written(const boost::system::error_code& error);
    void watch_for_end();
    void close();

    Server& m_server;
    async::Loop& m_loop;
    beast::tcp_stream m_stream;
    std::string m_peer;
    beast::flat_buffer m_buffer;
    std::optional<http::request_parser<http::string_body>> m_parser;
    std::string m_head;
    std::string m_body;
    std::uint64_t m_serial = 0;      // counts requests: an answer to an older one is dropped
    bool m_answered = true;
    bool m_keep_alive = true;
    bool m_winding_down = false;
    bool m_gone = false;
    bool m_watching = false;
};

class Server final : public HttpServer {
public:
    Server(std::vector<async::Loop*> loops, Handler& handler, ServerOptions options)
        : m_loops(std::move(loops)), m_handler(handler), m_options(std::move(options)),
          m_acceptor(io_of(*m_loops.front()))
    {
    }
    ~Server() override { stop(std::chrono::milliseconds(0)); }

    Result<> open();
    std::uint16_t port() const override { return m_port; }
    void stop(std::chrono::milliseconds grace) override;

    Handler& handler() { return m_handler; }
    const ServerOptions& options() const { return m_options; }
    void enter(Session* session);
    void leave(Session* session);

private:
    static asio::io_context& io_of(async::Loop& loop) { return dynamic_cast<async::IoLoop&>(loop).context(); }
    void accept();

    std::vector<async::Loop*> m_loops;
    Handler& m_handler;
    ServerOptions m_options;
    tcp::acceptor m_acceptor;
    std::uint16_t m_port = 0;
    std::size_t m_next_loop = 0;
    std::atomic<bool> m_stopping{false};

    std::mutex m_mutex;                       // guards the two below
    std::condition_variable m_empty;
    std::vector<Session*> m_sessions;
};

// The handler's way to answer. If it is dropped without an answer the client gets a 500.
class Session::Reply final : public Responder {
public:
    Reply(std::shared_ptr<Session> session, std::uint64_t serial) : m_session(std::move(session)), m_serial(serial) {}
    ~Reply() override
    {
        if (!m_session) return;
        ServerResponse response;
        response.status = 500;
        response.content_type = "text/plain";
        response.body = "no answer was given";
        deliver(std::move(response));
    }

    void respond(ServerResponse response) override
    {
        if (m_session) deliver(std::move(response));
    }
    bool gone() const override { return !m_session || m_session->m_gone; }

private:
    void deliver(ServerResponse response)
    {
        const std::shared_ptr<Session> session = std::move(m_session);
        m_session.reset();
        if (session->m_loop.here()) return session->respond(m_serial, std::move(response));
        session->m_loop.post([session, serial = m_serial, response = std::move(response)]() mutable {
            session->respond(serial, std::move(response));
        });
    }

    std::shared_ptr<Session> m_session;
    std::uint64_t m_serial;
};

Session::Session(Server& server, async::Loop& loop, tcp::socket socket)
    : m_server(server), m_loop(loop), m_stream(std::move(socket)), m_buffer(server.options().header_bytes_max + (1U << 20))
{
    boost::system::error_code ignored;
    m_stream.socket().set_option(tcp::no_delay(true), ignored);
    const tcp::endpoint peer = m_stream.socket().remote_endpoint(ignored);
    if (!ignored) m_peer = fmt::format("{}:{}", peer.address().to_string(), peer.port());
    m_server.enter(this);
}

Session::~Session()
{
    m_server.leave(this);
}

void Session::begin()
{
    read();
}

void Session::read()
{
    m_parser.emplace();
    m_parser->header_limit(static_cast<std::uint32_t>(m_server.options().header_bytes_max));
    m_parser->body_limit(m_server.options().body_bytes_max);
    // Waiting for a next request may take longer than sending its header.
    const bool fresh = m_serial == 0 || m_buffer.size() > 0;
    m_stream.expires_after(fresh ? m_server.options().header_timeout : m_server.options().idle_timeout);
    http::async_read_header(m_stream, m_buffer, *m_parser,
                            [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
                                self->on_header(error);
                            });
}

void Session::on_header(const boost::system::error_code& error)
{
    if (error) {
        if (error == http::error::end_of_stream || error == beast::error::timeout || error == asio::error::operation_aborted)
            return close();
        if (error == http::error::header_limit || error == http::error::buffer_overflow)
            return refuse(431, "the request's header is too large");
        if (error == http::error::body_limit) return refuse(413, "the request's body is too large");
        if (error.category() == make_error_code(http::error::bad_method).category())
            return refuse(400, "this is not a valid HTTP/1.1 request: " + error.message());
        return close();  // cut off
    }
    m_keep_alive = m_parser->keep_alive();
    if (m_parser->is_done()) return hand_over();

    // What came with the header belongs to the body.
    m_parser->eager(true);
    if (m_buffer.size() > 0) {
        boost::system::error_code failed;
        const std::size_t used = m_parser->put(m_buffer.data(), failed);
        m_buffer.consume(used);
        if (failed && failed != http::error::need_more) return on_body(failed);
        if (m_parser->is_done()) return hand_over();
    }
    m_stream.expires_after(m_server.options().body_timeout);
    const auto read_body = [](const std::shared_ptr<Session>& self) {
        http::async_read(self->m_stream, self->m_buffer, *self->m_parser,
                         [self](const boost::system::error_code& failed, std::size_t) { self->on_body(failed); });
    };
    if (!beast::iequals(m_parser->get()[http::field::expect], "100-continue")) return read_body(shared_from_this());
    static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(m_stream, asio::buffer(go_on),
                      [self = shared_from_this(), read_body](const boost::system::error_code& failed, std::size_t) {
                          if (failed) return self->close();
                          read_body(self);
                      });
}

void Session::on_body(const boost::system::error_code& error)
{
    if (!error) return hand_over();
    if (error == http::error::body_limit) return refuse(413, "the request's body is too large");
    if (error == beast::error::timeout) return refuse(408, "the request's body did not arrive in time");
    if (error != http::error::partial_message && error != http::error::end_of_stream &&
        error.category() == make_error_code(http::error::bad_method).category())
        return refuse(400, "this is not a valid HTTP/1.1 request: " + error.message());
    close();
}

void Session::hand_over()
{
    m_stream.expires_never();
    ++m_serial;
    m_answered = false;
    const auto& message = m_parser->get();
    ServerRequest request;
    request.method = view(message.method_string());
    request.target = view(message.target());
    request.body = message.body();
    request.peer = m_peer;
    for (const auto& field : message) request.headers.emplace_back(view(field.name_string()), view(field.value()));
    m_server.handler().handle(m_loop, request, std::make_shared<Reply>(shared_from_this(), m_serial));
    if (!m_answered) watch_for_end();
}

// While an answer takes its time: has the client gone? More data (a pipelined request) ends the watch.
void Session::watch_for_end()
{
    if (m_watching || !m_stream.socket().is_open()) return;
    m_watching = true;
    m_stream.socket().async_wait(tcp::socket::wait_read, [self = shared_from_this()](const boost::system::error_code& error) {
        self->m_watching = false;
        if (error || self->m_answered) return;
        char byte = 0;
        const ssize_t got = ::recv(self->m_stream.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK)) self->m_gone = true;
    });
}

void Session::respond(std::uint64_t serial, ServerResponse response)
{
    if (serial != m_serial || m_answered) return;
    m_answered = true;
    write(response, m_keep_alive && !m_winding_down);
    m_body = std::move(response.body);
    m_stream.expires_after(m_server.options().body_timeout);
    const std::array<asio::const_buffer, 2> parts{asio::buffer(m_head), asio::buffer(m_body)};
    asio::async_write(m_stream, parts,
                      [self = shared_from_this()](const boost::system::error_code& error, std::size_t) { self->written(error); });
}

void Session::refuse(int status, std::string_view why)
{
    m_keep_alive = false;
    ++m_serial;
    m_answered = false;
    ServerResponse response;
    response.status = status;
    response.content_type = "text/plain";
    response.body = std::string(why);
    respond(m_serial, std::move(response));
}

void Session::write(const ServerResponse& response, bool keep_alive)
{
    m_keep_alive = keep_alive;
    m_head.clear();
    auto out = std::back_inserter(m_head);
    fmt::format_to(out, FMT_COMPILE("HTTP/1.1 {} {}\r\nContent-Length: {}\r\n"), response.status, reason_of(response.status),
                   response.body.size());
    if (!response.content_type.empty()) fmt::format_to(out, FMT_COMPILE("Content-Type: {}\r\n"), response.content_type);
    for (const auto& [name, value] : response.headers) fmt::format_to(out, FMT_COMPILE("{}: {}\r\n"), name, value);
    if (!keep_alive) m_head += "Connection: close\r\n";
    m_head += "\r\n";
}

void Session::written(const boost::system::error_code& error)
{
    if (error || !m_keep_alive || m_winding_down) return close();
    read();
}

void Session::wind_down()
{
    m_winding_down = true;
    if (m_answered) close();
}

void Session::close()
{
    m_gone = true;
    boost::system::error_code ignored;
    // Let a refusal's text reach a client that is still sending.
    m_stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
    m_stream.close();
}

Result<> Server::open()
{
    boost::system::error_code error;
    const asio::ip::address address = asio::ip::make_address(m_options.host == "localhost" ? "127.0.0.1" : m_options.host, error);
    if (error) return fail(ErrorCode::InvalidInput, "'{}' is not an IP address to listen on", m_options.host);
    const tcp::endpoint endpoint(address, m_options.port);
    m_acceptor.open(endpoint.protocol(), error);
    if (!error) m_acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) m_acceptor.bind(endpoint, error);
    if (!error) m_acceptor.listen(1'024, error);
    if (error)
        return fail(ErrorCode::Io, "cannot listen on {}:{}: {}", m_options.host, m_options.port, error.message());
    m_port = m_acceptor.local_endpoint().port();
    m_loops.front()->post([this] { accept(); });
    return {};
}

void Server::accept()
{
    if (m_stopping) return;
    async::Loop& loop = *m_loops[m_next_loop++ % m_loops.size()];
    m_acceptor.async_accept(io_of(loop), [this, &loop](const boost::system::error_code& error, tcp::socket socket) {
        if (m_stopping || error == asio::error::operation_aborted) return;
        if (error) {
            // Out of descriptors, say: a moment's rest, then on.
            observability::log(observability::Level::Warning, "http", {{"accept", error.message()}});
            m_loops.front()->call_at(m_loops.front()->now() + Milliseconds(100), [this] { accept(); });
            return;
        }
        bool room = false;
        {
            const std::lock_guard lock(m_mutex);
            room = m_sessions.size() < m_options.connections_max;
        }
        if (room) {
            auto shared = std::make_shared<tcp::socket>(std::move(socket));
            loop.post([this, &loop, shared] { std::make_shared<Session>(*this, loop, std::move(*shared))->begin(); });
        } else {
            static constexpr std::string_view full =
                "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            boost::system::error_code ignored;
            socket.non_blocking(true, ignored);
            socket.write_some(asio::buffer(full), ignored);
        }
        accept();
    });
}

void Server::enter(Session* session)
{
    const std::lock_guard lock(m_mutex);
    m_sessions.push_back(session);
}

void Server::leave(Session* session)
{
    const std::lock_guard lock(m_mutex);
    const auto place = std::find(m_sessions.begin(), m_sessions.end(), session);
    if (place != m_sessions.end()) {
        *place = m_sessions.back();
        m_sessions.pop_back();
    }
    if (m_sessions.empty()) m_empty.notify_all();
}

void Server::stop(std::chrono::milliseconds grace)
{
    if (m_stopping.exchange(true)) return;
    m_loops.front()->post([this] {
        boost::system::error_code ignored;
        m_acceptor.close(ignored);
    });
    std::vector<std::shared_ptr<Session>> sessions;  // dropped without the lock: the last one leaves
    {
        const std::lock_guard lock(m_mutex);
        for (Session* session : m_sessions)
            if (std::shared_ptr<Session> alive = session->weak_from_this().lock()) sessions.push_back(std::move(alive));
    }
    for (std::shared_ptr<Session>& session : sessions) {
        async::Loop& loop = session->loop();
        loop.post([session = std::move(session)] { session->wind_down(); });
    }
    sessions.clear();
    std::unique_lock lock(m_mutex);
    m_empty.wait_for(lock, grace + std::chrono::milliseconds(500), [this] { return m_sessions.empty(); });
}

}  // namespace

std::string_view ServerRequest::header(std::string_view name) const
{
    for (const auto& [key, value] : headers)
        if (beast::iequals(beast::string_view(key.data(), key.size()), beast::string_view(name.data(), name.size())))
            return value;
    return {};
}

Result<std::unique_ptr<HttpServer>> HttpServer::listen(std::vector<async::Loop*> loops, Handler& handler,
                                                       ServerOptions options)
{
    WEFT_ASSERT(!loops.empty());
    auto server = std::make_unique<Server>(std::move(loops), handler, std::move(options));
    TRY(server->open());
    return server;
}

}  // namespace weft::net
