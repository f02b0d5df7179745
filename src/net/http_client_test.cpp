#include "net/http_client.h"

#include "async/io_loop.h"
#include "async/spawn.h"
#include "net/http_server.h"
#include "tests/support/raw_socket.h"

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <optional>
#include <string>
#include <thread>

using namespace weft;
using namespace weft::net;
using namespace std::chrono_literals;
using test::RawSocket;

namespace {

class EchoHandler final : public Handler {
public:
    void handle(async::Loop& loop, const ServerRequest& request,
                std::shared_ptr<Responder> responder) override
    {
        ++requests;
        ServerResponse response;
        response.content_type = "text/plain";
        response.headers = {{"X-Peer", std::string(request.peer)}};
        if (request.target == "/slow") {
            loop.call_at(loop.now() + 5s, [responder] {});
            return;
        }
        if (request.target == "/redirect") {
            response.status = 302;
            response.headers.emplace_back("Location", "/other");
        }
        if (request.target == "/big") response.body.assign(3U << 20, 'x');
        if (request.target == "/echo") {
            response.body =
                fmt::format("{} [{}] [{}] [{}] {}", request.method, request.header("X-Name"),
                            request.header("Content-Type"), request.header("Expect"), request.body);
        }
        responder->respond(std::move(response));
    }
    std::atomic<int> requests{0};
};

struct Site {
    Site()
    {
        loop.start();
        server_loop.start();
        server = *HttpServer::listen({&server_loop}, handler, {});
        client.emplace();
    }
    ~Site()
    {
        client.reset();
        server->stop(0ms);
    }
    HttpRequest request(std::string_view path) const
    {
        HttpRequest out;
        out.url = fmt::format("http://127.0.0.1:{}{}", server->port(), path);
        out.timeout = 5s;
        return out;
    }
    Result<HttpResponse> send(HttpRequest to_send)
    {
        std::promise<Result<HttpResponse>> promise;
        async::Spawned handle;
        loop.post([&] {
            handle = async::spawn(
                loop, client->send(loop, std::move(to_send)),
                [&](Result<HttpResponse> result) { promise.set_value(std::move(result)); });
        });
        return promise.get_future().get();
    }
    // Against a server that answers one connection with these bytes and closes it.
    Result<HttpResponse> send_to(std::string_view answer, std::size_t bytes_max = 1U << 20)
    {
        const RawSocket listener = RawSocket::listen();
        std::thread other([&] {
            const RawSocket socket = listener.accept();
            socket.receive_until("\r\n\r\n");
            socket.send(answer);
        });
        HttpRequest to_send;
        to_send.url = fmt::format("http://127.0.0.1:{}/", listener.port());
        to_send.timeout = 5s;
        to_send.response_bytes_max = bytes_max;
        Result<HttpResponse> result = send(std::move(to_send));
        other.join();
        if (!result)
            CHECK(result.error().message.find(fmt::format("127.0.0.1:{}", listener.port())) !=
                  std::string::npos);
        return result;
    }

    async::IoLoop loop;
    async::IoLoop server_loop;
    EchoHandler handler;
    std::unique_ptr<HttpServer> server;
    std::optional<HttpClient> client;
};

std::string header(const HttpResponse& response, std::string_view name)
{
    for (const auto& [key, value] : response.headers) {
        if (key == name) return value;
    }
    return {};
}

}  // namespace

TEST_CASE("requests go out as given and answers come back whole")
{
    Site site;
    HttpRequest request = site.request("/echo");
    request.method = "POST";
    request.headers = {{"X-Name", "value"}, {"Content-Type", "application/json"}};
    request.body = "{}";
    const auto answer = site.send(request);
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(answer->body == "POST [value] [application/json] [] {}");
    CHECK(header(*answer, "Content-Type") == "text/plain");

    request.method = "PUT";
    request.headers.clear();
    request.body.assign(2U << 20, 'y');
    CHECK(site.send(request)->body == "PUT [] [] [] " + request.body);
    request.body.clear();
    for (const char* method : {"GET", "DELETE", "POST", "OPTIONS"}) {
        request.method = method;
        CHECK(site.send(request)->body == std::string(method) + " [] [] [] ");
    }
    request.method = "HEAD";
    CHECK(site.send(request)->body.empty());
}

