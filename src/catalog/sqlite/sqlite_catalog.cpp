#include "catalog/sqlite/sqlite_catalog.h"

#include "catalog/faults.h"
#include "json/parse.h"
#include "json/write.h"

#include <array>

namespace weft::catalog {

namespace {

using storage::Connection;
using storage::Statement;
using storage::Use;

// One step a version; a step that a release had is never edited.
constexpr std::array<const char*, 3> catalog_schema = {R"sql(
CREATE TABLE machine(
  arn TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  type INTEGER NOT NULL,
  status INTEGER NOT NULL,
  definition_hash TEXT NOT NULL,
  role_arn TEXT NOT NULL,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  revision_id TEXT NOT NULL,
  logging TEXT NOT NULL,
  tracing TEXT NOT NULL,
  encryption TEXT NOT NULL,
  tags TEXT NOT NULL);
CREATE INDEX machine_created ON machine(created, arn);
CREATE INDEX machine_deleting ON machine(arn) WHERE status = 2;
CREATE TABLE definition(hash TEXT PRIMARY KEY, text TEXT NOT NULL);
)sql",
                                                       R"sql(
CREATE TABLE activity(
  arn TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  created INTEGER NOT NULL,
  encryption TEXT NOT NULL,
  tags TEXT NOT NULL);
CREATE INDEX activity_created ON activity(created, arn);
)sql",
                                                       R"sql(
ALTER TABLE machine ADD COLUMN created_published INTEGER NOT NULL DEFAULT 0;
ALTER TABLE machine ADD COLUMN created_version_description TEXT NOT NULL DEFAULT '';
ALTER TABLE machine ADD COLUMN last_version INTEGER NOT NULL DEFAULT 0;
CREATE TABLE version(
  machine_arn TEXT NOT NULL,
  number INTEGER NOT NULL,
  description TEXT NOT NULL,
  created INTEGER NOT NULL,
  revision_id TEXT NOT NULL,
  definition_hash TEXT NOT NULL,
  role_arn TEXT NOT NULL,
  logging TEXT NOT NULL,
  tracing TEXT NOT NULL,
  encryption TEXT NOT NULL,
  PRIMARY KEY(machine_arn, number)) WITHOUT ROWID;
CREATE UNIQUE INDEX version_revision ON version(machine_arn, revision_id);
CREATE TABLE alias(
  machine_arn TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  routes TEXT NOT NULL,
  PRIMARY KEY(machine_arn, name)) WITHOUT ROWID;
)sql"};

#define WEFT_MACHINE_COLUMNS                                                                \
    "SELECT m.arn,m.name,m.type,m.status,m.definition_hash,m.role_arn,m.created,m.updated," \
    "m.revision_id,m.logging,m.tracing,m.encryption,m.tags,d.text,"                         \
    "m.created_published,m.created_version_description FROM machine m "                     \
    "LEFT JOIN definition d ON d.hash=m.definition_hash "

Timestamp timestamp(std::int64_t value)
{
    return Timestamp(Milliseconds(value));
}

Result<StateMachine> machine_of(const Statement& row)
{
    StateMachine machine;
    machine.arn = row.text(0);
    const auto corrupt = [&machine](std::string_view what) {
        return fail(ErrorCode::Corrupt, "state machine {}: its {} is damaged", machine.arn, what);
    };
    machine.name = row.text(1);
    const std::int64_t type = row.integer(2);
    const std::int64_t status = row.integer(3);
    if (type < 1 || type > 2) return corrupt("type");
    if (status < 1 || status > 2) return corrupt("status");
    machine.type = static_cast<MachineType>(type);
    machine.status = static_cast<MachineStatus>(status);
    machine.definition_hash = row.text(4);
    machine.role_arn = row.text(5);
    machine.created = timestamp(row.integer(6));
    machine.updated = timestamp(row.integer(7));
    machine.revision_id = row.text(8);
    const std::array<json::Value*, 4> documents = {&machine.logging, &machine.tracing,
                                                   &machine.encryption, &machine.tags};
    for (int i = 0; i < 4; ++i) {
        auto value = json::parse(row.text(9 + i));
        if (!value) return corrupt("configuration");
        *documents[static_cast<std::size_t>(i)] = *std::move(value);
    }
    if (row.is_null(13)) return corrupt("definition");
    machine.definition = row.text(13);
    machine.created_published = row.integer(14) != 0;
    machine.created_version_description = row.text(15);
    return machine;
}

