#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

struct sqlite3_vfs;

namespace weft::storage {

enum class DiskFault : std::uint8_t {
    None,
    DiskFull,    // writes fail with ENOSPC
    WriteError,  // writes fail with EIO
    ShortWrite,  // half is written, then EIO
    SyncError,   // syncs fail
    ReadError,
};

// A SQLite VFS over another, the system's if none is named, that counts what goes to the disk and
// fails on demand; registered under a name of its own while it lives. For tests; any thread. Shared
// memory (the WAL's index) is never touched.
class FaultVfs {
public:
    // `below`: a registered VFS.
    explicit FaultVfs(const std::string& below = {});
    ~FaultVfs();
    FaultVfs(const FaultVfs&) = delete;
    FaultVfs& operator=(const FaultVfs&) = delete;

    // For DatabaseOptions::vfs.
    const std::string& name() const { return m_name; }

    // After `skip` more operations of the kind, the next `count` fail.
    void inject(DiskFault fault, std::int64_t skip = 0, std::int64_t count = INT64_MAX);
    void clear() { m_fault = DiskFault::None; }

    std::uint64_t writes() const { return m_writes; }
    std::uint64_t bytes() const { return m_bytes; }
    std::uint64_t syncs() const { return m_syncs; }

    sqlite3_vfs* below() const { return m_below; }
    // Called by the files: the fault that this operation meets.
    DiskFault at_write(std::uint64_t bytes);
    DiskFault at_sync();
    DiskFault at_read();

private:
    bool hit();

    std::string m_name;
    sqlite3_vfs* m_below;
    std::unique_ptr<sqlite3_vfs> m_vfs;
    std::atomic<DiskFault> m_fault{DiskFault::None};
    std::atomic<std::int64_t> m_skip{0};
    std::atomic<std::int64_t> m_count{0};
    std::atomic<std::uint64_t> m_writes{0};
    std::atomic<std::uint64_t> m_bytes{0};
    std::atomic<std::uint64_t> m_syncs{0};
};

}  // namespace weft::storage
