#pragma once

#include "base/function.h"
#include "net/tls.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <utility>

namespace weft::net {

using ServerSocket =
    boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

// The bytes of a client's connection, through TLS or as they are. The handshake is part of the
// first read. On the socket's loop only; one read at a time, beside one wait for writing.
class ServerStream {
public:
    // Without a context: plain.
    ServerStream(ServerSocket socket, std::shared_ptr<const TlsContext> tls);
    ~ServerStream();
    ServerStream(const ServerStream&) = delete;
    ServerStream& operator=(const ServerStream&) = delete;

    // `done`(error, bytes). Never calls back before it returns. asio::error::eof once the client
    // sends no more. The memory must stay until then, and so must what holds this stream (the
    // callback may).
    template <class Done> void read(char* data, std::size_t size, Done done)
    {
        if (m_tls != nullptr) return read_tls_soon(data, size, OnRead(std::move(done)));
        m_socket.async_read_some(boost::asio::buffer(data, size), std::move(done));
    }
    // Some of the parts; asio::error::would_block when nothing can be written now.
    std::size_t write_some(std::span<const boost::asio::const_buffer> parts,
                           boost::system::error_code& error);
    // After would_block: `done`(error).
    template <class Done> void wait_writable(Done done)
    {
        m_socket.async_wait(write_waits_for_input() ? ServerSocket::wait_read
                                                    : ServerSocket::wait_write,
                            std::move(done));
    }
    // Tells the client that no more comes.
    void shut_down_sending();
    // Closing gives back at once what the system still holds for the client.
    void reset_on_close();
    void close();

private:
    class Tls;
    using OnRead = Function<void(const boost::system::error_code&, std::size_t)>;

    bool write_waits_for_input() const;
    void read_tls_soon(char* data, std::size_t size, OnRead done);
    void read_tls(char* data, std::size_t size, OnRead done);
    void turn_away();

    ServerSocket m_socket;
    std::unique_ptr<Tls> m_tls;
    // Outlives this: what was waited for when it went must not come back here.
    std::shared_ptr<bool> m_open = std::make_shared<bool>(true);
};

}  // namespace weft::net
