#pragma once

#include "base/error.h"

#include <functional>
#include <memory>
#include <optional>

namespace weft::cli {

// Waits for what ends a server: SIGINT, SIGTERM, or a failure that some thread reports; SIGHUP has
// files read again. Make one
// before any other thread: they inherit the blocked signals. One at a time.
class EndSignal {
public:
    EndSignal();
    ~EndSignal();
    EndSignal(const EndSignal&) = delete;
    EndSignal& operator=(const EndSignal&) = delete;

    // Any thread, any number of times; the first counts.
    void report(const Error& failure);
    // Blocks; gives the failure if it was one. `reload` is called for each SIGHUP meanwhile.
    std::optional<Error> wait(const std::function<void()>& reload);
    // From now on a second signal ends the process at once, with status 128 + its number; and so
    // does, with status 1, the passing of `seconds`.
    void arm(unsigned seconds);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace weft::cli
