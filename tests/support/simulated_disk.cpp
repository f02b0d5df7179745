#include "tests/support/simulated_disk.h"

#include "base/assert.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <new>
#include <utility>

namespace weft::test {

namespace {

constexpr std::size_t sector_bytes = 512;  // written whole or not at all
constexpr std::size_t region_bytes = 32'768;

void apply(std::string& to, std::size_t offset, std::string_view bytes)
{
    if (to.size() < offset + bytes.size()) to.resize(offset + bytes.size());
    std::ranges::copy(bytes, to.begin() + static_cast<std::ptrdiff_t>(offset));
}

unsigned mask_of(int offset, int count)
{
    return ((1U << count) - 1U) << offset;
}

}  // namespace

struct SimulatedDisk::Change {
    bool truncation = false;
    std::size_t offset = 0;  // or the new size
    std::string bytes;

    void apply_to(std::string& content) const
    {
        if (truncation)
            content.resize(offset);
        else
            apply(content, offset, bytes);
    }
};

struct SimulatedDisk::Handle {
    sqlite3_file base{};
    SimulatedDisk* disk = nullptr;
    std::shared_ptr<File> file;
    int lock = SQLITE_LOCK_NONE;
    unsigned shared_locks = 0;  // of the WAL's index: bits
    unsigned exclusive_locks = 0;
};

struct SimulatedDisk::File {
    std::string content;          // what a process reads
    std::string durable;          // what the disk surely has
    std::vector<Change> changes;  // since the last sync
    bool entry_durable = false;   // its name as well
    bool temporary = false;
    std::vector<Handle*> handles;
    std::vector<std::unique_ptr<char[]>> shared;  // the WAL's index
};

// What SQLite calls.
struct SimulatedDisk::Methods {
    static SimulatedDisk& disk_of(sqlite3_vfs* vfs)
    {
        return *static_cast<SimulatedDisk*>(vfs->pAppData);
    }

    static Handle& handle_of(sqlite3_file* file) { return *reinterpret_cast<Handle*>(file); }

    static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* at, int flags, int* out)
    {
        SimulatedDisk& disk = disk_of(vfs);
        at->pMethods = nullptr;
        const std::unique_lock lock(disk.m_mutex);
        if (disk.m_off) return SQLITE_CANTOPEN;
        std::shared_ptr<File> file;
        if (name == nullptr) {
            file = std::make_shared<File>();
            file->temporary = true;
        } else if (const auto found = disk.m_files.find(std::string_view(name));
                   found != disk.m_files.end()) {
            file = found->second;
        } else if ((flags & SQLITE_OPEN_CREATE) != 0) {
            file = disk.m_files.emplace(name, std::make_shared<File>()).first->second;
        } else {
            return SQLITE_CANTOPEN;
        }
        auto* handle = new (at) Handle;
        handle->disk = &disk;
        handle->file = std::move(file);
        handle->file->handles.push_back(handle);
        handle->base.pMethods = &table;
        ++disk.m_handles;
        if (out != nullptr) *out = flags;
        return SQLITE_OK;
    }
    static int remove(sqlite3_vfs* vfs, const char* name, int sync)
    {
        SimulatedDisk& disk = disk_of(vfs);
        std::unique_lock lock(disk.m_mutex);
        const auto found = disk.m_files.find(std::string_view(name));
        if (found == disk.m_files.end()) return SQLITE_IOERR_DELETE_NOENT;
        if (!disk.spend(lock, [] {})) return SQLITE_IOERR_DELETE;
        disk.m_deleted.erase(name);
        if (found->second->entry_durable && (sync == 0 || disk.m_syncs_lie))
            disk.m_deleted.emplace(name, found->second);
        disk.m_files.erase(found);
        return SQLITE_OK;
    }
    static int access(sqlite3_vfs* vfs, const char* name, int, int* result)
    {
        SimulatedDisk& disk = disk_of(vfs);
        const std::unique_lock lock(disk.m_mutex);
        const auto found = disk.m_files.find(std::string_view(name));
        *result = found != disk.m_files.end() ? 1 : 0;
        return SQLITE_OK;
    }
    static int full_name(sqlite3_vfs*, const char* name, int size, char* out)
    {
        sqlite3_snprintf(size, out, "%s", name);
        return SQLITE_OK;
    }

