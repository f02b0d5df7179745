#pragma once

#include "base/result.h"
#include "json/value.h"

#include <string>
#include <string_view>
#include <vector>

namespace weft::json {

// INTERFACE CONTRACT.

// JSON Pointer, RFC 6901. The tokens, unescaped; the empty pointer has none. Error: InvalidInput.
Result<std::vector<std::string>> parse_pointer(std::string_view pointer);
// ~ becomes ~0, / becomes ~1.
std::string escape_pointer_token(std::string_view token);
// `pointer` with one more token, which is escaped.
std::string join_pointer(std::string_view pointer, std::string_view token);
std::string join_pointer(std::string_view pointer, std::size_t index);
// The item or member that one token (unescaped) names, or null. An item's is its index without
// leading zeros.
const Value* resolve_token(const Value& value, std::string_view token);
// The place within `root`, or null when there is none or `pointer` is no pointer.
const Value* resolve(const Value& root, std::string_view pointer);

}  // namespace weft::json
