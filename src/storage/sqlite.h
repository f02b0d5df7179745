#pragma once

#include "base/result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace weft::storage {

// A prepared statement. Binds by position from 1, reads columns from 0. Texts and blobs are
// borrowed until reset(); what a column gives is valid until the next step(). Not thread-safe, as
// is its connection.
class Statement {
public:
    Statement(Statement&& other) noexcept;
    Statement& operator=(Statement&&) = delete;
    ~Statement();

    Statement& bind(int index, std::int64_t value);
    Statement& bind(int index, std::optional<std::int64_t> value);
    Statement& bind_text(int index, std::string_view text);
    Statement& bind_blob(int index, std::string_view bytes);

    // True: a row is there. Errors as Connection says.
    Result<bool> step();
    // Runs a statement that gives no rows, and resets it.
    Result<> run();
    // Ready for new values; rows read so far are gone.
    void reset();

    bool is_null(int column) const;
    std::int64_t integer(int column) const;
    std::optional<std::int64_t> maybe_integer(int column) const;
    std::string_view text(int column) const;
    std::string_view blob(int column) const;

private:
    friend class Connection;
    Statement(sqlite3_stmt* statement, const std::string* path)
        : m_statement(statement), m_path(path)
    {
    }
    sqlite3_stmt* m_statement;
    const std::string* m_path;
};

// Resets a cached statement when its use ends, whatever the way out: an open one would pin a
// snapshot.
class Use {
public:
    explicit Use(Statement& statement) : m_statement(statement) {}
    ~Use() { m_statement.reset(); }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    Statement* operator->() { return &m_statement; }

private:
    Statement& m_statement;
};

enum class OpenMode : std::uint8_t { ReadWrite, ReadOnly };

// A connection to one database file. Every error names the file. Codes: Io (disk full, I/O error,
// read-only, cannot open), OutcomeUnknown (a sync failed), Corrupt (not a database, malformed),
// Busy (another connection holds the lock), ConflictingRequest (a constraint), Internal (our own
// SQL).
class Connection {
public:
    // `vfs`: a registered SQLite VFS; empty for the system's.
    static Result<std::unique_ptr<Connection>> open(const std::string& path, OpenMode mode,
                                                    const std::string& vfs = {});
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    Result<Statement> prepare(std::string_view sql);
    // The statement for this literal, prepared at its first use and kept. One user at a time.
    Result<Statement*> cached(const char* sql);
    Result<> execute(const char* sql);

    // False inside a transaction.
    bool autocommit() const;
    // Rows that the last INSERT, UPDATE or DELETE changed.
    std::int64_t changes() const;
    std::int64_t last_insert_id() const;
    const std::string& path() const { return m_path; }
    sqlite3* handle() { return m_handle; }

private:
    Connection(sqlite3* handle, std::string path) : m_handle(handle), m_path(std::move(path)) {}
    sqlite3* m_handle;
    std::string m_path;
    std::unordered_map<const char*, Statement> m_cached;
};

// The Error for what the connection reported last.
Error error_of(sqlite3* handle, int code, const std::string& path);

}  // namespace weft::storage
