#include "cli/serve_settings.h"

#include "runtime/runtime.h"

#include <array>
#include <charconv>
#include <cstdint>

namespace weft::cli {

namespace {

struct Unit {
    char letter;
    std::int64_t seconds;
};
constexpr std::array retention_units = {Unit{'s', 1}, Unit{'m', 60}, Unit{'h', 3'600},
                                        Unit{'d', 86'400}};
constexpr std::int64_t retention_seconds_max = std::int64_t{36'500} * 86'400;  // a century

}  // namespace

Result<Milliseconds> parse_retention(std::string_view text)
{
    if (text == "forever") return runtime::keep_forever;
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error == std::errc{} && end == text.data() + text.size() - 1 && count > 0)
        for (const Unit& unit : retention_units)
            if (*end == unit.letter && count <= retention_seconds_max / unit.seconds)
                return Milliseconds(Seconds(count * unit.seconds));
    return fail(ErrorCode::InvalidInput,
                "'{}' is no retention: 90d, 12h, 30m or 45s, at most a century, or forever", text);
}

Result<> check_exposure(const ServeSettings& settings, const ListenAddress& address)
{
    if (address.loopback()) return {};
    if (!settings.verified)
        return fail(
            ErrorCode::InvalidInput,
            "--listen: '{0}' is not a loopback address, and without keys (auth.keys in weft.yaml) "
            "requests are not verified: whoever reaches the port could run anything. Name keys, or "
            "listen on 127.0.0.1:{1} and use a tunnel (ssh -L) to reach it from elsewhere",
            address.host, address.port);
    if (!settings.http.tls && !settings.insecure_http)
        return fail(
            ErrorCode::InvalidInput,
            "--listen: '{}' is not a loopback address, and without TLS whoever is on the way reads "
            "everything. Give --tls-certificate and --tls-key (server.tls in weft.yaml), or "
            "--insecure-http if a proxy before this server ends TLS",
            address.host);
    return {};
}

Result<> check_admin_exposure(const ServeSettings& settings, const ListenAddress& address)
{
    if (address.loopback() || settings.insecure_http) return {};
    return fail(ErrorCode::InvalidInput,
                "--admin: '{}' is not a loopback address: metrics and health are served there to "
                "anybody, without TLS. Use 127.0.0.1:{}, or --insecure-http if the network is "
                "trusted with that",
                address.host, address.port);
}

}  // namespace weft::cli
