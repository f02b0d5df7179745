#pragma once

#include "base/result.h"
#include "base/time.h"
#include "cli/listen_address.h"
#include "net/http_server.h"
#include "observability/log.h"

#include <optional>
#include <string>
#include <string_view>

namespace weft::cli {

// How `weft serve` listens, by weft.yaml; flags are put over it.
struct ServeSettings {
    std::string listen;          // empty: the default address
    std::string admin;           // metrics and health beside the API; empty: no such address
    bool insecure_http = false;  // without TLS beyond this machine
    bool verified = false;       // requests are: keys are configured
    net::ServerOptions http;     // bounds and certificate; host and port are not
    std::optional<observability::Level> log_level;
    std::optional<observability::Form> log_form;
};

// How long a Standard execution is kept after its end. AWS: 90 days.
inline constexpr Milliseconds retention_default = std::chrono::hours(90 * 24);
// "90d", "12h", "30m", "45s"; "forever" is runtime::keep_forever. Error: InvalidInput.
Result<Milliseconds> parse_retention(std::string_view text);

// Whether the API may be served there. Beyond loopback only with verified requests, and with TLS
// unless the file says that plain HTTP is wanted. Error: InvalidInput, which says what is missing.
Result<> check_exposure(const ServeSettings& settings, const ListenAddress& address);
// The same for metrics and health, which are never signed nor encrypted and hold no payloads.
Result<> check_admin_exposure(const ServeSettings& settings, const ListenAddress& address);

}  // namespace weft::cli
