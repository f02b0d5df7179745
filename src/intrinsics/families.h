#pragma once

// The functions of the table, one file per family. Private to this folder.

#include "intrinsics/table.h"

namespace weft::intrinsics {

using Arguments = std::span<const json::Value>;

// array.cpp
Result<json::Value> array(Arguments arguments, Session& session);
Result<json::Value> array_contains(Arguments arguments, Session& session);
Result<json::Value> array_get_item(Arguments arguments, Session& session);
Result<json::Value> array_length(Arguments arguments, Session& session);
Result<json::Value> array_partition(Arguments arguments, Session& session);
Result<json::Value> array_range(Arguments arguments, Session& session);
Result<json::Value> array_unique(Arguments arguments, Session& session);
// encoding.cpp
Result<json::Value> base64_decode(Arguments arguments, Session& session);
Result<json::Value> base64_encode(Arguments arguments, Session& session);
// generic.cpp
Result<json::Value> format(Arguments arguments, Session& session);
Result<json::Value> uuid(Arguments arguments, Session& session);
// hash.cpp
Result<json::Value> hash(Arguments arguments, Session& session);
// json.cpp
Result<json::Value> json_merge(Arguments arguments, Session& session);
Result<json::Value> json_to_string(Arguments arguments, Session& session);
Result<json::Value> string_to_json(Arguments arguments, Session& session);
// math.cpp
Result<json::Value> math_add(Arguments arguments, Session& session);
Result<json::Value> math_random(Arguments arguments, Session& session);
// string.cpp
Result<json::Value> string_split(Arguments arguments, Session& session);

}  // namespace weft::intrinsics
