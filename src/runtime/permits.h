#pragma once

#include "base/function.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>

namespace weft::runtime {

// Bounded concurrency by key: at most `max` permits of a key are held at once, the rest wait in
// order of asking. Thread-safe; shared by all loops. Not engine state: a permit is forgotten by a
// crash and asked for again.
class Permits {
public:
    // Whoever waits, by an id of the caller's own choosing (a stream key and a scheduled event).
    struct Waiter {
        std::int64_t stream = 0;
        std::int64_t scheduled = 0;
        auto operator<=>(const Waiter&) const = default;
    };

    // True: taken. False: all are held; `granted` is called once one is free and has been taken for
    // the waiter, on the thread that released it.
    bool acquire(const std::string& key, std::uint32_t max, Waiter waiter,
                 Function<void()> granted);
    void release(const std::string& key);
    // A waiter that gives up. False: it was granted (or never asked), so the permit is to be
    // released.
    bool forget(const std::string& key, Waiter waiter);

private:
    struct Pool {
        std::uint32_t held = 0;
        std::map<std::uint64_t, std::pair<Waiter, Function<void()>>> waiting;  // by ticket
        std::map<Waiter, std::uint64_t> tickets;
    };
    std::mutex m_mutex;
    std::unordered_map<std::string, Pool> m_pools;
    std::uint64_t m_next_ticket = 0;
};

}  // namespace weft::runtime
