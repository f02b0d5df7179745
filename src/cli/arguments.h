#pragma once

#include "base/result.h"
#include "cli/command_table.h"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weft::cli {

// A command line that was understood: every flag is the command's own, every choice is one of the
// table's, the number of operands is right.
struct Arguments {
    enum class What : std::uint8_t { Command, Help, Version };

    What what = What::Command;
    const CommandRow* command = nullptr;  // Help: null for the help of weft itself
    std::vector<std::string> operands;
    std::map<std::string_view, std::vector<std::string>> flags;  // by name with its dashes

    bool has(std::string_view flag) const { return flags.contains(flag); }
    // The last value given, or `otherwise`.
    std::string value(std::string_view flag, std::string_view otherwise = {}) const;
    std::vector<std::string> values(std::string_view flag) const;
};

// `words` without the program's name. Error: InvalidInput; the message names the word and, where
// one is near, what it was most likely meant to be.
Result<Arguments> parse_arguments(std::span<const char* const> words);

}  // namespace weft::cli
