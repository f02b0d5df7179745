// The bare HTTP echo that the server's speed is measured against: Boost.Beast on coroutines, two
// loops, and nothing behind it. Prints its port; ends with its standard input. Usage: http_echo
// [loops]
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

asio::awaitable<void> serve(tcp::socket socket)
{
    socket.set_option(tcp::no_delay(true));
    beast::tcp_stream stream(std::move(socket));
    beast::flat_buffer buffer;
    try {
        for (bool keep_alive = true; keep_alive;) {
            http::request<http::string_body> request;
            stream.expires_after(std::chrono::seconds(30));
            co_await http::async_read(stream, buffer, request, asio::use_awaitable);
            keep_alive = request.keep_alive();
            http::response<http::string_body> response(http::status::ok, request.version());
            response.set(http::field::content_type, "application/x-amz-json-1.0");
            response.keep_alive(keep_alive);
            response.body() = std::move(request.body());
            response.prepare_payload();
            co_await http::async_write(stream, response, asio::use_awaitable);
        }
    } catch (const std::exception&) {
        // The client has gone.
    }
}

using Loops = std::vector<std::unique_ptr<asio::io_context>>;

asio::awaitable<void> accept(tcp::acceptor& acceptor, Loops& loops)
{
    for (std::size_t next = 0;; next = (next + 1) % loops.size()) {
        tcp::socket socket = co_await acceptor.async_accept(*loops[next], asio::use_awaitable);
        asio::co_spawn(*loops[next], serve(std::move(socket)), asio::detached);
    }
}

}  // namespace

int main(int argc, char** argv)
{
    const int count = argc > 1 ? std::atoi(argv[1]) : 2;
    if (count < 1 || count > 64) {
        std::fputs("usage: http_echo [loops]\n", stderr);
        return 2;
    }
    Loops loops;
    for (int i = 0; i < count; ++i) loops.push_back(std::make_unique<asio::io_context>(1));
    tcp::acceptor acceptor(*loops[0], tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    asio::co_spawn(*loops[0], accept(acceptor, loops), asio::detached);
    std::printf("%u\n", static_cast<unsigned>(acceptor.local_endpoint().port()));
    std::fflush(stdout);
    std::vector<std::thread> threads;
    for (auto& loop : loops) {
        threads.emplace_back([&loop] {
            const auto work = asio::make_work_guard(*loop);
            loop->run();
        });
    }
    while (std::getchar() != EOF) {
    }
    for (auto& loop : loops) loop->stop();
    for (std::thread& thread : threads) thread.join();
    return 0;
}
