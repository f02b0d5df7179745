#pragma once

#include "jsonata/functions/fault.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace weft::jsonata::functions {

// JavaScript's toUpperCase and toLowerCase: Unicode's full mappings in no locale, the final sigma
// included. U1002 for a text of more than `bytes_max`.
Outcome<std::string> uppercase(std::string_view text, std::size_t bytes_max);
Outcome<std::string> lowercase(std::string_view text, std::size_t bytes_max);

}  // namespace weft::jsonata::functions
