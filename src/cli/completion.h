#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace weft::cli {

// The completion script for bash, zsh or fish, from the command table.
std::string completion_script(std::string_view shell);

}  // namespace weft::cli