TEST_CASE("connections are used again; redirects are answers")
{
    Site site;
    const auto first = site.send(site.request("/"));
    const auto second = site.send(site.request("/"));
    CHECK(header(*first, "X-Peer") == header(*second, "X-Peer"));
    const auto redirect = site.send(site.request("/redirect"));
    CHECK(redirect->status == 302);
    CHECK(site.handler.requests == 3);
}

TEST_CASE("many exchanges at once on one loop")
{
    Site site;
    constexpr int count = 300;
    std::atomic<int> good{0};
    std::atomic<int> done{0};
    site.loop.post([&] {
        for (int i = 0; i < count; ++i) {
            HttpRequest request = site.request("/echo");
            request.body = std::to_string(i);
            auto end = [&, i](Result<HttpResponse> answer) {
                if (answer && answer->body.ends_with("] " + std::to_string(i))) ++good;
                ++done;
            };
            [[maybe_unused]] const auto handle = async::spawn(
                site.loop, site.client->send(site.loop, std::move(request)), std::move(end));
        }
    });
    while (done < count) std::this_thread::sleep_for(1ms);
    CHECK(good == count);
}

TEST_CASE("a timeout covers the whole exchange")
{
    Site site;
    HttpRequest request = site.request("/slow");
    request.timeout = 60ms;
    const auto begin = std::chrono::steady_clock::now();
    const auto answer = site.send(request);
    CHECK(std::chrono::steady_clock::now() - begin < 2s);
    REQUIRE(!answer);
    CHECK(answer.error().code == ErrorCode::Timeout);
    CHECK(answer.error().message ==
          fmt::format("no answer of 127.0.0.1:{} within 60 ms", site.server->port()));
}

TEST_CASE("a cancelled request ends at once")
{
    Site site;
    std::promise<Result<HttpResponse>> promise;
    async::Spawned handle;
    site.loop.post([&] {
        handle = async::spawn(
            site.loop, site.client->send(site.loop, site.request("/slow")),
            [&](Result<HttpResponse> result) { promise.set_value(std::move(result)); });
    });
    while (site.handler.requests == 0) std::this_thread::sleep_for(1ms);
    const auto begin = std::chrono::steady_clock::now();
    site.loop.post([&] { handle.cancel(); });
    CHECK(promise.get_future().get().error().code == ErrorCode::Cancelled);
    CHECK(std::chrono::steady_clock::now() - begin < 2s);
    CHECK(site.send(site.request("/"))->status == 200);
}

TEST_CASE("the client's end cancels what is under way")
{
    Site site;
    std::promise<Result<HttpResponse>> promise;
    site.loop.post([&] {
        async::spawn(site.loop, site.client->send(site.loop, site.request("/slow")),
                     [&](Result<HttpResponse> result) { promise.set_value(std::move(result)); });
    });
    while (site.handler.requests == 0) std::this_thread::sleep_for(1ms);
    site.client.reset();
    CHECK(promise.get_future().get().error().code == ErrorCode::Cancelled);
}

