#include "storage/database.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <future>
#include <string_view>
#include <utility>

namespace weft::storage {

namespace {

// Every connection: our own file, nothing in it may run code; temporary tables in memory.
constexpr const char* common_pragmas = "PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY;";

Result<std::string> pragma(Connection& connection, std::string_view sql)
{
    auto statement = TRY(connection.prepare(sql));
    if (!TRY(statement.step())) return std::string();
    return std::string(statement.text(0));
}

class FunctionWrite final : public Write {
public:
    FunctionWrite(Function<Result<>(Connection&)> apply, std::promise<Result<>>& promise)
        : m_apply(std::move(apply)), m_promise(promise)
    {
    }
    Result<> apply(Connection& connection) override { return m_apply(connection); }
    void done(Result<> result) override { m_promise.set_value(std::move(result)); }

private:
    Function<Result<>(Connection&)> m_apply;
    std::promise<Result<>>& m_promise;
};

}  // namespace

Database::Database(FolderLock lock, std::string path)
    : m_lock(std::move(lock)), m_path(std::move(path))
{
}

Database::~Database()
{
    // Readers first: the last connection that closes, the writer's, then empties and removes the
    // WAL.
    if (m_committer) m_committer->close();
    m_readers.reset();
}

Result<std::unique_ptr<Database>> Database::open(const std::string& folder, DatabaseOptions options)
{
    auto lock = TRY(FolderLock::acquire(folder));
    std::unique_ptr<Database> database(new Database(std::move(lock), folder + "/weft.db"));
    TRY(database->open_connections(options));
    return database;
}

Result<> Database::open_connections(const DatabaseOptions& options)
{
    if (access(m_path.c_str(), F_OK) == 0 && access(m_path.c_str(), W_OK) != 0)
        return fail(ErrorCode::Io, "cannot write to {}: {}", m_path, std::strerror(errno));
    auto writer = TRY(Connection::open(m_path, OpenMode::ReadWrite, options.vfs));
    TRY(writer->execute(common_pragmas));
    // EXTRA: a new file turns into one with a log by a transaction with a rollback journal. Were
    // the removal of that journal not synced, it could come back with a loss of power, and undo
    // all.
    TRY(writer->execute("PRAGMA synchronous=EXTRA"));
    const std::string mode = TRY(pragma(*writer, "PRAGMA journal_mode=WAL"));
    if (mode != "wal") {
        return fail(ErrorCode::Io, "{}: the file system does not support a write-ahead log ({})",
                    m_path, mode);
    }
    // FULL: a commit is synced before it is visible. No checkpoints inside a commit: they are its
    // p99.
    TRY(writer->execute(
        "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-49152;"
        "CREATE TABLE IF NOT EXISTS component"
        "(name TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID;"));
    auto checkpointer = TRY(Connection::open(m_path, OpenMode::ReadWrite, options.vfs));
    TRY(checkpointer->execute(common_pragmas));
    TRY(checkpointer->execute("PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;"));
    TRY(open_readers(options.readers, options.vfs));
    m_committer =
        std::make_unique<Committer>(std::move(writer), std::move(checkpointer), options.committer);
    return {};
}

Result<> Database::open_readers(std::size_t count, const std::string& vfs)
{
    std::vector<std::unique_ptr<Connection>> readers;
    for (std::size_t i = 0; i < std::max<std::size_t>(1, count); ++i) {
        auto reader = TRY(Connection::open(m_path, OpenMode::ReadOnly, vfs));
        TRY(reader->execute(common_pragmas));
        TRY(reader->execute("PRAGMA query_only=ON; PRAGMA cache_size=-4096;"));
        readers.push_back(std::move(reader));
    }
    m_readers = std::make_unique<Readers>(std::move(readers));
    return {};
}

Result<std::unique_ptr<Database>> Database::open_for_reading(const std::string& folder,
                                                             std::size_t readers)
{
    const std::string path = folder + "/weft.db";
    // The lock would make the folder.
    if (access(path.c_str(), R_OK) != 0)
        return fail(errno == ENOENT ? ErrorCode::NotFound : ErrorCode::Io, "cannot read {}: {}",
                    path, std::strerror(errno));
    auto lock = TRY(FolderLock::acquire(folder));
    std::unique_ptr<Database> database(new Database(std::move(lock), path));
    TRY(database->open_readers(readers, {}));
    return database;
}

Result<> Database::check_version(const std::string& component, std::size_t newest)
{
    auto reader = m_readers->lease();
    auto find = TRY(reader->prepare("SELECT version FROM component WHERE name=?1"));
    find.bind_text(1, component);
    if (!TRY(find.step()))
        return fail(ErrorCode::NotFound, "{}: it has no {} tables", m_path, component);
    const auto version = static_cast<std::size_t>(find.integer(0));
    if (version == newest) return {};
    return fail(ErrorCode::Unsupported, "{}: its {} tables are of version {}, this weft has {}: {}",
                m_path, component, version, newest,
                version < newest ? "start the server once, it brings them up to date"
                                 : "a newer weft wrote them");
}

Result<std::vector<std::string>> Database::faults_of_file(std::size_t faults_max)
{
    auto reader = m_readers->lease();
    auto check = TRY(reader->prepare(fmt::format("PRAGMA integrity_check({})", faults_max)));
    std::vector<std::string> faults;
    while (TRY(check.step()))
        if (check.text(0) != "ok") faults.emplace_back(check.text(0));
    return faults;
}

void Database::submit(std::unique_ptr<Write> write, Admission admission)
{
    if (m_committer) return m_committer->submit(std::move(write), admission);
    write->done(fail(ErrorCode::Unsupported, "{} is open for reading only", m_path));
}

Result<> Database::migrate(const std::string& component, std::span<const char* const> steps)
{
    return write([&](Connection& connection) -> Result<> {
        auto find = TRY(connection.prepare("SELECT version FROM component WHERE name=?1"));
        find.bind_text(1, component);
        const bool known = TRY(find.step());
        const std::int64_t version = known ? find.integer(0) : 0;
        find.reset();
        const auto newest = static_cast<std::int64_t>(steps.size());
        if (version > newest) {
            return fail(
                ErrorCode::Unsupported,
                "{}: its {} tables are of version {}, written by a newer weft; this one knows "
                "up to version {}",
                m_path, component, version, newest);
        }
        if (version == newest) return {};
        for (std::int64_t step = version; step < newest; ++step) {
            // A step that fails undoes the whole group, and with it the steps before.
            if (auto done = connection.execute(steps[static_cast<std::size_t>(step)]); !done)
                return fail(ErrorCode::Io, "{}", done.error().message);
        }
        auto note = TRY(connection.prepare(
            "INSERT INTO component VALUES(?1,?2) ON CONFLICT(name) DO UPDATE SET version=?2"));
        return note.bind_text(1, component).bind(2, newest).run();
    });
}

Result<> Database::write(Function<Result<>(Connection&)> apply)
{
    std::promise<Result<>> promise;
    auto future = promise.get_future();
    submit(std::make_unique<FunctionWrite>(std::move(apply), promise), Admission::Always);
    return future.get();
}

}  // namespace weft::storage
