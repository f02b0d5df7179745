#pragma once

#include "cli/installation.h"

namespace weft::server {

// What the command line runs on. Errors name file, folder or address: InvalidInput, NotFound (a
// provider), Io, Locked, Corrupt, Unsupported.

// Memory stores and one loop, which the caller runs; no thread is started.
Result<std::unique_ptr<cli::Installation>> make_in_process(cli::InstallationOptions options);

// How the configuration wants the APIs to be served.
Result<cli::ServeSettings> serve_settings(const cli::InstallationOptions& options);

// SQLite in the data folder, one loop a core on threads of their own, the AWS APIs.
Result<std::unique_ptr<cli::Installation>> make_durable(cli::InstallationOptions options);

}  // namespace weft::server