TEST_CASE("answers are bounded")
{
    Site site;
    HttpRequest request = site.request("/big");
    request.response_bytes_max = 1U << 20;
    const auto answer = site.send(request);
    REQUIRE(!answer);
    CHECK(answer.error().code == ErrorCode::LimitExceeded);
    request.response_bytes_max = 3U << 20;
    CHECK(site.send(request)->body.size() == (3U << 20));
    std::string headers = "HTTP/1.1 200 OK\r\n";
    for (int i = 0; i < 4'000; ++i) headers += "X-Many: " + std::string(100, 'a') + "\r\n";
    CHECK(!site.send_to(headers + "\r\n"));
}

TEST_CASE("a server that cannot be reached is named with the reason")
{
    Site site;
    std::uint16_t port = 0;
    {
        const RawSocket listener = RawSocket::listen();
        port = listener.port();
    }
    HttpRequest request;
    request.url = fmt::format("http://user:secret@127.0.0.1:{}/path", port);
    const auto answer = site.send(request);
    REQUIRE(!answer);
    CHECK(answer.error().code == ErrorCode::Io);
    CHECK(answer.error().message ==
          fmt::format("cannot connect to 127.0.0.1:{}: Connection refused", port));
    request.url = "http://no-such-host.invalid/";
    request.timeout = 20s;
    const auto unknown = site.send(request);
    REQUIRE(!unknown);
    CHECK(unknown.error().message.find("no-such-host.invalid:80") != std::string::npos);
}

TEST_CASE("broken answers are errors")
{
    Site site;
    CHECK(site.send_to("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")->body == "ok");
    for (const std::string broken :
         {"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhalf", "", "rubbish\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
          "HTTP/1.1 200 OK\r\nContent-"}) {
        CAPTURE(broken);
        const auto answer = site.send_to(broken);
        REQUIRE(!answer);
        CHECK(answer.error().code == ErrorCode::Io);
    }
    CHECK(site.send_to("HTTP/1.1 100 Continue\r\nA: 1\r\n\r\nHTTP/1.1 200 OK\r\nB: "
                       "2\r\nContent-Length: 0\r\n\r\n")
              ->headers.size() == 2);
}

TEST_CASE("only what may be repeated is sent again over a connection that died unanswered")
{
    struct Case {
        const char* method;
        Repeat repeat;
        bool again;
    };
    for (const Case& each :
         {Case{"GET", Repeat::ByMethod, true}, Case{"PUT", Repeat::ByMethod, true},
          Case{"POST", Repeat::ByMethod, false}, Case{"PATCH", Repeat::ByMethod, false},
          Case{"POST", Repeat::Allowed, true}}) {
        CAPTURE(each.method);
        Site site;
        const RawSocket listener = RawSocket::listen();
        // Answers the first request and keeps the connection; reads the second, wherever it comes,
        // and closes without a word; answers a third.
        int requests = 0;
        std::thread other([&] {
            constexpr std::string_view ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
            RawSocket first = listener.accept();
            if (first.receive_until("\r\n\r\n").empty()) return;
            ++requests;
            first.send(ok);
            const bool same = each.again;  // a fresh connection is not waited for on the old one
            RawSocket second = same ? std::move(first) : listener.accept();
            if (second.receive_until("\r\n\r\n").empty()) return;
            ++requests;
            second.close();
            const RawSocket third = listener.accept(each.again ? 10'000 : 500);
            if (!third.is_open() || third.receive_until("\r\n\r\n").empty()) return;
            ++requests;
            third.send(ok);
        });
        HttpRequest request;
        request.url = fmt::format("http://127.0.0.1:{}/", listener.port());
        request.timeout = 10s;
        CHECK(site.send(request)->body == "ok");
        request.method = each.method;
        request.repeat = each.repeat;
        const auto answer = site.send(request);
        other.join();
        CHECK(requests == (each.again ? 3 : 2));
        CHECK(answer.has_value() == each.again);
        if (!answer) CHECK(answer.error().code == ErrorCode::Io);
    }
}

TEST_CASE("requests that cannot be sent are refused before they are")
{
    Site site;
    for (const char* url : {"", "nonsense", "/path", "ftp://h/", "file:///etc/passwd", "http://",
                            "http://h:99999/"}) {
        CAPTURE(url);
        HttpRequest request;
        request.url = url;
        CHECK(site.send(request).error().code == ErrorCode::InvalidInput);
    }
    HttpRequest request = site.request("/");
    request.headers = {{"X-Name", "a\r\nInjected: b"}};
    CHECK(site.send(request).error().code == ErrorCode::InvalidInput);
    request = site.request("/");
    request.method = "GE T";
    CHECK(site.send(request).error().code == ErrorCode::InvalidInput);
    CHECK(site.handler.requests == 0);
}

TEST_CASE("loops send each by its own handle")
{
    Site site;
    async::IoLoop other;
    other.start();
    std::atomic<int> done{0};
    for (async::IoLoop* loop : {&site.loop, &other}) {
        loop->post([&site, &done, loop] {
            for (int i = 0; i < 50; ++i) {
                async::spawn(*loop, site.client->send(*loop, site.request("/")),
                             [&done](Result<HttpResponse> answer) {
                                 done += answer.has_value() ? 1 : 1'000;
                             });
            }
        });
    }
    while (done % 1'000 + done / 1'000 < 100) std::this_thread::sleep_for(1ms);
    CHECK(done == 100);
    site.client.reset();  // before `other` ends
}
