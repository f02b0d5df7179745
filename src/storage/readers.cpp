#include "storage/readers.h"

#include <utility>

namespace weft::storage {

Readers::Readers(std::vector<std::unique_ptr<Connection>> connections)
    : m_connections(std::move(connections))
{
    for (const auto& connection : m_connections) m_free.push_back(connection.get());
}

Readers::Lease Readers::lease()
{
    std::unique_lock lock(m_mutex);
    m_returned.wait(lock, [this] { return !m_free.empty(); });
    Connection* connection = m_free.back();
    m_free.pop_back();
    return Lease(this, connection);
}

Readers::Lease::Lease(Lease&& other) noexcept
    : m_owner(std::exchange(other.m_owner, nullptr)), m_connection(other.m_connection)
{
}

Readers::Lease::~Lease()
{
    if (m_owner == nullptr) return;
    const std::unique_lock lock(m_owner->m_mutex);
    m_owner->m_free.push_back(m_connection);
    m_owner->m_returned.notify_one();
}

}  // namespace weft::storage