// Binds the values of the columns up to encryption from 1, in the order of the table, and runs.
Result<> run_with(Statement& statement, const StateMachine& machine)
{
    const std::string logging = json::write(machine.logging);
    const std::string tracing = json::write(machine.tracing);
    const std::string encryption = json::write(machine.encryption);
    statement.bind_text(1, machine.arn)
        .bind_text(2, machine.name)
        .bind(3, static_cast<std::int64_t>(machine.type))
        .bind(4, static_cast<std::int64_t>(machine.status))
        .bind_text(5, machine.definition_hash)
        .bind_text(6, machine.role_arn)
        .bind(7, machine.created.time_since_epoch().count())
        .bind(8, machine.updated.time_since_epoch().count())
        .bind_text(9, machine.revision_id)
        .bind_text(10, logging)
        .bind_text(11, tracing)
        .bind_text(12, encryption);
    return statement.run();
}

Result<> put_definition(Connection& connection, const StateMachine& machine)
{
    Statement* put =
        TRY(connection.cached("INSERT OR IGNORE INTO definition(hash,text) VALUES(?1,?2)"));
    return put->bind_text(1, machine.definition_hash).bind_text(2, machine.definition).run();
}

}  // namespace

Result<std::unique_ptr<SqliteCatalog>> SqliteCatalog::open(storage::Database& database)
{
    TRY(database.migrate("catalog", catalog_schema));
    return std::unique_ptr<SqliteCatalog>(new SqliteCatalog(database));
}

Result<std::unique_ptr<SqliteCatalog>> SqliteCatalog::open_for_reading(storage::Database& database)
{
    TRY(database.check_version("catalog", catalog_schema.size()));
    return std::unique_ptr<SqliteCatalog>(new SqliteCatalog(database));
}

Result<> SqliteCatalog::insert(Connection& connection, const StateMachine& machine)
{
    Statement* insert = TRY(connection.cached(
        "INSERT INTO machine(arn,name,type,status,definition_hash,role_arn,created,updated,"
        "revision_id,logging,tracing,encryption,tags,created_published,"
        "created_version_description) "
        "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15)"));
    const std::string tags = json::write(machine.tags);
    insert->bind_text(13, tags)
        .bind(14, machine.created_published ? 1 : 0)
        .bind_text(15, machine.created_version_description);
    const auto inserted = run_with(*insert, machine);
    if (!inserted && inserted.error().code == ErrorCode::ConflictingRequest) {
        return fail(ErrorCode::StateMachineAlreadyExists, "State Machine Already Exists: '{}'",
                    machine.arn);
    }
    if (!inserted) return inserted;
    return put_definition(connection, machine);
}

Result<> SqliteCatalog::create(const StateMachine& machine)
{
    return m_database.write(
        [&machine](Connection& connection) { return insert(connection, machine); });
}

Result<> SqliteCatalog::check_revision(Connection& connection, const std::string& arn,
                                       const std::string& expected_revision)
{
    Use find(*TRY(connection.cached("SELECT revision_id,status FROM machine WHERE arn=?1")));
    find->bind_text(1, arn);
    if (!TRY(find->step())) return no_machine(arn);
    if (find->integer(1) == static_cast<std::int64_t>(MachineStatus::Deleting))
        return machine_deleting(arn);
    if (find->text(0) == expected_revision) return {};
    return fail(ErrorCode::ConflictingRequest, "'{}' was updated by another request", arn);
}

