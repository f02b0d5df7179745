#include "cli/serve_settings.h"

namespace weft::cli {

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
