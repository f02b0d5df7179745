#pragma once

#include "auth/verify.h"
#include "base/result.h"
#include "gateway/environment.h"
#include "mocks/document.h"

#include <optional>
#include <string>
#include <vector>

namespace weft::server {

// Where a secret is kept: never the secret itself, which would stand in a file that is shared.
struct SecretPlace {
    std::string variable;  // or
    std::string file;
    std::string place;  // in weft.yaml, for messages

    bool operator==(const SecretPlace&) const = default;
};

// One of `auth.keys`.
struct KeyConfig {
    std::string id;
    std::string account;
    SecretPlace secret;
    std::optional<SecretPlace> session_token;

    bool operator==(const KeyConfig&) const = default;
};

// From the value of `auth.keys`. Error: InvalidInput.
Result<std::vector<KeyConfig>> read_key_configs(const mocks::Node& node);

// Fetches the secrets. Errors: InvalidInput, Io; they name the place, the variable or the file, and
// never what was read.
Result<auth::Keyring> fetch_keys(const std::vector<KeyConfig>& configs,
                                 const gateway::Environment& environment);

}  // namespace weft::server
