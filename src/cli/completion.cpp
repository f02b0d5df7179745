#include "cli/completion.h"

#include "base/assert.h"
#include "cli/command_table.h"

#include <fmt/format.h>

#include <iterator>

namespace weft::cli {

namespace {

// Inside single quotes of a POSIX shell.
std::string in_quotes(std::string_view text)
{
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

std::string words_of(const CommandRow& row)
{
    std::string words = "--help";
    for (const Flag& flag : row.flags) words += fmt::format(" {}", flag.name);
    return words;
}

std::string bash()
{
    std::string out =
        "# bash completion for weft\n"
        "_weft() {\n"
        "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
        "    local words= files=\n"
        "    COMPREPLY=()\n"
        "    if [[ $COMP_CWORD -eq 1 ]]; then\n        words='--help --version";
    for (const CommandRow& row : commands()) out += fmt::format(" {}", row.name);
    out += "'\n    else\n        case ${COMP_WORDS[1]} in\n";
    for (const CommandRow& row : commands()) {
        fmt::format_to(std::back_inserter(out), "        {})\n            case $before in\n",
                       row.name);
        for (const Flag& flag : row.flags) {
            switch (flag.value) {
            case ValueKind::None: break;
            case ValueKind::Choice:
                fmt::format_to(std::back_inserter(out), "            {}) words='{}' ;;\n",
                               flag.name, fmt::join(flag.choices, " "));
                break;
            case ValueKind::File:
                fmt::format_to(std::back_inserter(out), "            {}) files=-f ;;\n", flag.name);
                break;
            case ValueKind::Folder:
                fmt::format_to(std::back_inserter(out), "            {}) files=-d ;;\n", flag.name);
                break;
            case ValueKind::Text:
                fmt::format_to(std::back_inserter(out), "            {}) return ;;\n", flag.name);
                break;
            }
        }
        std::string words = words_of(row);
        if (!row.operand_choices.empty())
            words += fmt::format(" {}", fmt::join(row.operand_choices, " "));
        fmt::format_to(std::back_inserter(out),
                       "            *) words='{}'{} ;;\n            esac ;;\n", words,
                       row.operand == ValueKind::File ? "; [[ $word == -* ]] || files=-f" : "");
    }
    out += "        esac\n    fi\n"
           "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\"\n"
           "        [[ -n $files ]] && compgen \"$files\" -- \"$word\")\n"
           "}\n"
           "complete -o filenames -F _weft weft\n";
    return out;
}

// What zsh's _arguments does for a value.
std::string zsh_action(const ValueKind kind, std::span<const std::string_view> choices)
{
    switch (kind) {
    case ValueKind::File: return "_files";
    case ValueKind::Folder: return "_files -/";
    case ValueKind::Choice: return fmt::format("({})", fmt::join(choices, " "));
    default: return " ";
    }
}

// Brackets and colons mean something in a specification of _arguments.
std::string zsh_text(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

std::string zsh()
{
    std::string out = "#compdef weft\n# zsh completion for weft\n_weft() {\n"
                      "    local -a commands=(\n";
    for (const CommandRow& row : commands())
        fmt::format_to(std::back_inserter(out), "        {}\n",
                       in_quotes(fmt::format("{}:{}", row.name, row.summary)));
    out += "    )\n    if (( CURRENT == 2 )); then\n"
           "        _describe command commands\n        return\n    fi\n"
           "    local command=$words[2]\n    shift words; (( CURRENT-- ))\n    case $command in\n";
    for (const CommandRow& row : commands()) {
        fmt::format_to(std::back_inserter(out), "    {})\n        _arguments -S", row.name);
        for (const Flag& flag : row.flags) {
            std::string spec =
                fmt::format("{}{}[{}]", flag.repeats ? "*" : "", flag.name, zsh_text(flag.help));
            if (flag.value != ValueKind::None)
                spec += fmt::format(":{}:{}", zsh_text(flag.value_name),
                                    zsh_action(flag.value, flag.choices));
            fmt::format_to(std::back_inserter(out), " \\\n            {}", in_quotes(spec));
        }
        if (row.operands_max > 0)
            fmt::format_to(std::back_inserter(out), " \\\n            {}",
                           in_quotes(fmt::format("{}:{}:{}", row.operands_max > 1 ? "*" : "1",
                                                 zsh_text(row.operands),
                                                 zsh_action(row.operand, row.operand_choices))));
        out += " ;;\n";
    }
    out += "    esac\n}\n"
           "if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _weft \"$@\"; else compdef _weft "
           "weft; fi\n";
    return out;
}

std::string fish()
{
    std::string out = "# fish completion for weft\ncomplete -c weft -f\n"
                      "complete -c weft -n __fish_use_subcommand -l help -d 'how to use weft'\n"
                      "complete -c weft -n __fish_use_subcommand -l version -d 'the version'\n";
    for (const CommandRow& row : commands()) {
        fmt::format_to(std::back_inserter(out),
                       "complete -c weft -n __fish_use_subcommand -a {} -d {}\n", row.name,
                       in_quotes(row.summary));
        const std::string when = fmt::format("-n '__fish_seen_subcommand_from {}'", row.name);
        for (const Flag& flag : row.flags) {
            std::string value;
            if (flag.value == ValueKind::File) value = " -r -F";
            if (flag.value == ValueKind::Folder) value = " -x -a '(__fish_complete_directories)'";
            if (flag.value == ValueKind::Text) value = " -x";
            if (flag.value == ValueKind::Choice)
                value = fmt::format(" -x -a '{}'", fmt::join(flag.choices, " "));
            fmt::format_to(std::back_inserter(out), "complete -c weft {} -l {}{} -d {}\n", when,
                           flag.name.substr(2), value, in_quotes(flag.help));
        }
        if (row.operand == ValueKind::File)
            fmt::format_to(std::back_inserter(out), "complete -c weft {} -F\n", when);
        if (!row.operand_choices.empty())
            fmt::format_to(std::back_inserter(out), "complete -c weft {} -a '{}'\n", when,
                           fmt::join(row.operand_choices, " "));
    }
    return out;
}

}  // namespace

std::string completion_script(std::string_view shell)
{
    if (shell == "bash") return bash();
    if (shell == "zsh") return zsh();
    WEFT_ASSERT(shell == "fish");
    return fish();
}

}  // namespace weft::cli
