#include "catalog/faults.h"
#include "catalog/sqlite/sqlite_catalog.h"
#include "json/parse.h"
#include "json/write.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace weft::catalog {

namespace {

using storage::Connection;
using storage::Statement;
using storage::Use;

#define WEFT_VERSION_COLUMNS                                                                 \
    "SELECT v.machine_arn,v.number,v.description,v.created,v.revision_id,v.definition_hash," \
    "v.role_arn,v.logging,v.tracing,v.encryption,d.text FROM version v "                     \
    "LEFT JOIN definition d ON d.hash=v.definition_hash "

#define WEFT_ALIAS_COLUMNS "SELECT machine_arn,name,description,created,updated,routes FROM alias "

Result<Version> version_in(const Statement& row)
{
    Version version;
    version.machine_arn = row.text(0);
    version.number = row.integer(1);
    version.description = row.text(2);
    version.created = Timestamp(Milliseconds(row.integer(3)));
    version.revision_id = row.text(4);
    version.definition_hash = row.text(5);
    version.role_arn = row.text(6);
    const auto corrupt = [&version](std::string_view what) {
        return fail(ErrorCode::Corrupt, "version {} of {}: its {} is damaged", version.number,
                    version.machine_arn, what);
    };
    int column = 7;
    for (json::Value* document : {&version.logging, &version.tracing, &version.encryption}) {
        auto value = json::parse(row.text(column++));
        if (!value) return corrupt("configuration");
        *document = *std::move(value);
    }
    if (row.is_null(10)) return corrupt("definition");
    version.definition = row.text(10);
    return version;
}

// Routes are stored as [[version, weight], …].
std::string routes_text(const std::vector<Route>& routes)
{
    std::vector<json::Value> items;
    for (const Route& route : routes)
        items.push_back(
            json::Value::array({json::Value(route.version), json::Value(route.weight)}));
    return json::write(json::Value::array(std::move(items)));
}

Result<Alias> alias_in(const Statement& row)
{
    Alias alias;
    alias.machine_arn = row.text(0);
    alias.name = row.text(1);
    alias.description = row.text(2);
    alias.created = Timestamp(Milliseconds(row.integer(3)));
    alias.updated = Timestamp(Milliseconds(row.integer(4)));
    const auto routes = json::parse(row.text(5));
    const auto corrupt = [&alias] {
        return fail(ErrorCode::Corrupt, "alias {} of {}: its routes are damaged", alias.name,
                    alias.machine_arn);
    };
    if (!routes || !routes->is_array()) return corrupt();
    for (const json::Value& item : routes->items()) {
        const bool sound = item.is_array() && item.size() == 2 &&
                           item.items()[0].kind() == json::Kind::Int &&
                           item.items()[1].kind() == json::Kind::Int;
        if (!sound) return corrupt();
        alias.routes.push_back({item.items()[0].as_int(), item.items()[1].as_int()});
    }
    if (alias.routes.empty()) return corrupt();
    return alias;
}

Result<std::optional<Version>> version_where(Connection& connection, const char* sql,
                                             const std::string& machine_arn,
                                             const std::string& revision_id, std::int64_t number)
{
    Use find(*TRY(connection.cached(sql)));
    find->bind_text(1, machine_arn);
    if (number > 0)
        find->bind(2, number);
    else
        find->bind_text(2, revision_id);
    if (!TRY(find->step())) return std::nullopt;
    return TRY(version_in(*find.operator->()));
}

Result<std::vector<Alias>> aliases_of(Connection& connection, const std::string& machine_arn)
{
    Use query(
        *TRY(connection.cached(WEFT_ALIAS_COLUMNS "WHERE machine_arn=?1 ORDER BY created,name")));
    query->bind_text(1, machine_arn);
    std::vector<Alias> all;
    while (TRY(query->step())) {
        auto alias = TRY(alias_in(*query.operator->()));
        all.push_back(std::move(alias));
    }
    return all;
}

Result<std::int64_t> count_of(Connection& connection, const char* sql, const std::string& arn)
{
    Use query(*TRY(connection.cached(sql)));
    query->bind_text(1, arn);
    TRY(query->step());
    return query->integer(0);
}

// A version has room, unless the machine is going.
Result<> check_room(Connection& connection, const std::string& arn)
{
    {
        Use find(*TRY(connection.cached("SELECT status FROM machine WHERE arn=?1")));
        find->bind_text(1, arn);
        if (!TRY(find->step())) return no_machine(arn);
        if (find->integer(0) == static_cast<std::int64_t>(MachineStatus::Deleting))
            return machine_deleting(arn);
    }
    const std::int64_t there =
        TRY(count_of(connection, "SELECT count(*) FROM version WHERE machine_arn=?1", arn));
    if (there >= static_cast<std::int64_t>(machine_versions_max)) return too_many_versions(arn);
    return {};
}

// The present revision as the next version.
Result<Version> add_version(Connection& connection, const std::string& arn,
                            const Publication& publication)
{
    Statement* count =
        TRY(connection.cached("UPDATE machine SET last_version=last_version+1 WHERE arn=?1"));
    TRY(count->bind_text(1, arn).run());
    Statement* insert = TRY(connection.cached(
        "INSERT INTO version SELECT "
        "arn,last_version,?2,?3,revision_id,definition_hash,role_arn,logging,tracing,encryption "
        "FROM machine WHERE arn=?1"));
    TRY(insert->bind_text(1, arn)
            .bind_text(2, publication.description)
            .bind(3, publication.now.time_since_epoch().count())
            .run());
    const std::int64_t number =
        TRY(count_of(connection, "SELECT last_version FROM machine WHERE arn=?1", arn));
    std::optional<Version> made =
        TRY(version_where(connection, WEFT_VERSION_COLUMNS "WHERE v.machine_arn=?1 AND v.number=?2",
                          arn, {}, number));
    if (!made) return fail(ErrorCode::Corrupt, "'{}': its newest version is missing", arn);
    return *std::move(made);
}

// That an alias's machine and versions are there.
Result<> check_routes(Connection& connection, const Alias& alias)
{
    {
        Use machine(*TRY(connection.cached("SELECT status FROM machine WHERE arn=?1")));
        machine->bind_text(1, alias.machine_arn);
        if (!TRY(machine->step())) return no_resource();
        if (machine->integer(0) == static_cast<std::int64_t>(MachineStatus::Deleting))
            return machine_deleting(alias.machine_arn);
    }
    for (const Route& route : alias.routes) {
        Use version(
            *TRY(connection.cached("SELECT 1 FROM version WHERE machine_arn=?1 AND number=?2")));
        version->bind_text(1, alias.machine_arn).bind(2, route.version);
        if (!TRY(version->step())) return no_resource();
    }
    return {};
}

// Which table has the tags of this ARN; none: neither.
struct TagTable {
    const char* select;
    const char* update;
};
constexpr TagTable tag_tables[] = {
    {"SELECT tags FROM machine WHERE arn=?1", "UPDATE machine SET tags=?2 WHERE arn=?1"},
    {"SELECT tags FROM activity WHERE arn=?1", "UPDATE activity SET tags=?2 WHERE arn=?1"},
};

Result<std::optional<json::Value>> tags_in(Connection& connection, const TagTable& table,
                                           const std::string& arn)
{
    Use find(*TRY(connection.cached(table.select)));
    find->bind_text(1, arn);
    if (!TRY(find->step())) return std::nullopt;
    auto tags = json::parse(find->text(0));
    if (!tags) return fail(ErrorCode::Corrupt, "{}: its tags are damaged", arn);
    return *std::move(tags);
}

}  // namespace

