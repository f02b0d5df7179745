#pragma once

#include "storage/sqlite.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

namespace weft::storage {

// A few read-only connections, lent to one thread at a time; a thread that finds none waits. A
// reader sees what was committed, and SQLite shows a commit only after its sync: what is read is
// durable.
class Readers {
public:
    class Lease {
    public:
        Lease(Lease&& other) noexcept;
        Lease& operator=(Lease&&) = delete;
        ~Lease();
        Connection* operator->() { return m_connection; }

    private:
        friend class Readers;
        Lease(Readers* owner, Connection* connection) : m_owner(owner), m_connection(connection) {}
        Readers* m_owner;
        Connection* m_connection;
    };

    explicit Readers(std::vector<std::unique_ptr<Connection>> connections);
    Lease lease();

private:
    std::mutex m_mutex;
    std::condition_variable m_returned;
    std::vector<std::unique_ptr<Connection>> m_connections;
    std::vector<Connection*> m_free;
};

}  // namespace weft::storage
