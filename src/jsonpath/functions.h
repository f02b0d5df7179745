#pragma once

#include "base/result.h"
#include "json/value.h"

#include <cstddef>
#include <span>
#include <string_view>

namespace weft::jsonpath {

// A function at the end of a path, `$.numbers.sum()`. `model` is what the path before it names.
struct Function {
    std::string_view name;
    std::size_t arguments_min;
    std::size_t arguments_max;
    Result<json::Value> (*call)(const json::Value& model, std::span<const json::Value> arguments);
    std::string_view doc;
};

std::span<const Function> functions();
const Function* find_function(std::string_view name);  // null when there is none

}  // namespace weft::jsonpath
