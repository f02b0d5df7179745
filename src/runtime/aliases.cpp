#include "runtime/implementation.h"
#include "runtime/names.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace weft::runtime {

namespace {

tl::unexpected<Error> no_alias()
{
    // AWS: recorded for an alias that does not exist.
    return fail(ErrorCode::NotFound, "Request references a resource that does not exist.");
}

Result<MachineName> parse_alias_arn(const std::string& arn)
{
    MachineName name = TRY(parse_qualified_arn(arn));
    if (name.qualifier.empty() || name.version() > 0 || !name.label.empty()) return no_alias();
    return name;
}

struct Routing {
    std::string machine_arn;
    std::vector<catalog::Route> routes;
};

// AWS: recorded, texts and order.
Result<Routing> read_routes(const std::vector<AliasRoute>& given)
{
    std::vector<std::string_view> arns;
    std::vector<std::int64_t> weights;
    std::int64_t sum = 0;
    for (const AliasRoute& route : given) {
        arns.push_back(route.version_arn);
        weights.push_back(route.weight);
        sum += route.weight;
    }
    Routing routing;
    for (const AliasRoute& route : given) {
        const Result<MachineName> name = parse_qualified_arn(route.version_arn);
        if (!name || name->version() == 0 || !name->label.empty())
            return fail(ErrorCode::InvalidRouting,
                        "Routing configuration must contain state machine version ARNs. Received: "
                        "[{}]",
                        fmt::join(arns, ", "));
        if (routing.machine_arn.empty()) routing.machine_arn = name->machine_arn;
        if (routing.machine_arn != name->machine_arn)
            return fail(ErrorCode::InvalidRouting,
                        "Routing configuration must contain versions of one state machine. "
                        "Received: [{}]",
                        fmt::join(arns, ", "));
        routing.routes.push_back({name->version(), route.weight});
    }
    for (std::size_t i = 1; i < arns.size(); ++i)
        if (std::find(arns.begin(), arns.begin() + static_cast<std::ptrdiff_t>(i), arns[i]) !=
            arns.begin() + static_cast<std::ptrdiff_t>(i))
            return fail(ErrorCode::InvalidRouting,
                        "Routing configuration must contain distinct state machine version ARNs. "
                        "Received: [{}]",
                        fmt::join(arns, ", "));
    if (sum != 100)
        return fail(ErrorCode::InvalidRouting,
                    "Sum of routing configuration weights must equal 100. Received: [{}]",
                    fmt::join(weights, ", "));
    return routing;
}

AliasDescription with_arn(catalog::Alias alias)
{
    std::string arn = qualified_arn(alias.machine_arn, alias.name);
    return {std::move(arn), std::move(alias)};
}

}  // namespace

void Runtime::create_alias(async::Loop& home, PutAlias request, Callback<AliasDescription> reply)
{
    m_impl->blocking<AliasDescription>(
        home,
        [this, now = home.now(), request = std::move(request)]() -> Result<AliasDescription> {
            catalog::Catalog& catalog = m_impl->shared.parts.catalog;
            Routing routing = TRY(read_routes(request.routes));
            catalog::Alias alias{routing.machine_arn,
                                 request.name,
                                 request.description.value_or(std::string()),
                                 now,
                                 now,
                                 std::move(routing.routes)};
            const Result<> created = catalog.create_alias(alias);
            if (created) return with_arn(std::move(alias));
            if (created.error().code != ErrorCode::ConflictingRequest)
                return tl::unexpected(created.error());
            // AWS: the same name, description and routes: the alias that is there.
            std::optional<catalog::Alias> there =
                TRY(catalog.find_alias(alias.machine_arn, alias.name));
            if (there && there->description == alias.description && there->routes == alias.routes)
                return with_arn(*std::move(there));
            return tl::unexpected(created.error());
        },
        std::move(reply));
}

