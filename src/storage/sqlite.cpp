#include "storage/sqlite.h"

#include "base/assert.h"

#include <sqlite3.h>

namespace weft::storage {

namespace {

ErrorCode code_of(int extended)
{
    if (extended == SQLITE_IOERR_FSYNC || extended == SQLITE_IOERR_DIR_FSYNC)
        return ErrorCode::OutcomeUnknown;
    switch (extended & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_NOMEM: return ErrorCode::Io;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return ErrorCode::Corrupt;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return ErrorCode::Busy;
    case SQLITE_CONSTRAINT: return ErrorCode::ConflictingRequest;
    case SQLITE_TOOBIG: return ErrorCode::LimitExceeded;
    default: return ErrorCode::Internal;
    }
}

}  // namespace

Error error_of(sqlite3* handle, int code, const std::string& path)
{
    const int extended = handle != nullptr ? sqlite3_extended_errcode(handle) : code;
    const char* text = handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
    const int system = handle != nullptr ? sqlite3_system_errno(handle) : 0;
    std::string message = fmt::format("{}: {} (SQLite {})", path, text, extended);
    if ((extended & 0xff) == SQLITE_FULL) message += ": the disk is full";
    if (system != 0) message += fmt::format(", errno {}", system);
    return Error{code_of(extended), std::move(message), {}};
}

Statement::Statement(Statement&& other) noexcept
    : m_statement(std::exchange(other.m_statement, nullptr)), m_path(other.m_path)
{
}

Statement::~Statement()
{
    sqlite3_finalize(m_statement);
}

Statement& Statement::bind(int index, std::int64_t value)
{
    WEFT_ASSERT(sqlite3_bind_int64(m_statement, index, value) == SQLITE_OK);
    return *this;
}

Statement& Statement::bind(int index, std::optional<std::int64_t> value)
{
    if (value) return bind(index, *value);
    WEFT_ASSERT(sqlite3_bind_null(m_statement, index) == SQLITE_OK);
    return *this;
}

Statement& Statement::bind_text(int index, std::string_view text)
{
    // A null pointer would bind NULL.
    const char* data = text.empty() ? "" : text.data();
    WEFT_ASSERT(sqlite3_bind_text64(m_statement, index, data, text.size(), SQLITE_STATIC,
                                    SQLITE_UTF8) == SQLITE_OK);
    return *this;
}

Statement& Statement::bind_blob(int index, std::string_view bytes)
{
    const char* data = bytes.empty() ? "" : bytes.data();
    WEFT_ASSERT(sqlite3_bind_blob64(m_statement, index, data, bytes.size(), SQLITE_STATIC) ==
                SQLITE_OK);
    return *this;
}

Result<bool> Statement::step()
{
    const int code = sqlite3_step(m_statement);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return tl::unexpected(error_of(sqlite3_db_handle(m_statement), code, *m_path));
}

Result<> Statement::run()
{
    const auto row = step();
    reset();
    if (!row) return tl::unexpected(row.error());
    return {};
}

void Statement::reset()
{
    sqlite3_reset(m_statement);
}

bool Statement::is_null(int column) const
{
    return sqlite3_column_type(m_statement, column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const
{
    return sqlite3_column_int64(m_statement, column);
}

std::optional<std::int64_t> Statement::maybe_integer(int column) const
{
    if (is_null(column)) return std::nullopt;
    return integer(column);
}

std::string_view Statement::text(int column) const
{
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(m_statement, column));
    if (data == nullptr) return {};
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(m_statement, column))};
}

std::string_view Statement::blob(int column) const
{
    const auto* data = static_cast<const char*>(sqlite3_column_blob(m_statement, column));
    if (data == nullptr) return {};
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(m_statement, column))};
}

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path, OpenMode mode,
                                                     const std::string& vfs)
{
    // A connection is used by one thread at a time: no mutex of SQLite's own.
    const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                      (mode == OpenMode::ReadOnly ? SQLITE_OPEN_READONLY
                                                  : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    sqlite3* handle = nullptr;
    const int code =
        sqlite3_open_v2(path.c_str(), &handle, flags, vfs.empty() ? nullptr : vfs.c_str());
    if (code != SQLITE_OK) {
        Error error = error_of(handle, code, path);
        sqlite3_close_v2(handle);
        return tl::unexpected(std::move(error));
    }
    sqlite3_busy_timeout(handle, 10'000);
    return std::unique_ptr<Connection>(new Connection(handle, path));
}

Connection::~Connection()
{
    m_cached.clear();
    sqlite3_close_v2(m_handle);
}

Result<Statement> Connection::prepare(std::string_view sql)
{
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(m_handle, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) return tl::unexpected(error_of(m_handle, code, m_path));
    return Statement(statement, &m_path);
}

Result<Statement*> Connection::cached(const char* sql)
{
    auto found = m_cached.find(sql);
    if (found == m_cached.end()) found = m_cached.emplace(sql, TRY(prepare(sql))).first;
    return &found->second;
}

Result<> Connection::execute(const char* sql)
{
    const int code = sqlite3_exec(m_handle, sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return tl::unexpected(error_of(m_handle, code, m_path));
    return {};
}

bool Connection::autocommit() const
{
    return sqlite3_get_autocommit(m_handle) != 0;
}
std::int64_t Connection::changes() const
{
    return sqlite3_changes64(m_handle);
}
std::int64_t Connection::last_insert_id() const
{
    return sqlite3_last_insert_rowid(m_handle);
}

}  // namespace weft::storage
