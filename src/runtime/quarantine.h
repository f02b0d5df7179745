#pragma once

#include "base/result.h"

#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace weft::runtime {

// Executions whose stored history does not check out, found when they were loaded. They stay in the
// journal as they are and run no further; whoever asks for one is told why. Lost with the process:
// the next start finds them again. Any thread.
class Quarantine {
public:
    // The first finding stays. Beyond a bounded number only the log knows.
    void add(const std::string& execution_arn, const Error& error)
    {
        const std::lock_guard lock(m_mutex);
        if (m_found.size() < found_max) m_found.emplace(execution_arn, error);
    }
    // Corrupt when it is here.
    Result<> check(const std::string& execution_arn) const
    {
        const std::lock_guard lock(m_mutex);
        const auto found = m_found.find(execution_arn);
        if (found == m_found.end()) return {};
        return tl::unexpected(found->second);
    }

private:
    static constexpr std::size_t found_max = 10'000;

    mutable std::mutex m_mutex;
    std::map<std::string, Error> m_found;
};

}  // namespace weft::runtime
