#include "net/http_server.h"

#include "async/io_loop.h"
#include "net/response_writer.h"
#include "tests/support/raw_socket.h"

#include <doctest/doctest.h>

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

using namespace weft;
using namespace weft::net;
using namespace std::chrono_literals;
using test::RawSocket;

namespace {

// Answers by target: /echo the body, /later after 50 ms, /keep never (the test holds the
// responder), /drop not at all.
class TestHandler final : public Handler {
public:
    void handle(async::Loop& loop, const ServerRequest& request,
                std::shared_ptr<Responder> responder) override
    {
        ++requests;
        if (!loop.here()) ++wrong_thread;
        ServerResponse response;
        response.content_type = "text/plain";
        if (request.target == "/later") {
            loop.call_at(loop.now() + 50ms, [responder, target = std::string(request.target)] {
                ServerResponse late;
                late.body = target;
                responder->respond(std::move(late));
            });
        } else if (request.target == "/keep") {
            const std::lock_guard lock(mutex);
            kept.push_back(std::move(responder));
            kept_loop = &loop;
        } else if (request.target == "/big") {
            response.body.assign(8U << 20, 'x');
            responder->respond(std::move(response));
        } else if (request.target == "/header") {
            response.body = std::string(request.header("x-TEST")) + "|" +
                            std::string(request.peer).substr(0, 10);
            response.headers = {
                {"X-Good", "yes"}, {"X-Bad", "a\r\nInjected: b"}, {"Content-Length", "99"}};
            responder->respond(std::move(response));
        } else if (request.target == "/nothing") {
            response.status = 204;
            responder->respond(std::move(response));
        } else if (request.target != "/drop") {
            response.body =
                request.target == "/echo" ? std::string(request.body) : std::string(request.target);
            responder->respond(std::move(response));
        }
    }

    std::atomic<int> requests{0};
    std::atomic<int> wrong_thread{0};
    std::mutex mutex;
    std::vector<std::shared_ptr<Responder>> kept;  // guarded by mutex
    async::Loop* kept_loop = nullptr;              // guarded by mutex
};

struct Site {
    explicit Site(ServerOptions options = {})
    {
        for (auto& loop : loops) loop.start();
        auto listening = HttpServer::listen({&loops[0], &loops[1]}, handler, options);
        REQUIRE(listening);
        server = std::move(*listening);
    }
    ~Site()
    {
        server->stop(0ms);
        CHECK(handler.wrong_thread == 0);
        const std::lock_guard lock(handler.mutex);
        handler.kept.clear();
    }
    RawSocket connect() const
    {
        RawSocket socket = RawSocket::connect(server->port());
        REQUIRE(socket.is_open());
        return socket;
    }
    // One request on a connection of its own; all that comes back.
    std::string ask(std::string_view bytes) const
    {
        const RawSocket socket = connect();
        socket.send(bytes);
        return socket.receive_all();
    }
    void wait_for_kept(std::size_t count)
    {
        for (int i = 0; i < 1'000; ++i) {
            {
                const std::lock_guard lock(handler.mutex);
                if (handler.kept.size() >= count) return;
            }
            std::this_thread::sleep_for(5ms);
        }
        FAIL("the handler was not called");
    }
    // On the loop of the kept responder.
    template <class F> void on_kept_loop(F job)
    {
        std::atomic<bool> done{false};
        handler.kept_loop->post([&] {
            job();
            done = true;
        });
        while (!done) std::this_thread::sleep_for(1ms);
    }

    async::IoLoop loops[2];
    TestHandler handler;
    std::unique_ptr<HttpServer> server;
};

std::string get(std::string_view target, std::string_view headers = "")
{
    return fmt::format("GET {} HTTP/1.1\r\nHost: h\r\n{}\r\n", target, headers);
}

std::string post(std::string_view target, std::string_view body, std::string_view headers = "")
{
    return fmt::format("POST {} HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n{}\r\n{}", target,
                       body.size(), headers, body);
}

int count_of(std::string_view text, std::string_view part)
{
    int count = 0;
    for (std::size_t at = text.find(part); at != std::string_view::npos;
         at = text.find(part, at + part.size()))
        ++count;
    return count;
}

constexpr std::string_view close_header = "Connection: close\r\n";

}  // namespace

