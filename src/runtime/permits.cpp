#include "runtime/permits.h"

#include "base/assert.h"

#include <utility>

namespace weft::runtime {

bool Permits::acquire(const std::string& key, std::uint32_t max, Waiter waiter,
                      Function<void()> granted)
{
    const std::lock_guard lock(m_mutex);
    Pool& pool = m_pools[key];
    if (pool.held < max) {
        ++pool.held;
        return true;
    }
    const std::uint64_t ticket = m_next_ticket++;
    pool.waiting.emplace(ticket, std::pair(waiter, std::move(granted)));
    pool.tickets[waiter] = ticket;
    return false;
}

void Permits::release(const std::string& key)
{
    Function<void()> next;
    {
        const std::lock_guard lock(m_mutex);
        const auto found = m_pools.find(key);
        WEFT_ASSERT(found != m_pools.end() && found->second.held > 0);
        Pool& pool = found->second;
        if (pool.waiting.empty()) {
            if (--pool.held == 0) m_pools.erase(found);
            return;
        }
        // The permit goes straight to the longest waiting.
        const auto first = pool.waiting.begin();
        next = std::move(first->second.second);
        pool.tickets.erase(first->second.first);
        pool.waiting.erase(first);
    }
    next();
}

bool Permits::forget(const std::string& key, Waiter waiter)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_pools.find(key);
    if (found == m_pools.end()) return false;
    Pool& pool = found->second;
    const auto ticket = pool.tickets.find(waiter);
    if (ticket == pool.tickets.end()) return false;
    pool.waiting.erase(ticket->second);
    pool.tickets.erase(ticket);
    return true;
}

}  // namespace weft::runtime
