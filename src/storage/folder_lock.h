#pragma once

#include "base/result.h"

#include <string>

namespace weft::storage {

// One process at a time: an advisory lock (flock) on `<folder>/lock`, which ends with the process
// however it ends. The file holds the holder's process id, for the message that a second opener
// gets.
class FolderLock {
public:
    // Makes the folder, and those above it, if they are missing. Errors: Locked (names folder and
    // process), Io.
    static Result<FolderLock> acquire(const std::string& folder);
    FolderLock(FolderLock&& other) noexcept;
    FolderLock& operator=(FolderLock&&) = delete;
    ~FolderLock();

private:
    explicit FolderLock(int file) : m_file(file) {}
    int m_file;
};

}  // namespace weft::storage
