#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace weft::gateway {

// Environment variables as data: nothing here reads the process's own. Empty variables count as not
// set.
using Environment = std::function<std::optional<std::string>(std::string_view name)>;

}  // namespace weft::gateway
