#include "cli/listen_address.h"

#include <doctest/doctest.h>

namespace weft::cli {

namespace {

std::string url(std::string_view text)
{
    const Result<ListenAddress> address = parse_listen_address(text);
    return address ? address->url() : "error";
}

}  // namespace

TEST_CASE("an address is taken in the forms people write")
{
    CHECK(url("127.0.0.1:9000") == "http://127.0.0.1:9000");
    CHECK(url("127.0.0.2") == "http://127.0.0.2:8083");
    CHECK(url(":9000") == "http://127.0.0.1:9000");
    CHECK(url("9000") == "http://127.0.0.1:9000");
    CHECK(url("0") == "http://127.0.0.1:0");
    CHECK(url("localhost:9000") == "http://127.0.0.1:9000");
    CHECK(url("[::1]:9000") == "http://[::1]:9000");
    CHECK(url("::1") == "http://[::1]:8083");
}

TEST_CASE("what is no address is refused")
{
    for (const char* bad : {"127.0.0.1:port", "127.0.0.1:70000", "[::1", "[::1]x"})
        CHECK(url(bad) == "error");
}

TEST_CASE("what is loopback, and what is not or not known to be")
{
    const auto loopback = [](std::string_view text) {
        const Result<ListenAddress> address = parse_listen_address(text);
        REQUIRE(address);
        return address->loopback();
    };
    for (const char* here : {"127.0.0.1:1", "127.0.0.2", "localhost", "[::1]:1", ":1"})
        CHECK(loopback(here));
    for (const char* open :
         {"0.0.0.0:8083", "192.168.1.5:8083", "[::]:8083", "::", "example.com:80", "127.1:1"})
        CHECK_FALSE(loopback(open));
    CHECK(parse_listen_address("[::1]:1")->url("https") == "https://[::1]:1");
    CHECK(parse_listen_address("a:b", "--admin").error().message.starts_with("--admin: "));
}

}  // namespace weft::cli
