#pragma once

#include "base/result.h"
#include "json/value.h"

#include <string>
#include <string_view>
#include <vector>

namespace weft::json {

// JSON Pointer, RFC 6901.
Result<std::vector<std::string>> parse_pointer(std::string_view pointer);
std::string escape_pointer_token(std::string_view token);
const Value* resolve(const Value& root, std::string_view pointer);

}  // namespace weft::json
