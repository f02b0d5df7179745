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
    for (const char* bad : {"127.0.0.1:port", "127.0.0.1:70000", "[::1", "[::1]x", "127.1:1"})
        CHECK(url(bad) == "error");
}

TEST_CASE("other machines are refused with the reason")
{
    for (const char* open :
         {"0.0.0.0:8083", "192.168.1.5:8083", "[::]:8083", "::", "example.com:80"}) {
        const Result<ListenAddress> address = parse_listen_address(open);
        REQUIRE_FALSE(address);
        CHECK(address.error().message.find("not a loopback address") != std::string::npos);
        CHECK(address.error().message.find("SigV4") != std::string::npos);
    }
}

}  // namespace weft::cli
