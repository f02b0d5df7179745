#include "cli/command.h"

#include "cli/completion.h"
#include "cli/help.h"

#include <fmt/format.h>

#include <csignal>
#include <unistd.h>

namespace weft::cli {

int Session::unusable(std::string_view message) const
{
    err.write(fmt::format("{} {}\n", err.paint(Colour::Red, "weft: error:"), message));
    return exit_unusable;
}

InstallationOptions installation_options(const Arguments& arguments)
{
    InstallationOptions options;
    options.config_file = arguments.value("--config");
    options.mocks_file = arguments.value("--mocks");
    options.provider = arguments.value("--provider");
    options.limits =
        arguments.value("--limits") == "aws" ? LimitsProfile::Aws : LimitsProfile::Weft;
    return options;
}

int main_command(const Factories& factories, std::span<const char* const> words)
{
    // A reader that goes (`weft … | head`) is an error of write(), not the end of the process.
    std::signal(SIGPIPE, SIG_IGN);
    const Session session{factories, terminal_of(STDOUT_FILENO, factories.environment),
                          terminal_of(STDERR_FILENO, factories.environment)};
    const Result<Arguments> arguments = parse_arguments(words);
    if (!arguments) return session.unusable(arguments.error().message);
    const auto print = [&](std::string_view text) {
        return session.out.write(text) ? exit_done : exit_failed;
    };
    switch (arguments->what) {
    case Arguments::What::Version: return print("weft " WEFT_VERSION "\n");
    case Arguments::What::Help:
        return print(arguments->command == nullptr ? help_text() : help_text(*arguments->command));
    case Arguments::What::Command: break;
    }
    switch (arguments->command->command) {
    case Command::Run: return run_command(session, *arguments);
    case Command::Serve: return serve_command(session, *arguments);
    case Command::Check: return check_command(session, *arguments);
    case Command::Validate: return validate_command(session, *arguments);
    case Command::Test: return test_command(session, *arguments);
    case Command::Eval: return eval_command(session, *arguments);
    case Command::Providers: return providers_command(session, *arguments);
    case Command::Completion: return print(completion_script(arguments->operands.front()));
    }
    return exit_unusable;
}

}  // namespace weft::cli
