#pragma once

#include "json/value.h"

#include <cstdint>
#include <string_view>

namespace weft::jsonpath {

// Workflow variables by name, as the caller keeps them. Borrowed for the length of an evaluation.
class Variables {
public:
    virtual ~Variables() = default;
    virtual const json::Value* find(std::string_view name) const = 0;  // null when not assigned
};

// What a path may start from; the path's own text decides which (`$`, `$$` or `$name`). Borrowed. A
// root that is null is absent: a path that starts there fails with ErrorCode::PathNotFound.
struct Roots {
    const json::Value* input = nullptr;
    const json::Value* context = nullptr;
    const Variables* variables = nullptr;
};

enum class RootKind : std::uint8_t { Input, Context, Variable };

}  // namespace weft::jsonpath
