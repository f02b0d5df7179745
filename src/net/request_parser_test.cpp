#include "net/request_parser.h"

#include "base/entropy.h"

#include <doctest/doctest.h>

#include <cstring>
#include <string>

using namespace weft;
using namespace weft::net;
using State = RequestParser::State;

namespace {

struct Parsed {
    State state = State::Head;
    int status = 0;
    std::string method;
    std::string target;
    std::string body;
    std::string headers;  // name=value;
    bool keep_alive = false;
    std::string rest;  // what follows the request
};

// Gives the bytes in steps of `step`, as a connection would.
Parsed parse(std::string_view text, std::size_t step, RequestParser::Limits limits = {})
{
    RequestParser parser(limits);
    std::string buffer(text.size() + 1, '\0');
    std::size_t size = 0;
    std::size_t given = 0;
    State state = State::Head;
    while (given < text.size() && state != State::Complete && state != State::Failed) {
        const std::size_t count = std::min(step, text.size() - given);
        std::memcpy(buffer.data() + size, text.data() + given, count);
        size += count;
        given += count;
        state = parser.parse(buffer.data(), size);
    }
    Parsed out;
    out.state = state;
    out.status = parser.status();
    out.keep_alive = parser.keep_alive();
    if (state == State::Complete) {
        ServerRequest request;
        parser.fill(request, buffer.data());
        out.method = request.method;
        out.target = request.target;
        out.body = request.body;
        for (const auto& [name, value] : request.headers) {
            out.headers += std::string(name) + "=" + std::string(value) + ";";
        }
        out.rest = buffer.substr(parser.bytes_used(), size - parser.bytes_used()) +
                   std::string(text.substr(given));
    }
    return out;
}

Parsed parse(std::string_view text)
{
    return parse(text, text.size());
}

// The status a request is refused with; 0 when it is taken, -1 when more is awaited. The same in
// every way of cutting it up.
int refusal(const std::string& text, RequestParser::Limits limits = {})
{
    const auto status_at = [&](std::size_t step) {
        const Parsed parsed = parse(text, step, limits);
        return parsed.state == State::Failed     ? parsed.status
               : parsed.state == State::Complete ? 0
                                                 : -1;
    };
    const int status = status_at(text.size());
    CHECK(status_at(1) == status);
    CHECK(status_at(3) == status);
    return status;
}

std::string with(const std::string& lines)
{
    return "POST / HTTP/1.1\r\nHost: h\r\n" + lines + "\r\n";
}

}  // namespace

TEST_CASE("a request is taken apart, however it is cut up")
{
    const std::string text =
        "POST /a?b=c HTTP/1.1\r\nHost: sync-x:1\r\nX-Empty:\r\nX-Space: \t a b \t\r\n"
        "content-length: 5\r\n\r\nhelloGET /";
    for (const std::size_t step : {std::size_t{1}, std::size_t{2}, std::size_t{7}, text.size()}) {
        const Parsed parsed = parse(text, step);
        REQUIRE(parsed.state == State::Complete);
        CHECK(parsed.method == "POST");
        CHECK(parsed.target == "/a?b=c");
        CHECK(parsed.body == "hello");
        CHECK(parsed.headers == "Host=sync-x:1;X-Empty=;X-Space=a b;content-length=5;");
        CHECK(parsed.keep_alive);
        CHECK(parsed.rest == "GET /");
    }
}

TEST_CASE("a chunked body is decoded, extensions and trailer passed over, what follows kept")
{
    const std::string text =
        with("Transfer-Encoding: chunked\r\n") +
        "5\r\nhello\r\n00a;name=\"v\"\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\nGET / HTTP/1.1\r\n";
    for (std::size_t step = 1; step <= text.size(); ++step) {
        const Parsed parsed = parse(text, step);
        REQUIRE(parsed.state == State::Complete);
        CHECK(parsed.body == "hello0123456789");
        CHECK(parsed.headers.find("Trailer") == std::string::npos);
        CHECK(parsed.rest == "GET / HTTP/1.1\r\n");
    }
}

TEST_CASE("keep-alive follows version and Connection")
{
    CHECK(parse("GET / HTTP/1.1\r\nHost: h\r\n\r\n").keep_alive);
    CHECK(!parse("GET / HTTP/1.1\r\nHost: h\r\nConnection: x, Close\r\n\r\n").keep_alive);
    CHECK(!parse("GET / HTTP/1.0\r\n\r\n").keep_alive);
    CHECK(parse("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").keep_alive);
    CHECK(!parse("GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n").keep_alive);
}

