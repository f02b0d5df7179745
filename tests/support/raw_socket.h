#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace weft::test {

// Blocking TCP on loopback for tests that must control every byte. Every wait ends after some
// seconds.
class RawSocket {
public:
    explicit RawSocket(int descriptor = -1) : m_descriptor(descriptor) {}
    RawSocket(RawSocket&& other) noexcept : m_descriptor(std::exchange(other.m_descriptor, -1)) {}
    RawSocket& operator=(RawSocket&& other) noexcept
    {
        std::swap(m_descriptor, other.m_descriptor);
        return *this;
    }
    ~RawSocket() { close(); }

    static RawSocket connect(std::uint16_t port)
    {
        RawSocket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        const sockaddr_in address = loopback(port);
        if (::connect(socket.m_descriptor, reinterpret_cast<const sockaddr*>(&address),
                      sizeof address) != 0) {
            socket.close();
        }
        return socket;
    }
    // On a free port.
    static RawSocket listen()
    {
        RawSocket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        const sockaddr_in address = loopback(0);
        if (::bind(socket.m_descriptor, reinterpret_cast<const sockaddr*>(&address),
                   sizeof address) != 0 ||
            ::listen(socket.m_descriptor, 16) != 0) {
            socket.close();
        }
        return socket;
    }

    bool is_open() const { return m_descriptor >= 0; }
    std::uint16_t port() const
    {
        sockaddr_in address{};
        socklen_t length = sizeof address;
        ::getsockname(m_descriptor, reinterpret_cast<sockaddr*>(&address), &length);
        return ntohs(address.sin_port);
    }
    RawSocket accept(int timeout_ms = 10'000) const
    {
        return RawSocket(
            readable(timeout_ms) ? ::accept4(m_descriptor, nullptr, nullptr, SOCK_CLOEXEC) : -1);
    }

    // False when the other side has closed.
    bool send(std::string_view bytes) const
    {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(m_descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    // What comes next; empty at the end, on an error and after the time.
    std::string receive(int timeout_ms = 10'000) const
    {
        std::string bytes(65'536, '\0');
        if (!readable(timeout_ms)) return {};
        const ssize_t got = ::recv(m_descriptor, bytes.data(), bytes.size(), 0);
        bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return bytes;
    }
    // Until `text` is there, or the end.
    std::string receive_until(std::string_view text, int timeout_ms = 10'000) const
    {
        std::string all;
        while (all.find(text) == std::string::npos) {
            const std::string more = receive(timeout_ms);
            if (more.empty()) break;
            all += more;
        }
        return all;
    }
    std::string receive_all(int timeout_ms = 10'000) const
    {
        std::string all;
        for (std::string more = receive(timeout_ms); !more.empty(); more = receive(timeout_ms))
            all += more;
        return all;
    }
    // True when the other side closes within the time; bytes that come first are read over.
    bool closed_within(int timeout_ms) const
    {
        char bytes[4'096];
        while (readable(timeout_ms)) {
            if (::recv(m_descriptor, bytes, sizeof bytes, 0) <= 0) return true;
        }
        return false;
    }

    void end_sending() const { ::shutdown(m_descriptor, SHUT_WR); }
    // Closes with a reset instead of an orderly end.
    void reset()
    {
        const linger now{1, 0};
        ::setsockopt(m_descriptor, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        close();
    }
    void close()
    {
        if (m_descriptor >= 0) ::close(std::exchange(m_descriptor, -1));
    }
    // A small receive buffer makes the other side's writes wait.
    void shrink_receive_buffer() const
    {
        const int bytes = 4'096;
        ::setsockopt(m_descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    }

private:
    static sockaddr_in loopback(std::uint16_t port)
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(port);
        return address;
    }
    bool readable(int timeout_ms) const
    {
        pollfd entry{m_descriptor, POLLIN, 0};
        return ::poll(&entry, 1, timeout_ms) > 0;
    }

    int m_descriptor;
};

}  // namespace weft::test
