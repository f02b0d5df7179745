#pragma once

#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

namespace weft::engine {

// From ids (not 0) to slots: open addressing, no memory before the first entry, about 16 bytes an
// entry. What an execution with a hundred thousand live frames looks up at every event.
class IdMap {
public:
    void insert(std::uint64_t id, std::uint32_t slot)
    {
        if ((m_size + 1) * 4 > m_entries.size() * 3) grow();
        place({id, slot});
        ++m_size;
    }

    // UINT32_MAX when absent.
    std::uint32_t find(std::uint64_t id) const
    {
        if (m_entries.empty()) return UINT32_MAX;
        for (std::size_t at = home(id);; at = next(at)) {
            if (m_entries[at].id == id) return m_entries[at].slot;
            if (m_entries[at].id == 0) return UINT32_MAX;
        }
    }

    void erase(std::uint64_t id)
    {
        if (m_entries.empty()) return;
        std::size_t hole = home(id);
        while (m_entries[hole].id != id) {
            if (m_entries[hole].id == 0) return;
            hole = next(hole);
        }
        // Entries after the hole move up unless that would put them before their home.
        for (std::size_t at = next(hole); m_entries[at].id != 0; at = next(at)) {
            const std::size_t mask = m_entries.size() - 1;
            if (((at - home(m_entries[at].id)) & mask) < ((at - hole) & mask)) continue;
            m_entries[hole] = m_entries[at];
            hole = at;
        }
        m_entries[hole] = {};
        --m_size;
    }

    void clear() { *this = IdMap(); }
    std::size_t size() const { return m_size; }

private:
    struct Entry {
        std::uint64_t id = 0;
        std::uint32_t slot = 0;
    };

    std::size_t home(std::uint64_t id) const
    {
        return static_cast<std::size_t>((id * 0x9e3779b97f4a7c15U) >> m_shift);
    }
    std::size_t next(std::size_t at) const { return (at + 1) & (m_entries.size() - 1); }
    void place(Entry entry)
    {
        std::size_t at = home(entry.id);
        while (m_entries[at].id != 0) at = next(at);
        m_entries[at] = entry;
    }
    void grow()
    {
        const std::vector<Entry> old = std::exchange(
            m_entries, std::vector<Entry>(m_entries.empty() ? 8 : m_entries.size() * 2));
        m_shift = 64 - std::countr_zero(m_entries.size());
        for (const Entry& entry : old)
            if (entry.id != 0) place(entry);
    }

    std::vector<Entry> m_entries;
    std::size_t m_size = 0;
    int m_shift = 0;
};

}  // namespace weft::engine
