#pragma once

#include "base/result.h"
#include "cli/listen_address.h"
#include "net/http_server.h"
#include "observability/log.h"

#include <optional>
#include <string>

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

// Whether the API may be served there. Beyond loopback only with verified requests, and with TLS
// unless the file says that plain HTTP is wanted. Error: InvalidInput, which says what is missing.
Result<> check_exposure(const ServeSettings& settings, const ListenAddress& address);
// The same for metrics and health, which are never signed nor encrypted and hold no payloads.
Result<> check_admin_exposure(const ServeSettings& settings, const ListenAddress& address);

}  // namespace weft::cli
