#include "cli/command_table.h"

#include "base/assert.h"

#include <algorithm>
#include <array>
#include <limits>

namespace weft::cli {

namespace {

constexpr std::size_t any_number = std::numeric_limits<std::size_t>::max();

constexpr std::array<std::string_view, 2> limit_profiles = {"aws", "weft"};
constexpr std::array<std::string_view, 2> formats = {"json", "text"};
constexpr std::array<std::string_view, 4> log_levels = {"debug", "error", "info", "warning"};
constexpr std::array<std::string_view, 3> report_formats = {"json", "sarif", "text"};
constexpr std::array<std::string_view, 3> test_formats = {"json", "junit", "text"};
constexpr std::array<std::string_view, 1> targets = {"aws"};
constexpr std::array<std::string_view, 3> shells = {"bash", "fish", "zsh"};

constexpr Flag config_flag{"--config",
                           "FILE",
                           ValueKind::File,
                           false,
                           "the configuration (default: ./weft.yaml if it exists)",
                           {}};
constexpr Flag limits_flag{"--limits",
                           "PROFILE",
                           ValueKind::Choice,
                           false,
                           "sizes and counts that are allowed: aws or weft (default)",
                           limit_profiles};
constexpr Flag mocks_flag{"--mocks",
                          "FILE",
                          ValueKind::File,
                          false,
                          "answer every task from this file; nothing is really called",
                          {}};
constexpr Flag provider_flag{
    "--provider", "NAME", ValueKind::Text, false, "ask this provider for every model", {}};
constexpr Flag define_flag{"--define",
                           "NAME=VALUE",
                           ValueKind::Text,
                           true,
                           "fill ${NAME} in the definition, as SAM templates use it",
                           {}};

constexpr std::array run_flags = {
    config_flag,
    define_flag,
    Flag{"--express",
         "",
         ValueKind::None,
         false,
         "run as an Express workflow (default: Standard)",
         {}},
    Flag{"--history",
         "",
         ValueKind::None,
         false,
         "print the events in place of the output: JSON lines, on a terminal a table",
         {}},
    Flag{"--input",
         "FILE|-|JSON",
         ValueKind::File,
         false,
         "the input: a file, - for standard input, or JSON itself (default: {})",
         {}},
    limits_flag,
    mocks_flag,
    Flag{"--name", "NAME", ValueKind::Text, false, "the execution's name (default: a UUID)", {}},
    provider_flag,
};

constexpr std::array serve_flags = {
    Flag{"--admin",
         "ADDR",
         ValueKind::Text,
         false,
         "serve /metrics, /healthz and /readyz on HOST:PORT too, without signatures",
         {}},
    config_flag,
    Flag{"--data",
         "DIR",
         ValueKind::Folder,
         false,
         "where everything is kept (default: ./weft-data)",
         {}},
    define_flag,
    Flag{"--express",
         "NAME",
         ValueKind::Text,
         true,
         "register this machine as Express (a file *.express.asl.json is one anyway)",
         {}},
    Flag{"--insecure-http",
         "",
         ValueKind::None,
         false,
         "plain HTTP beyond this machine, as behind a proxy that ends TLS",
         {}},
    limits_flag,
    Flag{"--listen",
         "ADDR",
         ValueKind::Text,
         false,
         "HOST:PORT; port 0: a free one (default: 127.0.0.1:8083). Beyond loopback: "
         "docs/security.md",
         {}},
    Flag{"--log-format", "FORMAT", ValueKind::Choice, false,
         "text (default) or json: a line, or an object a line, on standard error", formats},
    Flag{"--log-level", "LEVEL", ValueKind::Choice, false,
         "debug, info (default), warning or error", log_levels},
    mocks_flag,
    provider_flag,
    Flag{"--retention",
         "TIME",
         ValueKind::Text,
         false,
         "keep an execution so long after its end: 12h, 30d or forever (default: 90d)",
         {}},
    Flag{"--tls-certificate",
         "FILE",
         ValueKind::File,
         false,
         "speak TLS: the certificate and those up to the root, in PEM",
         {}},
    Flag{"--tls-key", "FILE", ValueKind::File, false, "its private key, in PEM", {}},
};

constexpr std::array store_flags = {
    Flag{"--data",
         "DIR",
         ValueKind::Folder,
         false,
         "the folder to look at (default: ./weft-data)",
         {}},
    Flag{"--format", "FORMAT", ValueKind::Choice, false, "text (default) or json", formats},
};

constexpr std::array validate_flags = {
    define_flag,
    Flag{"--express", "", ValueKind::None, false, "as Express workflows (default: Standard)", {}},
    Flag{"--format", "FORMAT", ValueKind::Choice, false, "text (default), json or sarif",
         report_formats},
    Flag{"--target", "TARGET", ValueKind::Choice, false,
         "aws: warn as well of what would differ or fail on AWS", targets},
};

constexpr std::array test_flags = {
    Flag{"--filter",
         "TEXT",
         ValueKind::Text,
         false,
         "run only the tests whose name contains this",
         {}},
    Flag{"--format", "FORMAT", ValueKind::Choice, false, "text (default), json or junit",
         test_formats},
    limits_flag,
    Flag{"--output",
         "FILE",
         ValueKind::File,
         false,
         "write the report there; another format than text leaves the text on standard output",
         {}},
};

constexpr std::array eval_flags = {
    Flag{"--batch",
         "",
         ValueKind::None,
         false,
         "answer the questions on standard input, one JSON object a line",
         {}},
    Flag{"--bindings",
         "FILE|-|JSON",
         ValueKind::File,
         false,
         "the variables of --jsonata: an object of values by name, without the $",
         {}},
    Flag{"--input",
         "FILE|-|JSON",
         ValueKind::File,
         false,
         "what the expression sees as $ (default: {})",
         {}},
    Flag{"--intrinsic",
         "EXPR",
         ValueKind::Text,
         false,
         "an intrinsic function: States.Format('{}', $.a)",
         {}},
    Flag{
        "--jsonata", "EXPR", ValueKind::Text, false, "a JSONata expression: $sum(items.price)", {}},
    Flag{"--jsonpath", "PATH", ValueKind::Text, false, "a path: $.a[0]", {}},
};

constexpr std::array providers_flags = {config_flag, provider_flag};

constexpr std::array table = {
    CommandRow{Command::Run,
               "run",
               "run a state machine in this process",
               "FILE",
               ValueKind::File,
               1,
               1,
               run_flags,
               {},
               "FILE is a definition in the Amazon States Language, JSON or YAML. The output goes "
               "to standard\noutput, progress and errors to standard error. Exit status: 0 "
               "succeeded, 1 failed, 2 unusable.\n"},
    CommandRow{Command::Serve,
               "serve",
               "serve the AWS Step Functions API",
               "[FILE…]",
               ValueKind::File,
               0,
               any_number,
               serve_flags,
               {},
               "Each FILE is registered as a state machine under its name without the endings; one "
               "that is\nthere already is updated. Executions survive restarts. Interrupt (Ctrl-C) "
               "to stop;\nSIGHUP reads certificate and keys again.\n"},
    CommandRow{Command::Check,
               "check",
               "verify a data folder that no server uses",
               "",
               ValueKind::None,
               0,
               0,
               store_flags,
               {},
               "Reads every history and compares it with index and checkpoints; changes nothing. "
               "Exit status:\n0 sound, 1 something is not, 2 it could not be looked at.\n"},
    CommandRow{Command::Validate,
               "validate",
               "check definitions",
               "FILE…",
               ValueKind::File,
               1,
               any_number,
               validate_flags,
               {},
               "Exit status: 0 all are valid, 1 some are not, 2 a file could not be read.\n"},
    CommandRow{Command::Test,
               "test",
               "run tests of state machines in simulated time",
               "FILE…",
               ValueKind::File,
               1,
               any_number,
               test_flags,
               {},
               "A FILE holds tests as data, YAML or JSON: definition, input, mocks, what is "
               "expected. Nothing is\nreally called, and no wait takes time. Exit status: 0 all "
               "passed, 1 some failed, 2 a file is unusable.\n"},
    CommandRow{Command::Eval,
               "eval",
               "evaluate JSONata, a JSONPath or an intrinsic function",
               "",
               ValueKind::None,
               0,
               0,
               eval_flags,
               {},
               "Exit status: 0 evaluated, 1 it fails on this input, 2 unusable.\n"},
    CommandRow{Command::Providers,
               "providers",
               "list who can answer models, and what is missing",
               "",
               ValueKind::None,
               0,
               0,
               providers_flags,
               {},
               "Looks at environment variables and local ports; sends nothing. Use one with "
               "--provider NAME.\n"},
    CommandRow{Command::Completion,
               "completion",
               "print a shell's completion script",
               "SHELL",
               ValueKind::Choice,
               1,
               1,
               {},
               shells,
               "bash: source <(weft completion bash)      fish: weft completion fish | source\n"
               "zsh:  weft completion zsh > \"${fpath[1]}/_weft\"\n"},
};

template <class Flags> constexpr bool sorted(const Flags& flags)
{
    return std::ranges::is_sorted(flags, {}, &Flag::name);
}
static_assert(sorted(run_flags) && sorted(serve_flags) && sorted(validate_flags) &&
              sorted(test_flags) && sorted(store_flags) && sorted(eval_flags));

}  // namespace

std::span<const CommandRow> commands()
{
    return table;
}

const CommandRow& row_of(Command command)
{
    const auto row = std::ranges::find(table, command, &CommandRow::command);
    WEFT_ASSERT(row != table.end());
    return *row;
}

const CommandRow* find_command(std::string_view name)
{
    const auto row = std::ranges::find(table, name, &CommandRow::name);
    return row == table.end() ? nullptr : &*row;
}

const Flag* find_flag(const CommandRow& row, std::string_view name)
{
    const auto flag = std::ranges::find(row.flags, name, &Flag::name);
    return flag == row.flags.end() ? nullptr : &*flag;
}

}  // namespace weft::cli