    static int close(sqlite3_file* at)
    {
        Handle& handle = handle_of(at);
        SimulatedDisk& disk = *handle.disk;
        const std::unique_lock lock(disk.m_mutex);
        std::erase(handle.file->handles, &handle);
        --disk.m_handles;
        handle.~Handle();
        return SQLITE_OK;
    }
    static int read(sqlite3_file* at, void* to, int size, sqlite3_int64 offset)
    {
        const Handle& handle = handle_of(at);
        const std::unique_lock lock(handle.disk->m_mutex);
        if (handle.disk->m_off) return SQLITE_IOERR_READ;
        const std::string& content = handle.file->content;
        const auto from = std::min(static_cast<std::size_t>(offset), content.size());
        const std::size_t there = std::min(static_cast<std::size_t>(size), content.size() - from);
        std::memcpy(to, content.data() + from, there);
        if (there == static_cast<std::size_t>(size)) return SQLITE_OK;
        std::memset(static_cast<char*>(to) + there, 0, static_cast<std::size_t>(size) - there);
        return SQLITE_IOERR_SHORT_READ;
    }
    static int write(sqlite3_file* at, const void* from, int size, sqlite3_int64 offset)
    {
        Handle& handle = handle_of(at);
        SimulatedDisk& disk = *handle.disk;
        std::unique_lock lock(disk.m_mutex);
        File& file = *handle.file;
        Change change{false, static_cast<std::size_t>(offset),
                      std::string(static_cast<const char*>(from), static_cast<std::size_t>(size))};
        if (file.temporary) {
            change.apply_to(file.content);
            return SQLITE_OK;
        }
        if (!disk.spend(lock, [&] { file.changes.push_back(change); })) return SQLITE_IOERR_WRITE;
        const std::size_t end = change.offset + change.bytes.size();
        if (end > file.content.size()) {
            std::size_t used = 0;
            for (const auto& [name, other] : disk.m_files) used += other->content.size();
            if (used + (end - file.content.size()) > disk.m_room) {
                errno = ENOSPC;
                return SQLITE_FULL;
            }
        }
        change.apply_to(file.content);
        file.changes.push_back(std::move(change));
        return SQLITE_OK;
    }
    static int truncate(sqlite3_file* at, sqlite3_int64 size)
    {
        Handle& handle = handle_of(at);
        std::unique_lock lock(handle.disk->m_mutex);
        File& file = *handle.file;
        Change change{true, static_cast<std::size_t>(size), {}};
        if (!handle.disk->spend(lock, [&] { file.changes.push_back(change); }))
            return SQLITE_IOERR_TRUNCATE;
        change.apply_to(file.content);
        file.changes.push_back(std::move(change));
        return SQLITE_OK;
    }
    static int sync(sqlite3_file* at, int)
    {
        Handle& handle = handle_of(at);
        SimulatedDisk& disk = *handle.disk;
        std::unique_lock lock(disk.m_mutex);
        if (!disk.spend(lock, [] {})) return SQLITE_IOERR_FSYNC;
        if (disk.m_syncs_lie) return SQLITE_OK;
        File& file = *handle.file;
        for (const Change& change : file.changes) change.apply_to(file.durable);
        file.changes.clear();
        // SQLite's own VFS syncs the folder with a new file.
        file.entry_durable = true;
        return SQLITE_OK;
    }
    static int size(sqlite3_file* at, sqlite3_int64* size)
    {
        const Handle& handle = handle_of(at);
        const std::unique_lock lock(handle.disk->m_mutex);
        if (handle.disk->m_off) return SQLITE_IOERR_FSTAT;
        *size = static_cast<sqlite3_int64>(handle.file->content.size());
        return SQLITE_OK;
    }

