#pragma once

#include <cstdint>

namespace weft::json {

// Bytes of the texts, arrays and objects that this thread made, less those that it freed. The
// difference of two readings bounds what something that runs on one thread holds; the reading by
// itself means nothing, since values move between threads.
inline constinit thread_local std::int64_t thread_bytes = 0;

}  // namespace weft::json
