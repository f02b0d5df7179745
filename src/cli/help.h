#pragma once

#include "cli/command_table.h"

#include <string>

namespace weft::cli {

// What `weft --help` and `weft COMMAND --help` print.
std::string help_text();
std::string help_text(const CommandRow& row);

}  // namespace weft::cli
