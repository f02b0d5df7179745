#pragma once

#include "gateway/config.h"
#include "gateway/environment.h"

#include <string>
#include <vector>

namespace weft::gateway {

// A way to a model that the environment offers: for the demo's output and `weft run`'s hints. Never
// holds a secret.
struct Detected {
    std::string provider;  // what to give to --provider
    std::string variable;  // where it was seen: ANTHROPIC_API_KEY
    std::string text;      // "Anthropic API (key in ANTHROPIC_API_KEY)"

    bool operator==(const Detected&) const = default;
};

// Looks at variables only; asks nobody.
std::vector<Detected> detect(const Environment& environment);

}  // namespace weft::gateway
