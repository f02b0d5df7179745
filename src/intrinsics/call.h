#pragma once

// The compiled form of an expression. Private to this folder.

#include "intrinsics/table.h"
#include "jsonpath/path.h"

#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace weft::intrinsics {

struct Call;
using Argument = std::variant<json::Value, jsonpath::Path, std::shared_ptr<const Call>>;

struct Call {
    const Intrinsic* function = nullptr;
    std::vector<Argument> arguments;
    bool escaped_template = false;  // see Session
    // Of the outermost call only.
    std::string text;
    bool uses_context = false;
    std::vector<std::string> variables;
};

}  // namespace weft::intrinsics
