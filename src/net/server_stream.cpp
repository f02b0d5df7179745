#include "net/server_stream.h"

#include "net/tls_native.h"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <openssl/bio.h>
#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <string_view>
#include <sys/socket.h>
#include <utility>

namespace asio = boost::asio;

namespace weft::net {

namespace {

// OpenSSL's own socket BIO writes without MSG_NOSIGNAL: a client that is gone would be a signal.
int descriptor_of(BIO* bio)
{
    return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
}

int bio_write(BIO* bio, const char* data, int size)
{
    BIO_clear_retry_flags(bio);
    const ssize_t sent =
        ::send(descriptor_of(bio), data, static_cast<std::size_t>(size), MSG_NOSIGNAL);
    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        BIO_set_retry_write(bio);
    return static_cast<int>(sent);
}

int bio_read(BIO* bio, char* data, int size)
{
    BIO_clear_retry_flags(bio);
    const ssize_t got = ::recv(descriptor_of(bio), data, static_cast<std::size_t>(size), 0);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        BIO_set_retry_read(bio);
    if (got == 0 && size > 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    return static_cast<int>(got);
}

long bio_control(BIO* bio, int command, long, void*)
{
    // OpenSSL asks for it where an end without close_notify is to count as one.
    if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0;
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

int bio_create(BIO* bio)
{
    BIO_set_init(bio, 1);
    return 1;
}

struct BioMethodFree {
    void operator()(BIO_METHOD* method) const { BIO_meth_free(method); }
};

BIO_METHOD* socket_method()
{
    static const std::unique_ptr<BIO_METHOD, BioMethodFree> method = [] {
        std::unique_ptr<BIO_METHOD, BioMethodFree> made(
            BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "server socket"));
        BIO_meth_set_write(made.get(), bio_write);
        BIO_meth_set_read(made.get(), bio_read);
        BIO_meth_set_ctrl(made.get(), bio_control);
        BIO_meth_set_create(made.get(), bio_create);
        return made;
    }();
    return method.get();
}

// To whoever speaks HTTP to a port of TLS.
constexpr std::string_view use_https =
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 40\r\n"
    "Connection: close\r\n\r\nthis port speaks TLS: ask it by https://";

}  // namespace

class ServerStream::Tls {
public:
    enum class Wants : unsigned char { Nothing, Read, Write, Ended, Failed };

    Tls(std::shared_ptr<const TlsContext> context, int descriptor)
        : m_context(std::move(context)), m_ssl(SSL_new(m_context->native().context.get()))
    {
        if (m_ssl == nullptr) return;
        BIO* const bio = BIO_new(socket_method());
        BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(descriptor)));
        SSL_set_bio(m_ssl.get(), bio, bio);
        SSL_set_accept_state(m_ssl.get());
    }

    std::size_t read(char* data, std::size_t size, Wants& wants)
    {
        if (m_ssl == nullptr || m_failed) return failed(wants);
        ERR_clear_error();
        const int got = SSL_read(m_ssl.get(), data, bounded(size));
        return result(got, wants);
    }
    std::size_t write(const char* data, std::size_t size, Wants& wants)
    {
        if (m_ssl == nullptr || m_failed) return failed(wants);
        ERR_clear_error();
        const int put = SSL_write(m_ssl.get(), data, bounded(size));
        return result(put, wants);
    }
    void shut_down()
    {
        if (m_ssl == nullptr || m_failed || !SSL_is_init_finished(m_ssl.get())) return;
        ERR_clear_error();
        SSL_shutdown(m_ssl.get());
    }
    // After Failed: the client did not speak TLS at all.
    bool was_http() const { return m_was_http; }

private:
    static int bounded(std::size_t size)
    {
        return static_cast<int>(std::min<std::size_t>(size, INT_MAX));
    }
    static std::size_t failed(Wants& wants)
    {
        wants = Wants::Failed;
        return 0;
    }
    std::size_t result(int bytes, Wants& wants)
    {
        wants = Wants::Nothing;
        if (bytes > 0) return static_cast<std::size_t>(bytes);
        switch (SSL_get_error(m_ssl.get(), bytes)) {
        case SSL_ERROR_WANT_READ: wants = Wants::Read; break;
        case SSL_ERROR_WANT_WRITE: wants = Wants::Write; break;
        case SSL_ERROR_ZERO_RETURN: wants = Wants::Ended; break;
        default:
            // No further call is allowed on it, not even the end's.
            m_failed = true;
            m_was_http = ERR_GET_REASON(ERR_peek_error()) == SSL_R_HTTP_REQUEST;
            wants = Wants::Failed;
        }
        ERR_clear_error();
        return 0;
    }

