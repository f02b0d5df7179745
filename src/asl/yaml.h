#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace weft::asl {

enum class YamlLayout : std::uint8_t {
    Compact,
    // Each value stands on the line and, where there is room, in the column it has in the YAML, so
    // that findings on the JSON point into the YAML.
    AsWritten,
};

// YAML to the JSON text of the same definition (what the API takes is JSON only), typed by the
// core schema of YAML 1.2: quoted text stays text, plain numbers and booleans are typed. Anchors,
// aliases and merge keys are expanded up to yaml_bytes_max of JSON.
// Error: InvalidInput or LimitExceeded with line and column of the YAML.
Result<std::string> yaml_to_json(std::string_view yaml, YamlLayout layout = YamlLayout::Compact);

constexpr std::size_t yaml_bytes_max = std::size_t{16} << 20;

}  // namespace weft::asl
