#include "cli/help.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace weft::cli {

std::string help_text()
{
    std::string out =
        "weft runs Amazon States Language workflows.\n\nUsage: weft COMMAND [ARGUMENTS]\n\n";
    for (const CommandRow& row : commands())
        fmt::format_to(std::back_inserter(out), "  {:<12}{}\n", row.name, row.summary);
    out += "\n  --help      this text; with a command its own: weft run --help\n"
           "  --version   the version\n";
    return out;
}

std::string help_text(const CommandRow& row)
{
    std::string out = fmt::format("weft {}: {}\n\nUsage: weft {}{}{}{}\n\n", row.name, row.summary,
                                  row.name, row.flags.empty() ? "" : " [FLAGS]",
                                  row.operands.empty() ? "" : " ", row.operands);
    const auto spelled = [](const Flag& flag) {
        return fmt::format("{}{}{}", flag.name, flag.value_name.empty() ? "" : " ",
                           flag.value_name);
    };
    std::size_t width = std::string_view("--help").size();
    for (const Flag& flag : row.flags) width = std::max(width, spelled(flag).size());
    for (const Flag& flag : row.flags)
        fmt::format_to(std::back_inserter(out), "  {:<{}}  {}{}\n", spelled(flag), width, flag.help,
                       flag.repeats ? "; may be given again" : "");
    fmt::format_to(std::back_inserter(out), "  {:<{}}  this text\n", "--help", width);
    if (!row.notes.empty()) fmt::format_to(std::back_inserter(out), "\n{}", row.notes);
    return out;
}

}  // namespace weft::cli