TEST_CASE("targets: path, absolute URL, the star of OPTIONS")
{
    CHECK(refusal("GET http://h/x HTTP/1.1\r\nHost: h\r\n\r\n") == 0);
    CHECK(refusal("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n") == 0);
    CHECK(refusal("GET * HTTP/1.1\r\nHost: h\r\n\r\n") == 400);
    CHECK(refusal("CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n") == 400);
    CHECK(refusal("GET /\x7f HTTP/1.1\r\nHost: h\r\n\r\n") == 400);
    CHECK(refusal("GET /\xc3\xa4 HTTP/1.1\r\nHost: h\r\n\r\n") == 400);
}

TEST_CASE("malformed request lines are refused")
{
    CHECK(refusal("\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n") == 0);  // one empty line may come first
    CHECK(refusal("\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n") == 400);
    CHECK(refusal("GET  / HTTP/1.1\r\nHost: h\r\n\r\n") == 400);
    CHECK(refusal("GET / HTTP/1.1 \r\nHost: h\r\n\r\n") == 400);
    CHECK(refusal("GET /\r\n\r\n") == 400);
    CHECK(refusal("GET / http/1.1\r\nHost: h\r\n\r\n") == 400);
    CHECK(refusal("GET / HTTP/1.11\r\nHost: h\r\n\r\n") == 400);
    CHECK(refusal("PRI * HTTP/2.0\r\n\r\n") == 505);
    CHECK(refusal("G(T / HTTP/1.1\r\nHost: h\r\n\r\n") == 400);
    CHECK(refusal(std::string("\x16\x03\x01\x02", 4)) == 400);  // TLS: no need to wait for a line
    CHECK(refusal("GET / HTTP/1.1\nHost: h\n\n") == 400);
    CHECK(refusal("GET / HTTP/1.1\r\nHost: h\n\r\n") == 400);
    CHECK(refusal("GET / HTTP/1.1\r\nHost: h\r\n\n") == 400);
}

TEST_CASE("malformed headers are refused")
{
    CHECK(refusal("GET / HTTP/1.1\r\n\r\n") == 400);
    CHECK(refusal("GET / HTTP/1.0\r\n\r\n") == 0);
    CHECK(refusal(with("Host: g\r\n")) == 400);
    CHECK(refusal(with("A: b\r\n folded\r\n")) == 400);
    CHECK(refusal(with("\tA: b\r\n")) == 400);
    CHECK(refusal(with("A : b\r\n")) == 400);
    CHECK(refusal(with(": b\r\n")) == 400);
    CHECK(refusal(with("no colon\r\n")) == 400);
    CHECK(refusal(with("A: b\rC: d\r\n")) == 400);
    CHECK(refusal(with(std::string("A: b\0c\r\n", 8))) == 400);
    CHECK(refusal(with("A: caf\xc3\xa9\r\n")) == 0);
    CHECK(refusal(with("Expect: 200-ok\r\n")) == 417);
}

