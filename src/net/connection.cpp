#include "net/connection.h"

#include "net/response_writer.h"

#include <boost/asio/buffer.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <utility>

namespace asio = boost::asio;

namespace weft::net {

namespace {

constexpr std::size_t buffer_bytes_first = 8U << 10;
constexpr std::size_t buffer_bytes_kept = 64U
                                          << 10;  // a larger buffer is given back when it is empty
constexpr std::size_t room_bytes_min = 1U << 10;  // beyond a request, to see the client go
constexpr std::size_t chunk_bytes_max = 16U << 10;  // smaller bodies are copied behind their header
constexpr std::size_t output_bytes_max = 1U << 20;  // more unsent than this: no further request
constexpr std::size_t chunks_per_write = 16;
constexpr std::uint64_t linger_milliseconds = 2'000;

}  // namespace

// If it is dropped without an answer the client gets a 500.
class Connection::Reply final : public Responder {
public:
    Reply(std::shared_ptr<Connection> connection, std::uint64_t serial)
        : m_connection(std::move(connection)), m_loop(m_connection->m_home->loop()),
          m_serial(serial)
    {
    }
    ~Reply() override
    {
        if (m_connection == nullptr) return;
        ServerResponse response;
        response.status = 500;
        response.content_type = "text/plain";
        response.body = "no answer was given\n";
        respond(std::move(response));
    }

    void respond(ServerResponse response) override
    {
        std::shared_ptr<Connection> connection = std::exchange(m_connection, nullptr);
        if (connection == nullptr) return;
        if (m_loop.here()) return connection->answer(m_serial, std::move(response));
        m_loop.post([connection = std::move(connection), serial = m_serial,
                     response = std::move(response)]() mutable {
            connection->answer(serial, std::move(response));
        });
    }

    bool gone() const override
    {
        return m_connection == nullptr || m_connection->m_ended || !m_connection->m_socket;
    }

