#pragma once

#include "json/value.h"

#include <cstddef>

namespace weft::json {

// Whether arrays and objects of `value` nest deeper than `levels`: an array of numbers has one.
// Looks at each of them once, without recursion.
bool nests_deeper(const Value& value, std::size_t levels);

}  // namespace weft::json