TEST_CASE("whatever leaves a doubt about the body's length is refused")
{
    CHECK(refusal(with("Content-Length: 0\r\n")) == 0);
    for (const char* value : {"", "-1", "+1", "1 ", "0x1", "1,1", "1 1", "one", "\xb2"}) {
        const bool fine =
            std::string_view(value) == "1 ";  // space around a value is not part of it
        CHECK(refusal(with("Content-Length: " + std::string(value) + "\r\n")) == (fine ? -1 : 400));
    }
    CHECK(refusal(with("Content-Length: 99999999999999999999999\r\n")) == 413);
    CHECK(refusal(with("Content-Length: 18446744073709551616\r\n")) == 413);
    CHECK(refusal(with("Content-Length: 1\r\nContent-Length: 1\r\n")) == 400);
    CHECK(refusal(with("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n")) == 400);
    CHECK(refusal(with("Transfer-Encoding: chunked\r\nContent-Length: 1\r\n")) == 400);
    CHECK(refusal(with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")) == 400);
    CHECK(refusal(with("Transfer-Encoding: gzip, chunked\r\n")) == 501);
    CHECK(refusal(with("Transfer-Encoding: chunked, identity\r\n")) == 501);
    CHECK(refusal(with("Transfer-Encoding: xchunked\r\n")) == 501);
    CHECK(refusal(with("Transfer-Encoding : chunked\r\n")) == 400);
    CHECK(refusal(with("Transfer-Encoding: \x0b"
                       "chunked\r\n")) == 400);
    CHECK(refusal("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n") == 400);
}

TEST_CASE("odd chunks are refused")
{
    const std::string head = with("Transfer-Encoding: chunked\r\n");
    CHECK(refusal(head + "0\r\n\r\n") == 0);
    for (const char* chunks :
         {"\r\n", "x\r\n", "-1\r\n", "0x1\r\n", " 1\r\na\r\n", "1 \r\na\r\n", ";a\r\n", "1\na\r\n",
          "1\r\na\n", "1\r\nab\r\n", "2\r\na\r\n0\r\n\r\n", "1;a\x01\r\na\r\n",
          "0\r\nbad trailer\r\n\r\n", "0\r\n\n", "0\r\n a: b\r\n\r\n"}) {
        CAPTURE(chunks);
        CHECK(refusal(head + chunks) == 400);
    }
    CHECK(refusal(head + "fffffffffffffffff\r\n") == 400);
    CHECK(refusal(head + "ffffffffffff\r\n") == 413);
    CHECK(refusal(head + "1;" + std::string(300, 'x')) == 400);
}

TEST_CASE("sizes are bounded")
{
    RequestParser::Limits limits;
    limits.head_bytes_max = 256;
    limits.body_bytes_max = 10;
    limits.fields_max = 4;
    CHECK(refusal("GET /" + std::string(300, 'a'), limits) == 414);
    CHECK(refusal(with("A: " + std::string(300, 'a') + "\r\n"), limits) == 431);
    CHECK(refusal(with("A: 1\r\nA: 1\r\nA: 1\r\n"), limits) == 0);
    CHECK(refusal(with("A: 1\r\nA: 1\r\nA: 1\r\nA: 1\r\n"), limits) == 431);
    CHECK(refusal(with("Content-Length: 10\r\n") + "0123456789", limits) == 0);
    CHECK(refusal(with("Content-Length: 11\r\n"), limits) == 413);
    const std::string chunked = with("Transfer-Encoding: chunked\r\n");
    CHECK(refusal(chunked + "6\r\n012345\r\n4\r\n6789\r\n0\r\n\r\n", limits) == 0);
    CHECK(refusal(chunked + "6\r\n012345\r\n5\r\n", limits) == 413);
    std::string trailers;
    for (int i = 0; i < 40; ++i) trailers += "A: 0123\r\n";
    CHECK(refusal(chunked + "0\r\n" + trailers, limits) == 431);
}

TEST_CASE("random mutations are read in one way, however they are cut up")
{
    const std::string seeds[] = {
        with("Transfer-Encoding: chunked\r\nConnection: close\r\n") +
            "5;x=y\r\nhello\r\n3\r\nabc\r\n0\r\nT: v\r\n\r\n",
        with("Content-Length: 12\r\nExpect: 100-continue\r\n") + "hello, world",
    };
    Entropy entropy(42);
    constexpr std::string_view bytes = "\r\n\t ,;:0aF9-\0\x7f\xff";
    for (int round = 0; round < 20'000; ++round) {
        std::string text = seeds[entropy.next() % 2];
        for (std::uint64_t edits = 1 + entropy.next() % 3; edits > 0; --edits) {
            const std::size_t at = entropy.next() % text.size();
            switch (entropy.next() % 3) {
            case 0: text[at] = bytes[entropy.next() % bytes.size()]; break;
            case 1: text.insert(at, 1, bytes[entropy.next() % bytes.size()]); break;
            default: text.erase(at, 1); break;
            }
        }
        const Parsed whole = parse(text);
        const Parsed cut = parse(text, 1 + entropy.next() % 9);
        // A refusal may come earlier in pieces, never otherwise.
        REQUIRE((whole.state == State::Complete) == (cut.state == State::Complete));
        REQUIRE((whole.state == State::Failed) == (cut.state == State::Failed));
        if (whole.state != State::Complete) continue;
        REQUIRE(whole.body == cut.body);
        REQUIRE(whole.headers == cut.headers);
        REQUIRE(whole.rest == cut.rest);
    }
}