Result<std::uint64_t> SqliteCatalog::count(const std::string& arn_prefix)
{
    auto reader = m_database.reader();
    return static_cast<std::uint64_t>(TRY(
        count_of(*reader.operator->(),
                 "SELECT count(*) FROM machine WHERE substr(arn,1,length(?1))=?1", arn_prefix)));
}

Result<Version> SqliteCatalog::publish(const Publication& publication)
{
    std::optional<Version> made;
    const Result<> written = m_database.write([&](Connection& connection) -> Result<> {
        const std::string& arn = publication.machine_arn;
        std::string revision;
        {
            Use find(
                *TRY(connection.cached("SELECT status,revision_id FROM machine WHERE arn=?1")));
            find->bind_text(1, arn);
            if (!TRY(find->step())) return no_machine(arn);
            if (find->integer(0) == static_cast<std::int64_t>(MachineStatus::Deleting))
                return machine_deleting(arn);
            revision = find->text(1);
        }
        if (publication.revision_id && *publication.revision_id != revision)
            return other_revision(publication, revision);
        made = TRY(version_where(connection,
                                 WEFT_VERSION_COLUMNS "WHERE v.machine_arn=?1 AND v.revision_id=?2",
                                 arn, revision, 0));
        if (made) return {};
        TRY(check_room(connection, arn));
        made = TRY(add_version(connection, arn, publication));
        return {};
    });
    if (!written) return tl::unexpected(written.error());
    return *std::move(made);
}