Result<> SqliteCatalog::replace(Connection& connection, const StateMachine& machine,
                                const std::string& expected_revision)
{
    TRY(check_revision(connection, machine.arn, expected_revision));
    Statement* put =
        TRY(connection.cached("UPDATE machine SET "
                              "name=?2,type=?3,status=?4,definition_hash=?5,role_arn=?6,created=?7,"
                              "updated=?8,revision_id=?9,logging=?10,tracing=?11,encryption=?12 "
                              "WHERE arn=?1"));
    TRY(run_with(*put, machine));
    return put_definition(connection, machine);
}

Result<> SqliteCatalog::update(const StateMachine& machine, const std::string& expected_revision)
{
    return m_database.write(
        [&](Connection& connection) { return replace(connection, machine, expected_revision); });
}

Result<> SqliteCatalog::set_status(const std::string& arn, MachineStatus status)
{
    return m_database.write([&](Connection& connection) -> Result<> {
        Statement* put = TRY(connection.cached("UPDATE machine SET status=?2 WHERE arn=?1"));
        TRY(put->bind_text(1, arn).bind(2, static_cast<std::int64_t>(status)).run());
        if (connection.changes() == 0) return no_machine(arn);
        return {};
    });
}

Result<> SqliteCatalog::remove(const std::string& arn)
{
    return m_database.write([&](Connection& connection) -> Result<> {
        Statement* erase = TRY(connection.cached("DELETE FROM machine WHERE arn=?1"));
        TRY(erase->bind_text(1, arn).run());
        if (connection.changes() == 0) return no_machine(arn);
        for (const char* sql : {"DELETE FROM version WHERE machine_arn=?1",
                                "DELETE FROM alias WHERE machine_arn=?1"}) {
            Statement* theirs = TRY(connection.cached(sql));
            TRY(theirs->bind_text(1, arn).run());
        }
        return {};
    });
}

Result<std::optional<StateMachine>> SqliteCatalog::find(const std::string& arn)
{
    auto reader = m_database.reader();
    Use query(*TRY(reader->cached(WEFT_MACHINE_COLUMNS "WHERE m.arn=?1")));
    query->bind_text(1, arn);
    if (!TRY(query->step())) return std::nullopt;
    return TRY(machine_of(*query.operator->()));
}

Result<std::vector<StateMachine>> SqliteCatalog::list(const std::string& arn_prefix,
                                                      const std::string& after, std::size_t limit)
{
    auto reader = m_database.reader();
    std::int64_t created = INT64_MIN;
    if (!after.empty()) {
        // A machine that was removed since its page was read has no date to go on from.
        Use last(*TRY(reader->cached("SELECT created FROM machine WHERE arn=?1")));
        last->bind_text(1, after);
        if (!TRY(last->step()))
            return fail(ErrorCode::InvalidToken, "the page token's '{}' is gone", after);
        created = last->integer(0);
    }
    Use query(*TRY(reader->cached(
        WEFT_MACHINE_COLUMNS "WHERE (m.created,m.arn)>(?1,?2) AND substr(m.arn,1,length(?3))=?3 "
                             "ORDER BY m.created,m.arn LIMIT ?4")));
    query->bind(1, created)
        .bind_text(2, after)
        .bind_text(3, arn_prefix)
        .bind(4, static_cast<std::int64_t>(std::min<std::size_t>(limit, INT64_MAX)));
    std::vector<StateMachine> machines;
    while (TRY(query->step())) {
        auto machine = TRY(machine_of(*query.operator->()));
        machines.push_back(std::move(machine));
    }
    return machines;
}

Result<std::vector<std::string>> SqliteCatalog::deleting()
{
    auto reader = m_database.reader();
    Use query(*TRY(reader->cached("SELECT arn FROM machine WHERE status=2 ORDER BY arn")));
    std::vector<std::string> arns;
    while (TRY(query->step())) arns.emplace_back(query->text(0));
    return arns;
}

Result<std::optional<std::string>> SqliteCatalog::definition(const std::string& hash)
{
    auto reader = m_database.reader();
    Use query(*TRY(reader->cached("SELECT text FROM definition WHERE hash=?1")));
    query->bind_text(1, hash);
    if (!TRY(query->step())) return std::nullopt;
    return std::string(query->text(0));
}

}  // namespace weft::catalog
