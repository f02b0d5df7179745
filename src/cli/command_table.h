#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace weft::cli {

// The command line as data: parser, help, suggestions, shell completion and docs/cli.md come from
// these rows.

enum class Command : std::uint8_t {
    Run,
    Serve,
    Check,
    Validate,
    Test,
    Eval,
    Providers,
    Completion
};

// What a value is, for completion.
enum class ValueKind : std::uint8_t { None, Text, File, Folder, Choice };

struct Flag {
    std::string_view name;  // with its dashes
    std::string_view value_name;
    ValueKind value = ValueKind::None;  // None: a switch
    bool repeats = false;
    std::string_view help;
    std::span<const std::string_view> choices;
};

struct CommandRow {
    Command command{};
    std::string_view name;
    std::string_view summary;
    std::string_view operands;  // as usage shows them
    ValueKind operand = ValueKind::None;
    std::size_t operands_min = 0;
    std::size_t operands_max = 0;
    std::span<const Flag> flags;
    std::span<const std::string_view> operand_choices;
    std::string_view notes;  // ends the command's help
};

std::span<const CommandRow> commands();
const CommandRow& row_of(Command command);
const CommandRow* find_command(std::string_view name);
const Flag* find_flag(const CommandRow& row, std::string_view name);

}  // namespace weft::cli