    void on_gone(std::function<void()> leave) override
    {
        if (gone()) return leave();
        if (m_connection->m_serial == m_serial) m_connection->m_on_gone = std::move(leave);
    }

private:
    std::shared_ptr<Connection> m_connection;  // none once answered
    async::Loop& m_loop;
    const std::uint64_t m_serial;
};

Connection::Connection(std::shared_ptr<ServerLoop> home, ServerSocket socket,
                       std::shared_ptr<const TlsContext> tls, std::string peer)
    : m_home(std::move(home)), m_socket(std::in_place, std::move(socket), std::move(tls)),
      m_peer(std::move(peer)),
      m_parser({m_home->options().header_bytes_max, m_home->options().body_bytes_max, 128})
{
    m_request.peer = m_peer;
}

Connection::~Connection()
{
    m_home->totals().buffer_bytes.fetch_sub(m_capacity);
}

void Connection::begin()
{
    m_home->enter(shared_from_this());
    expect(Waiting::Head);
    read();
}

void Connection::expect(Waiting what)
{
    m_waiting = what;
    const ServerOptions& options = m_home->options();
    Milliseconds timeout{};
    switch (what) {
    case Waiting::Nothing: m_deadline = UINT64_MAX; return;
    case Waiting::Idle: timeout = options.idle_timeout; break;
    case Waiting::Head: timeout = options.header_timeout; break;
    case Waiting::Body:
    case Waiting::Write: timeout = options.body_timeout; break;
    case Waiting::Linger: timeout = Milliseconds(linger_milliseconds); break;
    }
    m_deadline = m_home->steady_milliseconds() + static_cast<std::uint64_t>(timeout.count());
}

void Connection::check_deadline(std::uint64_t now)
{
    if (now < m_deadline) return;
    const bool begun = m_end > m_begin;
    if (m_waiting == Waiting::Body) return refuse(408, "the request's body did not come in time");
    if (m_waiting == Waiting::Head && begun)
        return refuse(408, "the request's header did not come in time");
    if (m_waiting == Waiting::Write) {
        // Nobody reads: a reset gives back what the system still holds for the client.
        m_socket->reset_on_close();
    }
    close();
}

bool Connection::grow(std::size_t capacity)
{
    std::atomic<std::size_t>& total = m_home->totals().buffer_bytes;
    // Large bodies must not keep small requests out: those are bounded by the connections.
    const bool full = total.fetch_add(capacity - m_capacity) + (capacity - m_capacity) >
                      m_home->options().buffers_bytes_max;
    if (full && capacity > buffer_bytes_kept) {
        total.fetch_sub(capacity - m_capacity);
        return false;
    }
    auto larger = std::make_unique_for_overwrite<char[]>(capacity);
    if (m_end > m_begin) std::memcpy(larger.get(), m_buffer.get() + m_begin, m_end - m_begin);
    m_buffer = std::move(larger);
    m_capacity = capacity;
    m_end -= m_begin;
    m_begin = 0;
    return true;
}

// Room to read into. While a request is out its bytes stay where they are.
bool Connection::make_room()
{
    if (m_out) return m_end < m_capacity;
    if (m_begin == m_end) {
        m_begin = m_end = 0;
        if (m_capacity > buffer_bytes_kept) {
            m_home->totals().buffer_bytes.fetch_sub(m_capacity);
            m_buffer.reset();
            m_capacity = 0;
        }
    }
    const std::size_t used = m_end - m_begin;
    const std::size_t wanted = std::max(m_parser.bytes_wanted(), used) + room_bytes_min;
    if (wanted > m_capacity) {
        // What a client announces is believed only as it comes: at most twice what is there.
        const std::size_t next =
            std::max(buffer_bytes_first, std::min(wanted, std::max(2 * m_capacity, 2 * used)));
        if (next > m_capacity) return grow(next);
    }
    if (m_begin > 0 && m_capacity - m_end < room_bytes_min) {
        std::memmove(m_buffer.get(), m_buffer.get() + m_begin, used);
        m_begin = 0;
        m_end = used;
    }
    return m_end < m_capacity;
}

void Connection::read()
{
    if (m_reading || m_ended || !m_socket) return;
    if (!make_room()) {
        if (!m_out && m_waiting != Waiting::Linger) refuse(503, "the server's buffers are full");
        return;
    }
    m_reading = true;
    m_read_at = m_end;
    m_socket->read(m_buffer.get() + m_end, m_capacity - m_end,
                   [self = shared_from_this()](const boost::system::error_code& error,
                                               std::size_t bytes) { self->on_read(error, bytes); });
}

void Connection::on_read(const boost::system::error_code& error, std::size_t bytes)
{
    m_reading = false;
    if (!m_socket) return;
    if (error == asio::error::eof) return on_end();
    if (error) return close();
    if (m_waiting == Waiting::Linger) {
        m_lingered += bytes;
        if (m_lingered > m_home->options().body_bytes_max) return close();
        return read();
    }
    // A chunked body that was decoded meanwhile has closed up.
    if (m_read_at != m_end) std::memmove(m_buffer.get() + m_end, m_buffer.get() + m_read_at, bytes);
    m_end += bytes;
    if (m_out || m_processing) return read();
    process();
}

// The client sends no more. What it is owed it gets, if it still reads.
void Connection::on_end()
{
    m_ended = true;
    if (m_out) return tell_gone();
    if (m_output_bytes == 0 || m_waiting == Waiting::Linger) return close();
    m_last = m_begin == m_end;  // else what has come is answered first
}

void Connection::tell_gone()
{
    if (const auto leave = std::exchange(m_on_gone, nullptr)) leave();
}

void Connection::process()
{
    m_processing = true;
    while (m_socket && !m_out && !m_last && m_begin < m_end && m_output_bytes <= output_bytes_max) {
        std::size_t size = m_end - m_begin;
        const RequestParser::State state = m_parser.parse(m_buffer.get() + m_begin, size);
        m_end = m_begin + size;
        if (state == RequestParser::State::Failed) {
            refuse(m_parser.status(), m_parser.reason());
        } else if (state == RequestParser::State::Complete) {
            hand_out();
        } else {
            wait_for_more();
            break;
        }
    }
    m_processing = false;
    if (m_ended && !m_out && m_begin == m_end) m_last = true;
    flush();
    if (!m_socket || m_waiting == Waiting::Linger) return;
    if (!m_out && m_writing && m_waiting != Waiting::Write) expect(Waiting::Write);
    if (!m_out && !m_writing && m_begin == m_end) expect(Waiting::Idle);
    if (!m_last && m_output_bytes <= output_bytes_max) read();
}

void Connection::wait_for_more()
{
    if (m_ended) {
        m_last = true;
        return;
    }
    const bool in_body = m_parser.state() == RequestParser::State::Body;
    const Waiting phase = in_body ? Waiting::Body : Waiting::Head;
    if (m_waiting != phase) expect(phase);
    if (in_body && m_parser.expects_continue() && !std::exchange(m_continued, true)) {
        constexpr std::string_view line = "HTTP/1.1 100 Continue\r\n\r\n";
        if (m_output.empty() || m_output.back().size() > chunk_bytes_max) m_output.emplace_back();
        m_output.back() += line;
        m_output_bytes += line.size();
    }
}

void Connection::hand_out()
{
    m_parser.fill(m_request, m_buffer.get() + m_begin);
    m_out = true;
    m_on_gone = nullptr;
    ++m_serial;
    expect(Waiting::Nothing);
    m_home->handler().handle(m_home->loop(), m_request,
                             std::make_shared<Reply>(shared_from_this(), m_serial));
}

void Connection::answer(std::uint64_t serial, ServerResponse response)
{
    if (!m_out || serial != m_serial || !m_socket) return;
    m_out = false;
    m_on_gone = nullptr;
    m_begin += m_parser.bytes_used();
    queue(std::move(response), m_parser.keep_alive() && !m_home->winding_down());
    m_parser.reset();
    m_continued = false;
    if (m_ended && m_begin == m_end) m_last = true;
    if (!m_processing) process();
}

void Connection::refuse(int status, std::string_view why)
{
    ServerResponse response;
    response.status = status;
    response.content_type = "text/plain";
    (response.body = why) += '\n';
    m_parser.reset();
    queue(std::move(response), false);
    if (!m_processing) flush();
}

void Connection::queue(ServerResponse response, bool keep_alive)
{
    ResponseForm form;
    form.keep_alive = keep_alive;
    form.version_1_0 = m_parser.version_1_0();
    form.date = m_home->date();
    if (m_output.empty() || m_output.back().size() > chunk_bytes_max) m_output.emplace_back();
    std::string& head = m_output.back();
    const std::size_t before = head.size();
    append_head(head, response, response.body.size(), form);
    const bool body = status_has_body(response.status) && !m_parser.is_head();
    if (body && response.body.size() <= chunk_bytes_max) head += response.body;
    m_output_bytes += head.size() - before;
    if (body && response.body.size() > chunk_bytes_max) {
        m_output_bytes += response.body.size();
        m_output.push_back(std::move(response.body));
    }
    if (!keep_alive) m_last = true;
}

// Sends what there is with as few system calls as it takes: usually one.
void Connection::flush()
{
    while (m_output_bytes > 0 && !m_writing && m_socket) {
        std::array<asio::const_buffer, chunks_per_write> parts;
        const std::size_t count = std::min(m_output.size(), parts.size());
        for (std::size_t i = 0; i < count; ++i) parts[i] = asio::buffer(m_output[i]);
        parts[0] += m_sent;
        boost::system::error_code error;
        const std::size_t written = m_socket->write_some(std::span(parts).first(count), error);
        if (error == asio::error::would_block) {
            m_writing = true;
            if (!m_out) expect(Waiting::Write);
            m_socket->wait_writable(
                [self = shared_from_this()](const boost::system::error_code& failed) {
                    self->m_writing = false;
                    if (!self->m_socket) return;
                    if (failed) return self->close();
                    self->flush();
                    const bool more =
                        self->m_socket && !self->m_writing && !self->m_out && !self->m_last;
                    if (more) self->process();
                });
            return;
        }
        if (error) return close();
        m_output_bytes -= written;
        m_sent += written;
        std::size_t done = 0;
        while (done < m_output.size() && m_sent >= m_output[done].size())
            m_sent -= m_output[done++].size();
        if (done == 1 && m_output.size() == 1 && m_output[0].capacity() <= 2 * chunk_bytes_max) {
            m_output[0].clear();  // its memory serves the next answer
            break;
        }
        m_output.erase(m_output.begin(), m_output.begin() + static_cast<std::ptrdiff_t>(done));
    }
    if (m_last && !m_writing && m_socket && m_waiting != Waiting::Linger) finish();
}

// After the last answer: closing with unread bytes would reset the connection and could take the
// answer with it, so the rest of what the client sends is read and thrown away for a while.
void Connection::finish()
{
    const bool nothing_unread = m_begin == m_end;
    if (m_ended || (m_home->winding_down() && nothing_unread)) return close();
    m_socket->shut_down_sending();
    m_begin = m_end = 0;
    expect(Waiting::Linger);
    read();
}

void Connection::wind_down()
{
    const bool idle = !m_out && m_output_bytes == 0 && m_begin == m_end;
    if (idle || m_waiting == Waiting::Linger) close();
}

void Connection::close()
{
    if (!m_socket) return;
    const std::shared_ptr<Connection> self = shared_from_this();
    m_socket->close();
    m_socket.reset();
    m_waiting = Waiting::Nothing;
    m_deadline = UINT64_MAX;
    m_home->leave(self);
    tell_gone();
}

}  // namespace weft::net