    std::shared_ptr<const TlsContext> m_context;
    std::unique_ptr<SSL, SslFree> m_ssl;
    bool m_failed = false;
    bool m_was_http = false;

public:
    Wants write_wants = Wants::Nothing;  // of the last write
};

ServerStream::ServerStream(ServerSocket socket, std::shared_ptr<const TlsContext> tls)
    : m_socket(std::move(socket))
{
    boost::system::error_code ignored;
    m_socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    m_socket.non_blocking(true, ignored);
    if (tls == nullptr) return;
    m_socket.native_non_blocking(true, ignored);
    m_tls = std::make_unique<Tls>(std::move(tls), m_socket.native_handle());
}

ServerStream::~ServerStream()
{
    *m_open = false;
}

// From the loop, and not from here: what was read may lead to the next read.
void ServerStream::read_tls_soon(char* data, std::size_t size, OnRead done)
{
    asio::post(m_socket.get_executor(),
               [this, open = m_open, data, size, done = std::move(done)]() mutable {
                   if (!*open) return done(asio::error::operation_aborted, 0);
                   read_tls(data, size, std::move(done));
               });
}

void ServerStream::read_tls(char* data, std::size_t size, OnRead done)
{
    if (!m_socket.is_open()) return done(asio::error::operation_aborted, 0);
    Tls::Wants wants{};
    const std::size_t bytes = m_tls->read(data, size, wants);
    switch (wants) {
    case Tls::Wants::Nothing: return done({}, bytes);
    case Tls::Wants::Ended: return done(asio::error::eof, 0);
    case Tls::Wants::Failed:
        if (m_tls->was_http()) turn_away();
        return done(asio::error::connection_aborted, 0);
    case Tls::Wants::Read:
    case Tls::Wants::Write: break;
    }
    m_socket.async_wait(wants == Tls::Wants::Read ? ServerSocket::wait_read
                                                  : ServerSocket::wait_write,
                        [this, open = m_open, data, size,
                         done = std::move(done)](const boost::system::error_code& error) mutable {
                            if (error) return done(error, 0);
                            if (!*open) return done(asio::error::operation_aborted, 0);
                            read_tls(data, size, std::move(done));
                        });
}

void ServerStream::turn_away()
{
    // Unread bytes would make closing a reset, which takes the answer with it.
    std::array<char, 4'096> rest;
    boost::system::error_code error;
    for (int i = 0; i < 16 && !error; ++i) m_socket.read_some(asio::buffer(rest), error);
    m_socket.write_some(asio::buffer(use_https), error);
    shut_down_sending();
}

std::size_t ServerStream::write_some(std::span<const asio::const_buffer> parts,
                                     boost::system::error_code& error)
{
    error.clear();
    if (m_tls == nullptr) {
        if (parts.size() == 1) return m_socket.write_some(parts.front(), error);
        return m_socket.write_some(parts, error);
    }
    const std::size_t bytes = m_tls->write(static_cast<const char*>(parts.front().data()),
                                           parts.front().size(), m_tls->write_wants);
    switch (m_tls->write_wants) {
    case Tls::Wants::Nothing: break;
    case Tls::Wants::Read:
    case Tls::Wants::Write: error = asio::error::would_block; break;
    case Tls::Wants::Ended:
    case Tls::Wants::Failed: error = asio::error::connection_aborted; break;
    }
    return bytes;
}

bool ServerStream::write_waits_for_input() const
{
    return m_tls != nullptr && m_tls->write_wants == Tls::Wants::Read;
}

void ServerStream::shut_down_sending()
{
    if (m_tls != nullptr) m_tls->shut_down();
    boost::system::error_code ignored;
    m_socket.shutdown(ServerSocket::shutdown_send, ignored);
}

void ServerStream::reset_on_close()
{
    boost::system::error_code ignored;
    m_socket.set_option(asio::socket_base::linger(true, 0), ignored);
}

void ServerStream::close()
{
    if (m_tls != nullptr) m_tls->shut_down();
    boost::system::error_code ignored;
    m_socket.close(ignored);
}

}  // namespace weft::net
