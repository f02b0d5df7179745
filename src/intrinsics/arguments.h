#pragma once

// What the functions check of their arguments. Private to this folder.

#include "base/result.h"
#include "intrinsics/table.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace weft::intrinsics {

// `what` names the argument in the error: "The argument of States.ArrayLength must be an array, but
// was: 5".
Result<const json::Value*> array_argument(const json::Value& value, std::string_view what);
Result<const json::Value*> object_argument(const json::Value& value, std::string_view what);
Result<std::string_view> string_argument(const json::Value& value, std::string_view what);
// AWS: the nearest integer, halves upwards (recorded: -1.5 becomes -1, 2.5 becomes 3).
Result<std::int64_t> integer_argument(const json::Value& value, std::string_view what);
// A string of at most intrinsic_text_characters_max characters (UTF-16 units, as Java counts).
Result<std::string_view> short_string_argument(const json::Value& value, std::string_view what);

// A value as an error text shows it: its JSON, cut after some dozen characters.
std::string shown(const json::Value& value);
// ErrorCode::OutOfFuel unless the session has that many steps left.
Result<void> charge(Session& session, std::size_t steps);

}  // namespace weft::intrinsics
