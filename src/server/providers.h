#pragma once

#include "cli/installation.h"

#include <vector>

namespace weft::server {

// The providers of the configuration, and what of them was seen here: keys in the environment,
// servers on local ports (a connection that is closed at once). Errors: those of load_config.
Result<std::vector<cli::ProviderStatus>> find_providers(cli::InstallationOptions options);

}  // namespace weft::server
