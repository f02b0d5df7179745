#include "cli/serve_settings.h"

#include "runtime/runtime.h"

#include <doctest/doctest.h>

#include <chrono>
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

TEST_CASE("a retention is a number with its unit, or forever")
{
    CHECK(*parse_retention("90d") == std::chrono::hours(90 * 24));
    CHECK(*parse_retention("12h") == std::chrono::hours(12));
    CHECK(*parse_retention("30m") == std::chrono::minutes(30));
    CHECK(*parse_retention("45s") == std::chrono::seconds(45));
    CHECK(*parse_retention("forever") == runtime::keep_forever);
    for (const char* text : {"", "d", "90", "0d", "-1d", "1.5d", "90 d", "90w", "90dd", "Forever",
                             "36501d", "99999999999999999999d", "9223372036854775807s"}) {
        const Result<Milliseconds> parsed = parse_retention(text);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().message.starts_with(fmt::format("'{}' is no retention", text)));
    }
}
