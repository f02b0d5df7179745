#include "cli/command.h"
#include "server/check_store.h"
#include "server/composition.h"
#include "server/providers.h"
#include "server/services.h"

#include <span>

// The plan of the system: the command line, and what it runs on.
int main(int argc, char** argv)
{
    const weft::cli::Factories factories{
        weft::server::make_in_process, weft::server::make_durable, weft::server::serve_settings,
        weft::server::find_providers,  weft::server::check_store,  weft::server::environment};
    const std::span<const char* const> words(argv, static_cast<std::size_t>(argc));
    return weft::cli::main_command(factories, words.subspan(argc > 0 ? 1 : 0));
}
