#pragma once

namespace weft {

// Prints the condition, its place and ends the process with abort(). Never returns.
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);

}  // namespace weft

// States what holds whatever a user sends; stays on in release builds.
#define WEFT_ASSERT(condition)              \
    (static_cast<bool>(condition) ? void(0) \
                                  : ::weft::assertion_failed(#condition, __FILE__, __LINE__))