void Runtime::update_alias(async::Loop& home, std::string alias_arn, PutAlias request,
                           Callback<Timestamp> reply)
{
    m_impl->blocking<Timestamp>(
        home,
        [this, now = home.now(), arn = std::move(alias_arn),
         request = std::move(request)]() -> Result<Timestamp> {
            catalog::Catalog& catalog = m_impl->shared.parts.catalog;
            const MachineName name = TRY(parse_alias_arn(arn));
            std::optional<catalog::Alias> alias =
                TRY(catalog.find_alias(name.machine_arn, name.qualifier));
            if (!alias) return no_alias();
            if (request.description) alias->description = *request.description;
            if (!request.routes.empty()) {
                Routing routing = TRY(read_routes(request.routes));
                if (routing.machine_arn != name.machine_arn)
                    return fail(ErrorCode::InvalidRouting,
                                "Routing configuration must contain versions of '{}'",
                                name.machine_arn);
                alias->routes = std::move(routing.routes);
            }
            alias->updated = now;
            TRY(catalog.update_alias(*alias));
            return now;
        },
        std::move(reply));
}

void Runtime::delete_alias(async::Loop& home, std::string alias_arn, Callback<void> reply)
{
    m_impl->blocking<void>(
        home,
        [this, arn = std::move(alias_arn)]() -> Result<> {
            TRY(parse_qualified_arn(arn));
            const Result<MachineName> name = parse_alias_arn(arn);
            if (!name) return {};
            // AWS: recorded: an alias that is not there is as good as deleted.
            Result<> removed =
                m_impl->shared.parts.catalog.remove_alias(name->machine_arn, name->qualifier);
            if (!removed && removed.error().code == ErrorCode::NotFound) return {};
            return removed;
        },
        std::move(reply));
}

void Runtime::describe_alias(async::Loop& home, std::string alias_arn,
                             Callback<AliasDescription> reply)
{
    m_impl->blocking<AliasDescription>(
        home,
        [this, arn = std::move(alias_arn)]() -> Result<AliasDescription> {
            const MachineName name = TRY(parse_alias_arn(arn));
            std::optional<catalog::Alias> alias =
                TRY(m_impl->shared.parts.catalog.find_alias(name.machine_arn, name.qualifier));
            if (!alias) return no_alias();
            return with_arn(*std::move(alias));
        },
        std::move(reply));
}

void Runtime::list_aliases(async::Loop& home, std::string arn, std::string token, std::size_t limit,
                           Callback<AliasPage> reply)
{
    m_impl->blocking<AliasPage>(
        home,
        [this, now = home.now(), arn = std::move(arn), token = std::move(token),
         limit]() -> Result<AliasPage> {
            catalog::Catalog& catalog = m_impl->shared.parts.catalog;
            const MachineName name = TRY(parse_qualified_arn(arn));
            const bool of_machine = name.machine_arn == arn;
            if (!TRY(catalog.find(name.machine_arn)).has_value() ||
                (!of_machine && name.version() == 0))
                return fail(ErrorCode::StateMachineDoesNotExist,
                            "State Machine Does Not Exist: '{}'", arn);
            const PageOwner owner{"aliases", arn};
            std::string after;
            if (!token.empty()) after = TRY(m_impl->page_tokens.open(owner, token, now));
            std::vector<catalog::Alias> all = TRY(catalog.aliases(name.machine_arn));
            if (!of_machine)
                std::erase_if(all, [&name](const catalog::Alias& alias) {
                    return std::ranges::find(alias.routes, name.version(),
                                             &catalog::Route::version) == alias.routes.end();
                });
            auto place = all.begin();
            if (!after.empty()) {
                place = std::ranges::find(all, after, &catalog::Alias::name);
                // The alias that the page before ended with was deleted since.
                if (place == all.end())
                    return fail(ErrorCode::InvalidToken, "Invalid Token: 'Invalid token'");
                ++place;
            }
            AliasPage page;
            for (; place != all.end() && page.aliases.size() < limit; ++place)
                page.aliases.push_back(with_arn(std::move(*place)));
            if (place != all.end())
                page.token = m_impl->page_tokens.seal(owner, page.aliases.back().alias.name, now);
            return page;
        },
        std::move(reply));
}

}  // namespace weft::runtime
