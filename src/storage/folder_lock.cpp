#include "storage/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace weft::storage {

Result<FolderLock> FolderLock::acquire(const std::string& folder)
{
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        return fail(ErrorCode::Io, "cannot make the data folder {}: {}", folder, error.message());
    if (access(folder.c_str(), R_OK | W_OK | X_OK) != 0) {
        return fail(ErrorCode::Io, "cannot write to the data folder {}: {}", folder,
                    std::strerror(errno));
    }
    const std::string path = folder + "/lock";
    const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0) return fail(ErrorCode::Io, "cannot open {}: {}", path, std::strerror(errno));
    FolderLock lock(file);
    if (flock(file, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK)
            return fail(ErrorCode::Io, "cannot lock {}: {}", path, std::strerror(errno));
        std::array<char, 32> text{};
        const auto size = pread(file, text.data(), text.size() - 1, 0);
        const std::string_view holder(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
        return fail(ErrorCode::Locked, "the data folder {} is in use by process {}", folder,
                    holder.empty() ? "(unknown)" : holder);
    }
    // The process id serves the message alone: a full disk must not stop the lock.
    const std::string pid = std::to_string(getpid());
    if (ftruncate(file, 0) == 0) {
        [[maybe_unused]] const auto written = pwrite(file, pid.data(), pid.size(), 0);
    }
    return lock;
}

FolderLock::FolderLock(FolderLock&& other) noexcept : m_file(std::exchange(other.m_file, -1)) {}

FolderLock::~FolderLock()
{
    if (m_file >= 0) close(m_file);
}

}  // namespace weft::storage
