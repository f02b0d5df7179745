// The providers over real connections: the HTTP client against servers that answer well, badly,
// half and never.
#include "async/io_loop.h"
#include "async/spawn.h"
#include "gateway/gateway.h"
#include "net/http_client.h"
#include "tests/support/raw_socket.h"
#include "json/parse.h"

#include <doctest/doctest.h>

#include <fmt/core.h>

#include <future>
#include <optional>
#include <string>
#include <thread>

using namespace weft;
using namespace weft::gateway;

namespace {

// Takes one request, answers with `bytes` as they are and closes; with none it keeps silent until
// the client goes.
std::string serve_once(const test::RawSocket& listener, const std::string& bytes)
{
    const test::RawSocket connection = listener.accept();
    std::string request;
    while (request.find("\r\n\r\n") == std::string::npos || !request.ends_with('}')) {
        const std::string more = connection.receive();
        if (more.empty()) return request;
        request += more;
    }
    if (bytes.empty()) {
        (void)connection.receive();
    } else {
        connection.send(bytes);
    }
    return request;
}

std::string http(int status, std::string_view body, std::string_view type = "application/json")
{
    return fmt::format(
        "HTTP/1.1 {} X\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
        status, type, body.size(), body);
}

// Asks a provider of kind openai at `port`.
ModelOutcome ask(std::uint16_t port, std::string_view settings = "")
{
    const std::string yaml = fmt::format(
        "models: {{ default: local, providers: {{ local: {{ kind: openai, model: m, base_url: "
        "'http://127.0.0.1:{}/v1'{} }} }} }}",
        port, settings);
    async::IoLoop loop;
    net::HttpClient client;
    const Environment nothing = [](std::string_view) -> std::optional<std::string> { return {}; };
    async::InlinePool pool;
    Gateway gateway(*read_config(yaml, "weft.yaml"), client, pool, nothing);
    loop.start();
    std::promise<Result<ModelOutcome>> promise;
    auto future = promise.get_future();
    loop.post([&] {
        ModelRequest request;
        request.model_id = "anthropic.claude-3-haiku-20240307-v1:0";
        request.body = *json::parse(
            R"({"anthropic_version":"x","max_tokens":9,"messages":[{"role":"user","content":"Hello?"}]})");
        (void)async::spawn<ModelOutcome>(
            loop, gateway.invoke(loop, std::move(request)),
            Function<void(Result<ModelOutcome>)>(
                [&promise](Result<ModelOutcome> r) { promise.set_value(std::move(r)); }));
    });
    auto result = future.get();
    loop.stop();
    loop.join();
    REQUIRE_MESSAGE(result, result.error().message);
    return *std::move(result);
}

struct Exchange {
    ModelOutcome outcome;
    std::string request;
};

Exchange exchange_with(const std::string& bytes, std::string_view settings = "")
{
    const test::RawSocket listener = test::RawSocket::listen();
    std::string request;
    std::thread server([&] { request = serve_once(listener, bytes); });
    ModelOutcome outcome = ask(listener.port(), settings);
    server.join();
    return {std::move(outcome), std::move(request)};
}

ModelFailure failure_of(const ModelOutcome& outcome)
{
    REQUIRE(std::holds_alternative<ModelFailure>(outcome));
    return std::get<ModelFailure>(outcome);
}

}  // namespace

TEST_CASE("a real exchange with a chat completions server")
{
    const Exchange got = exchange_with(
        http(200, R"({"choices":[{"message":{"content":"Hi there"},"finish_reason":"stop"}]})"));
    REQUIRE(std::holds_alternative<ModelResponse>(got.outcome));
    CHECK(std::get<ModelResponse>(got.outcome)
              .body.find("content")
              ->at(0)
              ->find("text")
              ->as_string() == "Hi there");
    CHECK(got.request.starts_with("POST /v1/chat/completions HTTP/1.1\r\n"));
    CHECK(got.request.find(R"("model":"m")") != std::string::npos);
}

TEST_CASE("what a real server can do wrong")
{
    CHECK(failure_of(exchange_with(http(429, R"({"error":{"message":"slow down"}})")).outcome)
              .fault == ModelFault::Throttling);
    const ModelFailure garbage =
        failure_of(exchange_with(http(200, "<html>", "text/html")).outcome);
    CHECK(garbage.fault == ModelFault::ModelError);
    CHECK(garbage.message.find("answered 200 with a body that is not JSON") != std::string::npos);
    const ModelFailure half =
        failure_of(exchange_with("HTTP/1.1 200 OK\r\nContent-Type: "
                                 "application/json\r\nContent-Length: 900\r\n\r\n{\"choices\":[")
                       .outcome);
    CHECK(half.fault == ModelFault::ServiceUnavailable);
    CHECK(half.message.starts_with("the exchange with local (127.0.0.1:"));
    const ModelFailure nonsense = failure_of(exchange_with("nonsense\r\n\r\n").outcome);
    CHECK(nonsense.fault == ModelFault::ServiceUnavailable);
    const ModelFailure silent = failure_of(exchange_with("", ", timeout_seconds: 1").outcome);
    CHECK(silent.fault == ModelFault::ModelTimeout);
    CHECK(silent.message.find("gave no answer within 1 s") != std::string::npos);
    const ModelFailure large = failure_of(
        exchange_with(http(200, std::string(5000, ' ')), ", response_bytes_max: 1024").outcome);
    CHECK(large.fault == ModelFault::ModelError);
    CHECK(large.message.find("more than 1024 bytes") != std::string::npos);
}

TEST_CASE("a server that is not there")
{
    std::uint16_t port = 0;
    {
        const test::RawSocket listener = test::RawSocket::listen();
        port = listener.port();
    }
    const ModelFailure failure = failure_of(ask(port));
    CHECK(failure.error_name() == "Bedrock.ServiceUnavailableException");
    CHECK(failure.message.starts_with(
        fmt::format("the exchange with local (127.0.0.1:{}) failed: ", port)));
}
