#pragma once

#include "base/result.h"
#include "base/time.h"
#include "gateway/config.h"
#include "runtime/requests.h"

#include <string>
#include <string_view>

namespace weft::server {

// weft.yaml as a value (docs/cli.md): `region` and `account`, where this installation's own
// resources live, `models` (docs/models.md), and `evaluation_milliseconds_max` (docs/limits.md).
struct Config {
    runtime::Scope scope;
    Milliseconds evaluation_time_max{1'000};
    gateway::Config models = gateway::default_config();
};

// `name` is what messages call the file. Error: InvalidInput, "weft.yaml:3:1: unknown field …".
Result<Config> parse_config(std::string_view text, const std::string& name);

// `path` empty: ./weft.yaml, and the defaults when there is none. Errors: Io, InvalidInput.
Result<Config> load_config(const std::string& path);

}  // namespace weft::server