TEST_CASE("dates are as HTTP wants them")
{
    CHECK(http_date(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
    CHECK(http_date(784'111'777) == "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST_CASE("requests are answered, connections kept and closed as asked")
{
    const Site site;
    const RawSocket socket = site.connect();
    for (int i = 0; i < 3; ++i) {
        socket.send(post("/echo", "hello"));
        const std::string answer = socket.receive_until("hello");
        CHECK(answer.starts_with("HTTP/1.1 200 OK\r\nDate: "));
        CHECK(answer.find("Content-Type: text/plain\r\n") != std::string::npos);
        CHECK(answer.find("Content-Length: 5\r\n") != std::string::npos);
        CHECK(answer.find("Connection:") == std::string::npos);
    }
    socket.send(get("/x", close_header));
    const std::string last = socket.receive_all();
    CHECK(last.find("Connection: close\r\n") != std::string::npos);
    CHECK(last.ends_with("\r\n\r\n/x"));

    CHECK(site.ask("GET /old HTTP/1.0\r\n\r\n").ends_with("\r\n\r\n/old"));
    const RawSocket old = site.connect();
    old.send("GET /old HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    CHECK(old.receive_until("\r\n\r\n/old").find("Connection: keep-alive") != std::string::npos);
}

TEST_CASE("headers go both ways; what would break the framing does not leave")
{
    const Site site;
    const std::string answer = site.ask(get("/header", "X-Test: value\r\nConnection: close\r\n"));
    CHECK(answer.ends_with("value|127.0.0.1:"));
    CHECK(answer.find("X-Good: yes\r\n") != std::string::npos);
    CHECK(answer.find("Injected") == std::string::npos);
    CHECK(count_of(answer, "Content-Length") == 1);
}

TEST_CASE("HEAD and 204 have no body")
{
    const Site site;
    const std::string head = site.ask("HEAD /abc HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    CHECK(head.find("Content-Length: 4\r\n") != std::string::npos);
    CHECK(head.ends_with("\r\n\r\n"));
    const std::string none = site.ask(get("/nothing", close_header));
    CHECK(none.starts_with("HTTP/1.1 204 No Content\r\n"));
    CHECK(none.find("Content-Length") == std::string::npos);
}

TEST_CASE("pipelined requests are answered in order, slow ones too")
{
    Site site;
    const std::string answer = site.ask(get("/1") + get("/later") + post("/echo", "two") +
                                        get("/3") + get("/later") + get("/4", close_header));
    std::string order;
    for (std::size_t at = answer.find("\r\n\r\n"); at != std::string::npos;
         at = answer.find("\r\n\r\n", at + 4)) {
        const std::size_t end = answer.find("HTTP/", at);
        order += answer.substr(at + 4, end == std::string::npos ? end : end - at - 4) + " ";
    }
    CHECK(order == "/1 /later two /3 /later /4 ");
    CHECK(site.handler.requests == 6);
}

TEST_CASE("many connections over both loops")
{
    Site site;
    std::vector<std::thread> clients;
    std::atomic<int> good{0};
    for (int c = 0; c < 8; ++c) {
        clients.emplace_back([&] {
            const RawSocket socket = RawSocket::connect(site.server->port());
            for (int i = 0; i < 200; ++i) {
                const std::string body = "body " + std::to_string(i) + ";";
                socket.send(post("/echo", body));
                if (socket.receive_until(body).ends_with(body)) ++good;
            }
        });
    }
    for (std::thread& client : clients) client.join();
    CHECK(good == 1'600);
}

TEST_CASE("large bodies go both ways, to a slow reader too")
{
    const Site site;
    const std::string body(5U << 20, 'b');
    const std::string echoed = site.ask(post("/echo", body, close_header));
    CHECK(echoed.ends_with(body));
    const RawSocket slow = site.connect();
    slow.send(get("/big") + get("/after", close_header));
    std::this_thread::sleep_for(100ms);
    const std::string all = slow.receive_all();
    CHECK(all.size() > (8U << 20));
    CHECK(all.ends_with("\r\n\r\n/after"));
}

TEST_CASE("chunked bodies and Expect: 100-continue")
{
    const Site site;
    CHECK(site.ask("POST /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: "
                   "chunked\r\n\r\n"
                   "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n")
              .ends_with("\r\n\r\nabcdefg"));
    const RawSocket socket = site.connect();
    socket.send("POST /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: "
                "4\r\nExpect: 100-continue\r\n\r\n");
    CHECK(socket.receive_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
    socket.send("body");
    CHECK(socket.receive_all().ends_with("\r\n\r\nbody"));
    // A client that does not wait gets no interim answer in the way once the body is there.
    const std::string eager =
        site.ask(post("/echo", "body", "Expect: 100-continue\r\nConnection: close\r\n"));
    CHECK(eager.starts_with("HTTP/1.1 200"));
}

TEST_CASE("bad requests get their status and the connection is closed")
{
    ServerOptions options;
    options.header_bytes_max = 4'096;
    options.body_bytes_max = 100'000;
    Site site(options);
    const auto status = [&](const std::string& bytes) {
        const std::string answer = site.ask(bytes);
        CHECK(answer.find("Connection: close\r\n") != std::string::npos);
        return answer.substr(0, 12);
    };
    CHECK(status("rubbish\r\n\r\n") == "HTTP/1.1 400");
    CHECK(status("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: "
                 "chunked\r\n\r\n") == "HTTP/1.1 400");
    CHECK(status(get("/", "A: " + std::string(5'000, 'a') + "\r\n")) == "HTTP/1.1 431");
    CHECK(status(get("/" + std::string(5'000, 'a'))) == "HTTP/1.1 414");
    CHECK(status("GET / HTTP/3.0\r\nHost: h\r\n\r\n") == "HTTP/1.1 505");
    // The whole body is on its way before the client looks: the refusal must reach it all the same.
    CHECK(status(post("/echo", std::string(90'000'0, 'x'))) == "HTTP/1.1 413");
    CHECK(site.handler.requests == 0);
    // A good request before a bad one is answered first.
    const std::string both = site.ask(get("/good") + "bad\r\n\r\n");
    CHECK(both.find("/goodHTTP/1.1 400") != std::string::npos);
}

TEST_CASE("slow clients meet their deadlines")
{
    ServerOptions options;
    options.header_timeout = 120ms;
    options.body_timeout = 120ms;
    options.idle_timeout = 120ms;
    const Site site(options);
    const RawSocket silent = site.connect();
    const RawSocket in_header = site.connect();
    in_header.send("GET / HT");
    const RawSocket in_body = site.connect();
    in_body.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab");
    const RawSocket idle = site.connect();
    idle.send(get("/x"));
    CHECK(idle.receive_until("\r\n\r\n/x").starts_with("HTTP/1.1 200"));
    CHECK(silent.receive_all(3'000).empty());
    CHECK(in_header.receive_all(3'000).starts_with("HTTP/1.1 408"));
    CHECK(in_body.receive_all(3'000).starts_with("HTTP/1.1 408"));
    CHECK(idle.closed_within(3'000));
    // Dripping does not move the deadline.
    const RawSocket dripping = site.connect();
    bool refused = false;
    for (int i = 0; i < 100 && !refused; ++i)
        refused = !dripping.send("G") || dripping.receive(10).starts_with("HTTP/1.1 408");
    CHECK(refused);
}

TEST_CASE("a slow answer has no deadline of the server's")
{
    ServerOptions options;
    options.header_timeout = options.body_timeout = options.idle_timeout = 40ms;
    const Site site(options);
    CHECK(site.ask(get("/later", close_header)).ends_with("\r\n\r\n/later"));
}

TEST_CASE("a client that does not take its answer is given up")
{
    ServerOptions options;
    options.body_timeout = 150ms;
    options.connections_max = 1;
    const Site site(options);
    const RawSocket socket = site.connect();
    socket.shrink_receive_buffer();
    socket.send(get("/big"));
    std::string answer;
    for (int i = 0; i < 200 && !answer.starts_with("HTTP/1.1 200"); ++i) {
        std::this_thread::sleep_for(20ms);
        answer = site.ask(get("/x", close_header));
    }
    CHECK(answer.starts_with("HTTP/1.1 200"));
}

TEST_CASE("a client that goes is seen, and the late answer goes nowhere")
{
    Site site;
    RawSocket socket = site.connect();
    socket.send(get("/keep"));
    site.wait_for_kept(1);
    bool gone = true;
    site.on_kept_loop([&] { gone = site.handler.kept[0]->gone(); });
    CHECK(!gone);
    socket.reset();
    for (int i = 0; i < 400 && !gone; ++i) {
        std::this_thread::sleep_for(5ms);
        site.on_kept_loop([&] { gone = site.handler.kept[0]->gone(); });
    }
    CHECK(gone);
    site.on_kept_loop([&] { site.handler.kept[0]->respond({}); });
    CHECK(site.ask(get("/x", close_header)).ends_with("/x"));
}

TEST_CASE("a client that closes its sending half still gets its answer")
{
    Site site;
    const RawSocket socket = site.connect();
    socket.send(get("/later") + get("/second"));
    socket.end_sending();
    const std::string answer = socket.receive_all();
    CHECK(answer.find("\r\n\r\n/laterHTTP/1.1 200") != std::string::npos);
    CHECK(answer.ends_with("\r\n\r\n/second"));
    const RawSocket truncated = site.connect();
    truncated.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 50\r\n\r\nabc");
    truncated.end_sending();
    CHECK(truncated.receive_all(3'000).empty());
}

TEST_CASE("a request that nobody answers gets a 500; answering from another thread is no fault")
{
    Site site;
    CHECK(site.ask(get("/drop", close_header)).starts_with("HTTP/1.1 500"));
    const RawSocket socket = site.connect();
    socket.send(get("/keep", close_header));
    site.wait_for_kept(1);
    ServerResponse response;
    response.body = "elsewhere";
    site.handler.kept[0]->respond(std::move(response));
    CHECK(socket.receive_all().ends_with("elsewhere"));
}

TEST_CASE("connections and buffers are bounded over all loops")
{
    ServerOptions options;
    options.connections_max = 3;
    options.buffers_bytes_max = 200'000;
    const Site site(options);
    {
        std::vector<RawSocket> sockets;
        for (int i = 0; i < 3; ++i) {
            sockets.push_back(site.connect());
            sockets.back().send(get("/x"));
            CHECK(sockets.back().receive_until("/x").starts_with("HTTP/1.1 200"));
        }
        CHECK(site.connect().receive_all().starts_with("HTTP/1.1 503"));
        sockets[0].send(post("/echo", std::string(400'000, 'x')));
        CHECK(sockets[0].receive_all().starts_with("HTTP/1.1 503"));
    }
    std::string answer;
    for (int i = 0; i < 100 && !answer.starts_with("HTTP/1.1 200"); ++i) {
        std::this_thread::sleep_for(20ms);
        answer = site.ask(get("/x", close_header));
    }
    CHECK(answer.starts_with("HTTP/1.1 200"));
}

TEST_CASE("stop lets requests under way end and takes no new ones")
{
    Site site;
    const RawSocket busy = site.connect();
    const RawSocket idle = site.connect();
    idle.send(get("/x"));
    idle.receive_until("/x");
    busy.send(get("/later"));
    while (site.handler.requests < 2) std::this_thread::sleep_for(1ms);
    const std::uint16_t port = site.server->port();
    const auto begin = std::chrono::steady_clock::now();
    site.server->stop(5s);
    CHECK(std::chrono::steady_clock::now() - begin < 3s);
    const std::string answer = busy.receive_all();
    CHECK(answer.find("Connection: close") != std::string::npos);
    CHECK(answer.ends_with("\r\n\r\n/later"));
    CHECK(idle.closed_within(1'000));
    CHECK(!RawSocket::connect(port).is_open());
}

TEST_CASE("stop ends after its grace; answers that come later go nowhere")
{
    Site site;
    const RawSocket socket = site.connect();
    socket.send(get("/keep"));
    site.wait_for_kept(1);
    const auto begin = std::chrono::steady_clock::now();
    site.server->stop(100ms);
    CHECK(std::chrono::steady_clock::now() - begin < 3s);
    CHECK(socket.closed_within(1'000));
    site.on_kept_loop([&] {
        CHECK(site.handler.kept[0]->gone());
        site.handler.kept[0]->respond({});
    });
    site.server->stop(100ms);
}

TEST_CASE("a taken port is an error that names it")
{
    const Site site;
    async::IoLoop loop;
    TestHandler handler;
    ServerOptions options;
    options.port = site.server->port();
    const auto second = HttpServer::listen({&loop}, handler, options);
    REQUIRE(!second);
    CHECK(second.error().code == ErrorCode::Io);
    CHECK(second.error().message.find(std::to_string(options.port)) != std::string::npos);
    CHECK(second.error().message.find("in use") != std::string::npos);
}
