#pragma once

#include <span>
#include <string_view>

namespace weft::jsonata {

// What a built-in function is for, with an example: docs/jsonata.md is made from these rows and
// those of builtin.cpp, and every example runs as a test.
struct BuiltinHelp {
    std::string_view name;
    std::string_view text;
    std::string_view example;
    std::string_view result;  // JSON; empty: another each time
};

std::span<const BuiltinHelp> builtin_help();  // sorted by name, one row for each function's name

}  // namespace weft::jsonata
