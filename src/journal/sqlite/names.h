#pragma once

#include "storage/sqlite.h"

#include <array>
#include <cstdint>
#include <shared_mutex>
#include <vector>

namespace weft::journal {

// A Bloom filter of blocks: all bits of an entry lie in one cache line. About ten bits an entry, 2
// % false positives.
class NameFilter {
public:
    explicit NameFilter(std::size_t entries);
    explicit NameFilter(std::string_view bits);
    void add(std::uint64_t hash);
    bool may_hold(std::uint64_t hash) const;
    std::string_view bits() const;

private:
    struct alignas(64) Block {
        std::array<std::uint64_t, 8> words{};
    };
    Block& block_of(std::uint64_t hash);

    std::vector<Block> m_blocks;
};

// Where names may be. An index over the hashes of all names would be written at random places: with
// a million streams each one dirties a page of its own, and the checkpoints, which write every
// page, become what the journal waits for (15,000 appends/s fell to 4,000). So streams belong to
// generations of `generation_max` in the order of their insertion; the index leads with the
// generation, so that only its newest part is written; and a filter in memory for each generation
// says which of them to look into. A full generation's filter is stored; any other is made anew
// from the index. Any thread; add() on the writer's.
class NameIndex {
public:
    static constexpr std::int64_t generation_max = 1 << 17;

    // From the tables, on a connection that may write.
    Result<> load(storage::Connection& connection);
    // The generation of the next stream.
    std::int64_t current() const { return m_current; }
    // Notes a stream of the current generation. When that is full, stores its filter and begins the
    // next.
    Result<> add(storage::Connection& connection, std::uint64_t hash);
    // A generation of which no stream is left, its stored filter included: a commit later.
    void forget(const std::vector<std::int64_t>& generations);
    // The generations that may hold a name of this hash, newest first.
    std::vector<std::int64_t> candidates(std::uint64_t hash) const;

private:
    struct Generation {
        std::int64_t number;
        NameFilter filter;
    };
    Result<NameFilter> rebuild(storage::Connection& connection, std::int64_t generation);

    mutable std::shared_mutex m_mutex;
    std::vector<Generation> m_generations;  // the last is the current one
    std::int64_t m_current = 1;
    std::int64_t m_count = 0;  // streams of the current one
};

// What filters are asked for.
constexpr std::uint64_t filter_hash(std::int64_t machine, std::int64_t name_hash)
{
    std::uint64_t hash = static_cast<std::uint64_t>(name_hash) ^
                         (static_cast<std::uint64_t>(machine) * 0x9e3779b97f4a7c15U);
    hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9U;
    hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebU;
    return hash ^ (hash >> 31);
}

}  // namespace weft::journal
