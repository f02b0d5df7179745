#include "storage/fault_vfs.h"

#include "base/assert.h"

#include <sqlite3.h>

#include <cerrno>
#include <cstddef>
#include <new>

namespace weft::storage {

namespace {

// The system's file lies behind this one, in the memory that SQLite gave for both.
struct File {
    sqlite3_file base;
    FaultVfs* owner;
};
constexpr std::size_t head_bytes = (sizeof(File) + alignof(std::max_align_t) - 1) /
                                   alignof(std::max_align_t) * alignof(std::max_align_t);

FaultVfs& owner_of(sqlite3_file* file)
{
    return *reinterpret_cast<File*>(file)->owner;
}
sqlite3_file* real_of(sqlite3_file* file)
{
    return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + head_bytes);
}
sqlite3_vfs* real_vfs(sqlite3_vfs* vfs)
{
    return static_cast<FaultVfs*>(vfs->pAppData)->below();
}

int close_file(sqlite3_file* file)
{
    return real_of(file)->pMethods->xClose(real_of(file));
}
int read_file(sqlite3_file* file, void* to, int size, sqlite3_int64 offset)
{
    if (owner_of(file).at_read() != DiskFault::None) return SQLITE_IOERR_READ;
    return real_of(file)->pMethods->xRead(real_of(file), to, size, offset);
}
int write_file(sqlite3_file* file, const void* from, int size, sqlite3_int64 offset)
{
    switch (owner_of(file).at_write(static_cast<std::uint64_t>(size))) {
    case DiskFault::DiskFull: errno = ENOSPC; return SQLITE_FULL;
    case DiskFault::WriteError: errno = EIO; return SQLITE_IOERR_WRITE;
    case DiskFault::ShortWrite:
        (void)real_of(file)->pMethods->xWrite(real_of(file), from, size / 2, offset);
        errno = EIO;
        return SQLITE_IOERR_WRITE;
    default: return real_of(file)->pMethods->xWrite(real_of(file), from, size, offset);
    }
}
int truncate_file(sqlite3_file* file, sqlite3_int64 size)
{
    return real_of(file)->pMethods->xTruncate(real_of(file), size);
}
int sync_file(sqlite3_file* file, int flags)
{
    if (owner_of(file).at_sync() != DiskFault::None) return SQLITE_IOERR_FSYNC;
    return real_of(file)->pMethods->xSync(real_of(file), flags);
}
int file_size(sqlite3_file* file, sqlite3_int64* size)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), size);
}
int lock_file(sqlite3_file* file, int level)
{
    return real_of(file)->pMethods->xLock(real_of(file), level);
}
int unlock_file(sqlite3_file* file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}
int check_reserved(sqlite3_file* file, int* reserved)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), reserved);
}
int control(sqlite3_file* file, int operation, void* argument)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), operation, argument);
}
int sector_size(sqlite3_file* file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}
int characteristics(sqlite3_file* file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}
int map_shared(sqlite3_file* file, int page, int size, int extend, void volatile** memory)
{
    return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, memory);
}
int lock_shared(sqlite3_file* file, int offset, int count, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, count, flags);
}
void shared_barrier(sqlite3_file* file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}
int unmap_shared(sqlite3_file* file, int erase)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), erase);
}

// Version 2: without memory-mapped reading, which would pass by read_file.
constexpr sqlite3_io_methods methods = {2,
                                        close_file,
                                        read_file,
                                        write_file,
                                        truncate_file,
                                        sync_file,
                                        file_size,
                                        lock_file,
                                        unlock_file,
                                        check_reserved,
                                        control,
                                        sector_size,
                                        characteristics,
                                        map_shared,
                                        lock_shared,
                                        shared_barrier,
                                        unmap_shared,
                                        nullptr,
                                        nullptr};

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* flags_out)
{
    auto* own = new (file) File{};
    own->owner = static_cast<FaultVfs*>(vfs->pAppData);
    sqlite3_vfs* real = real_vfs(vfs);
    const int code = real->xOpen(real, name, real_of(file), flags, flags_out);
    file->pMethods = real_of(file)->pMethods != nullptr ? &methods : nullptr;
    return code;
}
int delete_file(sqlite3_vfs* vfs, const char* name, int sync)
{
    return real_vfs(vfs)->xDelete(real_vfs(vfs), name, sync);
}
int access_file(sqlite3_vfs* vfs, const char* name, int flags, int* result)
{
    return real_vfs(vfs)->xAccess(real_vfs(vfs), name, flags, result);
}
int full_name(sqlite3_vfs* vfs, const char* name, int size, char* out)
{
    return real_vfs(vfs)->xFullPathname(real_vfs(vfs), name, size, out);
}

}  // namespace

FaultVfs::FaultVfs(const std::string& below)
    : m_below(sqlite3_vfs_find(below.empty() ? nullptr : below.c_str())),
      m_vfs(std::make_unique<sqlite3_vfs>())
{
    static std::atomic<int> count{0};
    m_name = "weft-fault-" + std::to_string(++count);
    WEFT_ASSERT(m_below != nullptr);
    *m_vfs = *m_below;
    m_vfs->pNext = nullptr;
    m_vfs->zName = m_name.c_str();
    m_vfs->pAppData = this;
    m_vfs->szOsFile = static_cast<int>(head_bytes) + m_below->szOsFile;
    m_vfs->xOpen = open_file;
    m_vfs->xDelete = delete_file;
    m_vfs->xAccess = access_file;
    m_vfs->xFullPathname = full_name;
    WEFT_ASSERT(sqlite3_vfs_register(m_vfs.get(), 0) == SQLITE_OK);
}

FaultVfs::~FaultVfs()
{
    sqlite3_vfs_unregister(m_vfs.get());
}

void FaultVfs::inject(DiskFault fault, std::int64_t skip, std::int64_t count)
{
    m_fault = DiskFault::None;
    m_skip = skip;
    m_count = count;
    m_fault = fault;
}

bool FaultVfs::hit()
{
    return m_skip.fetch_sub(1) <= 0 && m_count.fetch_sub(1) > 0;
}

DiskFault FaultVfs::at_write(std::uint64_t bytes)
{
    const DiskFault fault = m_fault;
    if (fault != DiskFault::None && fault != DiskFault::SyncError &&
        fault != DiskFault::ReadError && hit())
        return fault;
    ++m_writes;
    m_bytes += bytes;
    return DiskFault::None;
}

DiskFault FaultVfs::at_sync()
{
    if (m_fault == DiskFault::SyncError && hit()) return DiskFault::SyncError;
    ++m_syncs;
    return DiskFault::None;
}

DiskFault FaultVfs::at_read()
{
    return m_fault == DiskFault::ReadError && hit() ? DiskFault::ReadError : DiskFault::None;
}

}  // namespace weft::storage
