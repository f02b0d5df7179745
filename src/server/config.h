#pragma once

#include "base/result.h"
#include "base/time.h"
#include "cli/serve_settings.h"
#include "gateway/config.h"
#include "runtime/requests.h"
#include "server/keys.h"
#include "server/record_config.h"

#include <string>
#include <string_view>
#include <vector>

namespace weft::server {

// weft.yaml as a value; its keys are the table of server/config_table.h (docs/configuration.md).
struct Config {
    runtime::Scope scope;  // where this installation's own resources live
    Milliseconds evaluation_time_max{1'000};
    Milliseconds retention = cli::retention_default;
    gateway::Config models = gateway::default_config();
    std::vector<KeyConfig> keys;  // none: requests are not verified
    Seconds clock_tolerance{300};
    cli::ServeSettings serve;
    RecordSinks records;
};

// `name` is what messages call the file. Error: InvalidInput, "weft.yaml:3:1: unknown field …".
Result<Config> parse_config(std::string_view text, const std::string& name);

// `path` empty: ./weft.yaml, and the defaults when there is none. Errors: Io, InvalidInput.
Result<Config> load_config(const std::string& path);

}  // namespace weft::server
