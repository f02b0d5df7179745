#pragma once

#include "base/entropy.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

struct sqlite3_vfs;

namespace weft::test {

// A disk in memory as a SQLite VFS, with a model of what survives a loss of power: what was synced
// does; what was written since may be there, in part, or not, in any order. Registered under a
// name of its own while it lives. Any thread. The connections of a process that lost power must be
// gone before power_on().
class SimulatedDisk {
public:
    explicit SimulatedDisk(std::uint64_t seed);
    ~SimulatedDisk();
    SimulatedDisk(const SimulatedDisk&) = delete;
    SimulatedDisk& operator=(const SimulatedDisk&) = delete;

    // For DatabaseOptions::vfs, and for FaultVfs over this one.
    const std::string& name() const { return m_name; }

    // The power goes at the operation after `operations` more that change something (writes,
    // truncations, syncs, deletions): that one may have happened or not, and all later ones fail.
    void lose_power_after(std::uint64_t operations);
    void lose_power();
    bool is_off() const;
    // The files are what the disk kept of them.
    void power_on();

    // Whether files may grow beyond this many bytes in all: ENOSPC. What is there can be
    // overwritten.
    void set_room(std::size_t bytes);
    // Syncs are acknowledged and do nothing: the disk that no database survives.
    void set_syncs_lie(bool lie);

    std::size_t bytes() const;         // of all files
    std::uint64_t operations() const;  // that changed something
    std::uint64_t lost() const;        // writes that a loss of power undid, in whole or in part
    // As a folder of the system's, for what reads one (`weft check`).
    void save_to(const std::string& folder) const;
    // A file that is there from before.
    void create(const std::string& name, std::string bytes);

private:
    struct Change;  // a write or a truncation that was not synced
    struct Handle;  // an open file, where SQLite put it
    struct File;
    struct Methods;  // what SQLite calls

    // Under the mutex. False: the power is off.
    bool spend(std::unique_lock<std::mutex>& lock, const std::function<void()>& last_moment);
    bool coin(std::uint64_t one_in) { return m_entropy.next() % one_in == 0; }
    void keep_what_survives(File& file);

    std::string m_name;
    std::unique_ptr<sqlite3_vfs> m_vfs;
    mutable std::mutex m_mutex;
    Entropy m_entropy;
    std::map<std::string, std::shared_ptr<File>, std::less<>> m_files;
    std::map<std::string, std::shared_ptr<File>, std::less<>> m_deleted;  // may come back
    std::uint64_t m_operations = 0;
    std::uint64_t m_off_at = UINT64_MAX;
    bool m_off = false;
    bool m_syncs_lie = false;
    std::size_t m_room = SIZE_MAX;
    std::uint64_t m_lost = 0;
    int m_handles = 0;
};

}  // namespace weft::test