Result<Version> SqliteCatalog::create_published(const StateMachine& machine,
                                                const Publication& publication)
{
    std::optional<Version> made;
    const Result<> written = m_database.write([&](Connection& connection) -> Result<> {
        TRY(insert(connection, machine));
        made = TRY(add_version(connection, machine.arn, publication));
        return {};
    });
    if (!written) return tl::unexpected(written.error());
    return *std::move(made);
}

Result<Version> SqliteCatalog::update_published(const StateMachine& machine,
                                                const std::string& expected_revision,
                                                const Publication& publication)
{
    std::optional<Version> made;
    const Result<> written = m_database.write([&](Connection& connection) -> Result<> {
        // What may be refused comes before anything is changed.
        TRY(check_revision(connection, machine.arn, expected_revision));
        TRY(check_room(connection, machine.arn));
        TRY(replace(connection, machine, expected_revision));
        made = TRY(add_version(connection, machine.arn, publication));
        return {};
    });
    if (!written) return tl::unexpected(written.error());
    return *std::move(made);
}

Result<std::optional<Version>> SqliteCatalog::find_version(const std::string& machine_arn,
                                                           std::int64_t number)
{
    if (number <= 0) return std::nullopt;
    auto reader = m_database.reader();
    return version_where(*reader.operator->(),
                         WEFT_VERSION_COLUMNS "WHERE v.machine_arn=?1 AND v.number=?2", machine_arn,
                         {}, number);
}

Result<std::vector<Version>> SqliteCatalog::list_versions(const std::string& machine_arn,
                                                          std::int64_t before, std::size_t limit)
{
    auto reader = m_database.reader();
    Use query(*TRY(reader->cached(WEFT_VERSION_COLUMNS "WHERE v.machine_arn=?1 AND v.number<?2 "
                                                       "ORDER BY v.number DESC LIMIT ?3")));
    query->bind_text(1, machine_arn)
        .bind(2, before)
        .bind(3, static_cast<std::int64_t>(std::min<std::size_t>(limit, INT64_MAX)));
    std::vector<Version> versions;
    while (TRY(query->step())) {
        auto version = TRY(version_in(*query.operator->()));
        versions.push_back(std::move(version));
    }
    return versions;
}

Result<> SqliteCatalog::remove_version(const std::string& machine_arn, std::int64_t number)
{
    return m_database.write([&](Connection& connection) -> Result<> {
        const std::vector<Alias> there = TRY(aliases_of(connection, machine_arn));
        const std::vector<std::string> names = names_of_users(there, number);
        if (!names.empty()) return version_in_use(names);
        Statement* erase =
            TRY(connection.cached("DELETE FROM version WHERE machine_arn=?1 AND number=?2"));
        return erase->bind_text(1, machine_arn).bind(2, number).run();
    });
}

