#include "cli/serve_settings.h"

#include <doctest/doctest.h>

#include <string_view>

using namespace weft;
using namespace weft::cli;

namespace {

std::string refusal(const ServeSettings& settings, std::string_view listen)
{
    const Result<ListenAddress> address = parse_listen_address(listen);
    REQUIRE(address.has_value());
    const Result<> allowed = check_exposure(settings, *address);
    return allowed ? std::string() : allowed.error().message;
}

}  // namespace

TEST_CASE("loopback needs nothing, other addresses verified requests and TLS")
{
    ServeSettings settings;
    CHECK(refusal(settings, "127.0.0.1:1").empty());
    CHECK(refusal(settings, "[::1]:1").empty());
    for (const char* address : {"0.0.0.0:1", "10.0.0.1", "[::]:1", "weft.example:1"})
        CHECK(refusal(settings, address).find("auth.keys") != std::string::npos);

    settings.http.tls = net::TlsFiles{"cert.pem", "key.pem"};
    CHECK(refusal(settings, "0.0.0.0:1").find("auth.keys") != std::string::npos);
    settings.insecure_http = true;
    CHECK(refusal(settings, "0.0.0.0:1").find("auth.keys") != std::string::npos);

    settings.verified = true;
    CHECK(refusal(settings, "0.0.0.0:1").empty());
    settings.insecure_http = false;
    CHECK(refusal(settings, "0.0.0.0:1").empty());
    settings.http.tls.reset();
    CHECK(refusal(settings, "0.0.0.0:1").find("--tls-certificate") != std::string::npos);
    settings.insecure_http = true;
    CHECK(refusal(settings, "0.0.0.0:1").empty());
}

TEST_CASE("metrics beyond this machine only when plain HTTP is wanted")
{
    ServeSettings settings;
    settings.verified = true;
    settings.http.tls = net::TlsFiles{"cert.pem", "key.pem"};
    CHECK(check_admin_exposure(settings, {"127.0.0.1", 9464}).has_value());
    CHECK_FALSE(check_admin_exposure(settings, {"0.0.0.0", 9464}).has_value());
    settings.insecure_http = true;
    CHECK(check_admin_exposure(settings, {"0.0.0.0", 9464}).has_value());
}
