#pragma once

#include "cli/arguments.h"
#include "cli/installation.h"
#include "cli/terminal.h"

#include <string_view>

namespace weft::cli {

// Exit statuses, the same for all commands.
constexpr int exit_done = 0;
constexpr int exit_failed = 1;    // the execution failed, the definition is invalid
constexpr int exit_unusable = 2;  // nothing was tried: arguments, files, folders, addresses

// What every command is handed.
struct Session {
    const Factories& factories;
    Terminal out;  // standard output
    Terminal err;  // standard error

    // "weft: error: …" on standard error; gives exit_unusable.
    int unusable(std::string_view message) const;
};

// One function a command; each gives the exit status.
int run_command(const Session& session, const Arguments& arguments);
int serve_command(const Session& session, const Arguments& arguments);
int check_command(const Session& session, const Arguments& arguments);
int validate_command(const Session& session, const Arguments& arguments);
int test_command(const Session& session, const Arguments& arguments);
int eval_command(const Session& session, const Arguments& arguments);
int providers_command(const Session& session, const Arguments& arguments);

// The whole command line: parses, dispatches, prints. `words` without the program's name.
int main_command(const Factories& factories, std::span<const char* const> words);

// What `run` and `serve` have in common.
InstallationOptions installation_options(const Arguments& arguments);

}  // namespace weft::cli