Result<> SqliteCatalog::create_alias(const Alias& alias)
{
    return m_database.write([&alias](Connection& connection) -> Result<> {
        TRY(check_routes(connection, alias));
        const std::vector<Alias> there = TRY(aliases_of(connection, alias.machine_arn));
        if (std::ranges::find(there, alias.name, &Alias::name) != there.end()) return alias_taken();
        if (there.size() >= machine_aliases_max) return too_many_aliases(alias.machine_arn);
        Statement* insert = TRY(connection.cached("INSERT INTO alias VALUES(?1,?2,?3,?4,?5,?6)"));
        const std::string routes = routes_text(alias.routes);
        return insert->bind_text(1, alias.machine_arn)
            .bind_text(2, alias.name)
            .bind_text(3, alias.description)
            .bind(4, alias.created.time_since_epoch().count())
            .bind(5, alias.updated.time_since_epoch().count())
            .bind_text(6, routes)
            .run();
    });
}

Result<> SqliteCatalog::update_alias(const Alias& alias)
{
    return m_database.write([&alias](Connection& connection) -> Result<> {
        TRY(check_routes(connection, alias));
        Statement* put =
            TRY(connection.cached("UPDATE alias SET description=?3,updated=?4,routes=?5 "
                                  "WHERE machine_arn=?1 AND name=?2"));
        const std::string routes = routes_text(alias.routes);
        TRY(put->bind_text(1, alias.machine_arn)
                .bind_text(2, alias.name)
                .bind_text(3, alias.description)
                .bind(4, alias.updated.time_since_epoch().count())
                .bind_text(5, routes)
                .run());
        if (connection.changes() == 0) return no_resource();
        return {};
    });
}

Result<> SqliteCatalog::remove_alias(const std::string& machine_arn, const std::string& name)
{
    return m_database.write([&](Connection& connection) -> Result<> {
        Statement* erase =
            TRY(connection.cached("DELETE FROM alias WHERE machine_arn=?1 AND name=?2"));
        TRY(erase->bind_text(1, machine_arn).bind_text(2, name).run());
        if (connection.changes() == 0) return no_resource();
        return {};
    });
}

Result<std::optional<Alias>> SqliteCatalog::find_alias(const std::string& machine_arn,
                                                       const std::string& name)
{
    auto reader = m_database.reader();
    Use find(*TRY(reader->cached(WEFT_ALIAS_COLUMNS "WHERE machine_arn=?1 AND name=?2")));
    find->bind_text(1, machine_arn).bind_text(2, name);
    if (!TRY(find->step())) return std::nullopt;
    return TRY(alias_in(*find.operator->()));
}

Result<std::vector<Alias>> SqliteCatalog::aliases(const std::string& machine_arn)
{
    auto reader = m_database.reader();
    return aliases_of(*reader.operator->(), machine_arn);
}

Result<std::optional<json::Value>> SqliteCatalog::tags(const std::string& arn)
{
    auto reader = m_database.reader();
    for (const TagTable& table : tag_tables) {
        std::optional<json::Value> tags = TRY(tags_in(*reader.operator->(), table, arn));
        if (tags) return tags;
    }
    return std::nullopt;
}

Result<> SqliteCatalog::change_tags(const std::string& arn, const ChangeTags& change)
{
    return m_database.write([&](Connection& connection) -> Result<> {
        for (const TagTable& table : tag_tables) {
            const std::optional<json::Value> tags = TRY(tags_in(connection, table, arn));
            if (!tags) continue;
            const json::Value changed = TRY(change(*tags));
            const std::string text = json::write(changed);
            Statement* put = TRY(connection.cached(table.update));
            return put->bind_text(1, arn).bind_text(2, text).run();
        }
        return no_tagged(arn);
    });
}

}  // namespace weft::catalog
