#include "cli/command.h"

#include <fmt/format.h>

#include <algorithm>

namespace weft::cli {

int providers_command(const Session& session, const Arguments& arguments)
{
    const Result<std::vector<ProviderStatus>> providers =
        session.factories.providers(installation_options(arguments));
    if (!providers) return session.unusable(providers.error().message);
    std::size_t name_width = 0;
    std::size_t where_width = 0;
    for (const ProviderStatus& one : *providers) {
        name_width = std::max(name_width, one.name.size());
        where_width = std::max(where_width, one.where.size());
    }
    std::string out;
    for (const ProviderStatus& one : *providers) {
        const std::string finding =
            session.out.paint(one.usable ? Colour::Green : Colour::Dim, one.finding);
        out += fmt::format("{} {:<{}}  {:<{}}  {}\n", one.chosen ? '*' : ' ', one.name, name_width,
                           one.where, where_width, finding);
    }
    return session.out.write(out) ? exit_done : exit_failed;
}

}  // namespace weft::cli
