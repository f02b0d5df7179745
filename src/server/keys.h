#pragma once

#include "auth/verify.h"
#include "base/result.h"
#include "gateway/environment.h"
#include "mocks/document.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
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

// `name`_env or `name`_file of a mapping; none when neither is there. Error: InvalidInput.
Result<std::optional<SecretPlace>> read_secret_place(const mocks::Node& node,
                                                     std::string_view name);
// Whether a secret may have spaces in it, as an Authorization header has.
enum class Spaces : std::uint8_t { Refused, Allowed };
// What is kept there. Errors: InvalidInput, Io; they name the place, the variable or the file, and
// never what was read.
Result<std::string> fetch_secret(const SecretPlace& place, const gateway::Environment& environment,
                                 Spaces spaces);

// From the value of `auth.keys`. Error: InvalidInput.
Result<std::vector<KeyConfig>> read_key_configs(const mocks::Node& node);

// Fetches the secrets. Errors: InvalidInput, Io; they name the place, the variable or the file, and
// never what was read.
Result<auth::Keyring> fetch_keys(const std::vector<KeyConfig>& configs,
                                 const gateway::Environment& environment);

}  // namespace weft::server
