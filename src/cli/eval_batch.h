#pragma once

#include <string>
#include <string_view>

namespace weft::cli {

// The answer to one question of `weft eval --batch`, both JSON without line ends.
//
//     {"id": …, "language": "JSONata", "expr": "a.b", "data": …, "bindings": {…},
//      "timelimit_ms": 1000, "depth": 500}
//     {"id": …, "result": …} | {"id": …, "undefined": true} | {"id": …, "error": {"code": …, …}}
//
// `language` is JSONata (the default; the reference's dialect), States (the States Language's, in
// which all comes through bindings), JSONPath or Intrinsic. Without `data` the input is undefined.
std::string answer_question(std::string_view line);

}  // namespace weft::cli