    static int lock(sqlite3_file* at, int level)
    {
        Handle& handle = handle_of(at);
        const std::unique_lock lock(handle.disk->m_mutex);
        if (handle.lock >= level) return SQLITE_OK;
        for (const Handle* other : handle.file->handles) {
            if (other == &handle) continue;
            const bool clash = level == SQLITE_LOCK_SHARED     ? other->lock >= SQLITE_LOCK_PENDING
                               : level == SQLITE_LOCK_RESERVED ? other->lock >= SQLITE_LOCK_RESERVED
                                                               : other->lock != SQLITE_LOCK_NONE;
            if (clash) return SQLITE_BUSY;
        }
        handle.lock = level;
        return SQLITE_OK;
    }
    static int unlock(sqlite3_file* at, int level)
    {
        Handle& handle = handle_of(at);
        const std::unique_lock lock(handle.disk->m_mutex);
        handle.lock = std::min(handle.lock, level);
        return SQLITE_OK;
    }
    static int check_reserved(sqlite3_file* at, int* reserved)
    {
        const Handle& handle = handle_of(at);
        const std::unique_lock lock(handle.disk->m_mutex);
        *reserved = std::ranges::any_of(handle.file->handles, [](const Handle* other) {
            return other->lock >= SQLITE_LOCK_RESERVED;
        });
        return SQLITE_OK;
    }
    static int control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
    static int sector_size(sqlite3_file*) { return 4'096; }
    static int characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

    static int map_shared(sqlite3_file* at, int region, int size, int extend,
                          void volatile** memory)
    {
        Handle& handle = handle_of(at);
        const std::unique_lock lock(handle.disk->m_mutex);
        WEFT_ASSERT(size == static_cast<int>(region_bytes));
        auto& regions = handle.file->shared;
        *memory = nullptr;
        while (regions.size() <= static_cast<std::size_t>(region)) {
            if (extend == 0) return SQLITE_OK;
            regions.push_back(std::make_unique<char[]>(region_bytes));
        }
        *memory = regions[static_cast<std::size_t>(region)].get();
        return SQLITE_OK;
    }
    static int lock_shared(sqlite3_file* at, int offset, int count, int flags)
    {
        Handle& handle = handle_of(at);
        const std::unique_lock lock(handle.disk->m_mutex);
        const unsigned mask = mask_of(offset, count);
        if ((flags & SQLITE_SHM_UNLOCK) != 0) {
            handle.shared_locks &= ~mask;
            handle.exclusive_locks &= ~mask;
            return SQLITE_OK;
        }
        const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
        for (const Handle* other : handle.file->handles) {
            if (other == &handle) continue;
            if ((other->exclusive_locks & mask) != 0) return SQLITE_BUSY;
            if (exclusive && (other->shared_locks & mask) != 0) return SQLITE_BUSY;
        }
        (exclusive ? handle.exclusive_locks : handle.shared_locks) |= mask;
        return SQLITE_OK;
    }
    static void shared_barrier(sqlite3_file*)
    {
        std::atomic_thread_fence(std::memory_order_seq_cst);
    }
    static int unmap_shared(sqlite3_file* at, int)
    {
        Handle& handle = handle_of(at);
        const std::unique_lock lock(handle.disk->m_mutex);
        handle.shared_locks = 0;
        handle.exclusive_locks = 0;
        if (handle.file->handles.size() == 1) handle.file->shared.clear();
        return SQLITE_OK;
    }

    static const sqlite3_io_methods table;
};

const sqlite3_io_methods SimulatedDisk::Methods::table = {2,
                                                          close,
                                                          read,
                                                          write,
                                                          truncate,
                                                          sync,
                                                          size,
                                                          lock,
                                                          unlock,
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

SimulatedDisk::SimulatedDisk(std::uint64_t seed)
    : m_vfs(std::make_unique<sqlite3_vfs>()), m_entropy(seed)
{
    static std::atomic<int> count{0};
    m_name = "weft-disk-" + std::to_string(++count);
    sqlite3_vfs* real = sqlite3_vfs_find(nullptr);
    WEFT_ASSERT(real != nullptr);
    *m_vfs = *real;  // time, sleep, randomness
    m_vfs->pNext = nullptr;
    m_vfs->zName = m_name.c_str();
    m_vfs->pAppData = this;
    m_vfs->szOsFile = static_cast<int>(sizeof(Handle));
    m_vfs->xOpen = Methods::open;
    m_vfs->xDelete = Methods::remove;
    m_vfs->xAccess = Methods::access;
    m_vfs->xFullPathname = Methods::full_name;
    WEFT_ASSERT(sqlite3_vfs_register(m_vfs.get(), 0) == SQLITE_OK);
}

SimulatedDisk::~SimulatedDisk()
{
    WEFT_ASSERT(m_handles == 0);
    sqlite3_vfs_unregister(m_vfs.get());
}

bool SimulatedDisk::spend(std::unique_lock<std::mutex>&, const std::function<void()>& last_moment)
{
    if (m_off) return false;
    if (m_operations++ < m_off_at) return true;
    last_moment();
    m_off = true;
    return false;
}

void SimulatedDisk::lose_power_after(std::uint64_t operations)
{
    const std::unique_lock lock(m_mutex);
    m_off_at = m_operations + operations;
}

void SimulatedDisk::lose_power()
{
    const std::unique_lock lock(m_mutex);
    m_off = true;
}

bool SimulatedDisk::is_off() const
{
    const std::unique_lock lock(m_mutex);
    return m_off;
}

void SimulatedDisk::power_on()
{
    const std::unique_lock lock(m_mutex);
    WEFT_ASSERT(m_handles == 0);
    for (auto at = m_files.begin(); at != m_files.end();) {
        keep_what_survives(*at->second);
        // A name that was never synced.
        const bool gone = !at->second->entry_durable && coin(2);
        at = gone ? m_files.erase(at) : std::next(at);
    }
    for (auto& [name, file] : m_deleted) {
        if (m_files.contains(name) || coin(2)) continue;
        keep_what_survives(*file);
        m_files.emplace(name, file);
    }
    m_deleted.clear();
    m_off = false;
    m_off_at = UINT64_MAX;
}

// Of what was not synced: a sector of 512 bytes is there or is not. Now and then a whole cut keeps
// or loses everything, so that the plain cases come as well.
void SimulatedDisk::keep_what_survives(File& file)
{
    const std::uint64_t mode = m_entropy.next() % 4;
    for (const Change& change : file.changes) {
        if (mode == 0 || (mode > 1 && coin(3))) {
            ++m_lost;
            continue;
        }
        if (mode == 1 || change.truncation || coin(2)) {
            change.apply_to(file.durable);
            continue;
        }
        ++m_lost;
        const std::string_view bytes = change.bytes;
        for (std::size_t at = 0; at < bytes.size();) {
            const std::size_t end =
                std::min(bytes.size(), at + sector_bytes - (change.offset + at) % sector_bytes);
            if (coin(2)) apply(file.durable, change.offset + at, bytes.substr(at, end - at));
            at = end;
        }
    }
    file.changes.clear();
    file.content = file.durable;
    file.shared.clear();
    file.entry_durable = file.entry_durable || coin(2);
}

void SimulatedDisk::set_room(std::size_t bytes)
{
    const std::unique_lock lock(m_mutex);
    m_room = bytes;
}

void SimulatedDisk::set_syncs_lie(bool lie)
{
    const std::unique_lock lock(m_mutex);
    m_syncs_lie = lie;
}

std::size_t SimulatedDisk::bytes() const
{
    const std::unique_lock lock(m_mutex);
    std::size_t used = 0;
    for (const auto& [name, file] : m_files) used += file->content.size();
    return used;
}

std::uint64_t SimulatedDisk::operations() const
{
    const std::unique_lock lock(m_mutex);
    return m_operations;
}

std::uint64_t SimulatedDisk::lost() const
{
    const std::unique_lock lock(m_mutex);
    return m_lost;
}

void SimulatedDisk::save_to(const std::string& folder) const
{
    const std::unique_lock lock(m_mutex);
    for (const auto& [name, file] : m_files) {
        const std::string to = folder + name.substr(name.rfind('/'));
        std::ofstream(to, std::ios::binary | std::ios::trunc) << file->content;
    }
}

void SimulatedDisk::create(const std::string& name, std::string bytes)
{
    const std::unique_lock lock(m_mutex);
    auto file = std::make_shared<File>();
    file->durable = bytes;
    file->content = std::move(bytes);
    file->entry_durable = true;
    m_files[name] = std::move(file);
}

}  // namespace weft::test
