#pragma once

#include "storage/committer.h"
#include "storage/folder_lock.h"
#include "storage/readers.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace weft::storage {

struct DatabaseOptions {
    CommitterOptions committer;
    std::size_t readers = 4;
    std::string vfs;  // a registered SQLite VFS, for tests with faults
};

// The SQLite file `<folder>/weft.db` in WAL mode with `synchronous=FULL`: the folder's lock, the
// committer and the readers. Those who keep tables in it (journal, catalog) bring their own
// migrations.
class Database {
public:
    // Errors: Locked (another process), Io (cannot make, read-only, …), Corrupt (not a database).
    static Result<std::unique_ptr<Database>> open(const std::string& folder,
                                                  DatabaseOptions options = {});
    // For looking only: nothing is written to the file or its log, and what its users write is
    // refused (Unsupported). The folder is locked all the same. Errors: those of open(), NotFound
    // when there is no such file.
    static Result<std::unique_ptr<Database>> open_for_reading(const std::string& folder,
                                                              std::size_t readers = 1);
    ~Database();

    // Brings the tables of `component` up to date: `steps[i]` leads from version i to i + 1; all
    // that are missing run in one transaction. Before the component's first write. Error:
    // Unsupported when the tables are of a newer version.
    Result<> migrate(const std::string& component, std::span<const char* const> steps);

    // Opened for reading: whether the tables of `component` are of this version. Errors:
    // Unsupported (of another version), NotFound (there are none).
    Result<> check_version(const std::string& component, std::size_t newest);
    // Opened for reading: what SQLite finds wrong with the file itself, each index against its
    // table included; at most so many faults.
    Result<std::vector<std::string>> faults_of_file(std::size_t faults_max);

    void submit(std::unique_ptr<Write> write, Admission admission);
    // Submits and waits. `apply` runs on the committer's thread, under the rule of Write.
    Result<> write(Function<Result<>(Connection&)> apply);
    Readers::Lease reader() { return m_readers->lease(); }

    // Commits what was queued and takes nothing more. Reading goes on.
    void close()
    {
        if (m_committer) m_committer->close();
    }
    CommitterStats stats() const { return m_committer ? m_committer->stats() : CommitterStats(); }
    const std::string& path() const { return m_path; }

private:
    Database(FolderLock lock, std::string path);
    Result<> open_connections(const DatabaseOptions& options);
    Result<> open_readers(std::size_t count, const std::string& vfs);

    FolderLock m_lock;  // released last
    std::string m_path;
    std::unique_ptr<Committer> m_committer;  // null when opened for reading
    std::unique_ptr<Readers> m_readers;
};

}  // namespace weft::storage
