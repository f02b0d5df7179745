#include "cli/arguments.h"

#include "base/suggest.h"

// The only file that includes CLI11: two seconds of compile time.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weft::cli {

namespace {

tl::unexpected<Error> usage(const CommandRow* row, std::string message)
{
    return fail(ErrorCode::InvalidInput, "{}\nTry: weft {}{}--help", message,
                row == nullptr ? "" : row->name, row == nullptr ? "" : " ");
}

tl::unexpected<Error> unknown_flag(const CommandRow& row, std::string_view word)
{
    const std::string_view name = word.substr(0, word.find('='));
    std::vector<std::string_view> names;
    for (const Flag& flag : row.flags) names.push_back(flag.name);
    names.push_back("--help");
    std::string hint = did_you_mean(name, names);
    if (hint.empty()) {
        for (const CommandRow& other : commands())
            if (find_flag(other, name) != nullptr)
                hint = fmt::format("; it is one of `weft {}`", other.name);
    }
    return usage(&row, fmt::format("`weft {}` has no flag '{}'{}", row.name, name, hint));
}

Result<> check_choice(const CommandRow& row, std::string_view what, const std::string& value,
                      std::span<const std::string_view> choices)
{
    if (std::ranges::find(choices, value) != choices.end()) return {};
    return usage(&row, fmt::format("{} must be one of {}, '{}' given{}", what,
                                   fmt::join(choices, ", "), value, did_you_mean(value, choices)));
}

Result<> check_operands(const CommandRow& row, const std::vector<std::string>& operands)
{
    if (operands.size() < row.operands_min)
        return usage(&row, fmt::format("`weft {}` needs {}", row.name, row.operands));
    if (operands.size() > row.operands_max)
        return usage(&row, fmt::format("`weft {}` takes {}; '{}' is too much", row.name,
                                       row.operands.empty() ? "no operand" : row.operands,
                                       operands[row.operands_max]));
    if (!row.operand_choices.empty())
        for (const std::string& operand : operands)
            TRY(check_choice(row, row.operands, operand, row.operand_choices));
    return {};
}

// A word that begins like a flag and is none of `row`'s: found before parsing, so that what it was
// meant to be is the first thing said. Words behind a flag that takes a value are its value.
Result<> check_flags(const CommandRow& row, std::span<const char* const> words)
{
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string_view word = words[i];
        if (word == "--") return {};
        if (word.size() < 2 || word[0] != '-' || word == "-h" || word == "--help") continue;
        const std::string_view name = word.substr(0, word.find('='));
        const Flag* flag = find_flag(row, name);
        if (flag == nullptr) return unknown_flag(row, word);
        const bool has_value = name.size() != word.size();
        if (flag->value == ValueKind::None) {
            if (has_value)
                return usage(&row, fmt::format("{} takes no value, '{}' given", name, word));
            continue;
        }
        if (has_value) continue;
        if (i + 1 == words.size())
            return usage(&row,
                         fmt::format("{} needs a value: {} {}", name, name, flag->value_name));
        ++i;
    }
    return {};
}

Result<Arguments> parse_command(const CommandRow& row, std::span<const char* const> words)
{
    TRY(check_flags(row, words));
    CLI::App app;
    app.set_help_flag();
    std::vector<std::string> operands;
    app.add_option("operands", operands)->expected(0, -1);
    bool help = false;
    app.add_flag("-h,--help", help);
    std::map<std::string_view, CLI::Option*> options;
    std::vector<std::vector<std::string>> values(row.flags.size());
    std::vector<char> switches(row.flags.size());
    for (std::size_t i = 0; i < row.flags.size(); ++i) {
        const Flag& flag = row.flags[i];
        const std::string name(flag.name);
        // Each occurrence takes one value, not the operands behind it.
        options[flag.name] = flag.value == ValueKind::None
                                 ? app.add_flag(name)
                                 : app.add_option(name, values[i])->allow_extra_args(false);
    }
    // CLI11 takes the words from the back. One that begins with dashes and is a flag's value would
    // be taken for a flag: such pairs are joined.
    std::vector<std::string> given;
    for (std::size_t i = 0; i < words.size(); ++i) {
        std::string word = words[i];
        if (word == "--") {
            given.insert(given.end(), words.begin() + static_cast<std::ptrdiff_t>(i), words.end());
            break;
        }
        const Flag* flag = find_flag(row, word);
        if (flag != nullptr && flag->value != ValueKind::None)
            word += fmt::format("={}", words[++i]);
        given.push_back(std::move(word));
    }
    std::ranges::reverse(given);
    try {
        app.parse(std::move(given));
    } catch (const CLI::Error& error) {
        return usage(&row, error.what());
    }

    Arguments arguments;
    arguments.command = &row;
    if (help) {
        arguments.what = Arguments::What::Help;
        return arguments;
    }
    for (std::size_t i = 0; i < row.flags.size(); ++i) {
        const Flag& flag = row.flags[i];
        if (options[flag.name]->count() == 0) continue;
        if (values[i].size() > 1 && !flag.repeats)
            return usage(&row, fmt::format("{} is given twice", flag.name));
        if (flag.value == ValueKind::Choice)
            for (const std::string& value : values[i])
                TRY(check_choice(row, flag.name, value, flag.choices));
        arguments.flags[flag.name] = std::move(values[i]);
    }
    TRY(check_operands(row, operands));
    arguments.operands = std::move(operands);
    return arguments;
}

}  // namespace

std::string Arguments::value(std::string_view flag, std::string_view otherwise) const
{
    const auto found = flags.find(flag);
    if (found == flags.end() || found->second.empty()) return std::string(otherwise);
    return found->second.back();
}

std::vector<std::string> Arguments::values(std::string_view flag) const
{
    const auto found = flags.find(flag);
    return found == flags.end() ? std::vector<std::string>{} : found->second;
}

Result<Arguments> parse_arguments(std::span<const char* const> words)
{
    Arguments arguments;
    const std::string_view first = words.empty() ? std::string_view() : words.front();
    if (words.empty()) return usage(nullptr, "a command is missing");
    if (first == "--version" || first == "version") {
        arguments.what = Arguments::What::Version;
        return arguments;
    }
    if (first == "--help" || first == "-h" || first == "help") {
        arguments.what = Arguments::What::Help;
        if (words.size() > 1) arguments.command = find_command(words[1]);
        return arguments;
    }
    if (const CommandRow* row = find_command(first)) return parse_command(*row, words.subspan(1));
    std::vector<std::string_view> names;
    for (const CommandRow& row : commands()) names.push_back(row.name);
    if (first.starts_with("-")) {
        names = {"--help", "--version"};
        return usage(nullptr, fmt::format("weft has no flag '{}'{}; a command comes first", first,
                                          did_you_mean(first, names)));
    }
    std::string hint = did_you_mean(first, names);
    if (hint.empty()) hint = fmt::format("; the commands are {}", fmt::join(names, ", "));
    return usage(nullptr, fmt::format("weft has no command '{}'{}", first, hint));
}

}  // namespace weft::cli
