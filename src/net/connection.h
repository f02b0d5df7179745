#pragma once

#include "net/request_parser.h"
#include "net/server_loop.h"
#include "net/server_stream.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace weft::net {

// One client's connection, on one loop. It reads ahead into one buffer, hands out one request at a
// time and answers in order; while a request is out the read under way also tells when the client
// goes. Deadlines are numbers that the loop's sweep compares, so that a request sets no timer.
class Connection final : public std::enable_shared_from_this<Connection> {
public:
    // With a context the client speaks TLS.
    Connection(std::shared_ptr<ServerLoop> home, ServerSocket socket,
               std::shared_ptr<const TlsContext> tls, std::string peer);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void begin();
    void close();
    // Closes now when nothing is under way, else after the present answer.
    void wind_down();
    void check_deadline(std::uint64_t now);

private:
    class Reply;
    enum class Waiting : std::uint8_t { Nothing, Idle, Head, Body, Write, Linger };

    void read();
    bool make_room();
    bool grow(std::size_t capacity);
    void on_read(const boost::system::error_code& error, std::size_t bytes);
    void on_end();
    void tell_gone();
    void process();
    void hand_out();
    void wait_for_more();
    void answer(std::uint64_t serial, ServerResponse response);
    void refuse(int status, std::string_view why);
    void queue(ServerResponse response, bool keep_alive);
    void flush();
    void finish();
    void expect(Waiting what);

    std::shared_ptr<ServerLoop> m_home;
    std::optional<ServerStream> m_socket;  // none once closed
    std::string m_peer;
    RequestParser m_parser;
    ServerRequest m_request;

    std::unique_ptr<char[]> m_buffer;
    std::size_t m_capacity = 0;
    std::size_t m_begin = 0;    // where the present request begins
    std::size_t m_end = 0;      // where what has been read ends
    std::size_t m_read_at = 0;  // where the read under way writes to

    std::vector<std::string> m_output;  // chunks yet to be sent
    std::size_t m_sent = 0;             // of the first chunk
    std::size_t m_output_bytes = 0;

    std::uint64_t m_deadline = UINT64_MAX;  // steady milliseconds
    std::uint64_t m_serial = 0;             // counts requests: an answer to an older one is dropped
    std::uint64_t m_lingered = 0;           // bytes read and thrown away
    Waiting m_waiting = Waiting::Nothing;
    std::function<void()> m_on_gone;  // of the request that is handed out
    bool m_out = false;               // a request is handed out
    bool m_processing = false;        // process() is on the stack
    bool m_reading = false;
    bool m_writing = false;
    bool m_ended = false;      // the client has closed its side
    bool m_last = false;       // close after what is in m_output
    bool m_continued = false;  // "100 Continue" was sent for the present request
};

}  // namespace weft::net
