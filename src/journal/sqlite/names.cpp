#include "journal/sqlite/names.h"

#include "journal/batch_codec.h"

#include <algorithm>
#include <cstring>
#include <mutex>

namespace weft::journal {

namespace {

constexpr std::size_t block_bits = 512;
constexpr std::size_t bits_each = 10;
constexpr int probes = 6;  // of 9 bits each, from the low 54 bits of the hash

}  // namespace

NameFilter::NameFilter(std::size_t entries) : m_blocks(entries * bits_each / block_bits + 1) {}

NameFilter::NameFilter(std::string_view bits)
    : m_blocks(std::max<std::size_t>(1, bits.size() / sizeof(Block)))
{
    std::memcpy(m_blocks.data(), bits.data(),
                std::min(bits.size(), m_blocks.size() * sizeof(Block)));
}

NameFilter::Block& NameFilter::block_of(std::uint64_t hash)
{
    return m_blocks[static_cast<std::size_t>((hash >> 32) * m_blocks.size() >> 32)];
}

void NameFilter::add(std::uint64_t hash)
{
    Block& block = block_of(hash);
    for (int i = 0; i < probes; ++i, hash >>= 9)
        block.words[(hash >> 6) & 7] |= std::uint64_t{1} << (hash & 63);
}

bool NameFilter::may_hold(std::uint64_t hash) const
{
    const Block& block = const_cast<NameFilter*>(this)->block_of(hash);
    for (int i = 0; i < probes; ++i, hash >>= 9)
        if ((block.words[(hash >> 6) & 7] >> (hash & 63) & 1) == 0) return false;
    return true;
}

std::string_view NameFilter::bits() const
{
    return {reinterpret_cast<const char*>(m_blocks.data()), m_blocks.size() * sizeof(Block)};
}

Result<> NameIndex::load(storage::Connection& connection)
{
    std::vector<Generation> generations;
    bool closed = false;  // the last one: a filter is stored once it is full
    // Filters whose streams went would be taken for those of a later generation of that number.
    TRY(connection.execute(
        "DELETE FROM name_filter WHERE NOT EXISTS (SELECT 1 FROM stream INDEXED BY stream_name "
        "WHERE stream.generation=name_filter.generation)"));
    // Skips from one generation to the next within the index.
    auto next = TRY(connection.prepare(
        "SELECT min(generation) FROM stream INDEXED BY stream_name WHERE generation>?1"));
    auto stored = TRY(connection.prepare("SELECT bits FROM name_filter WHERE generation=?1"));
    for (std::int64_t last = 0;;) {
        storage::Use step(next);
        step->bind(1, last);
        if (!TRY(step->step()) || step->is_null(0)) break;
        last = step->integer(0);
        storage::Use find(stored);
        find->bind(1, last);
        closed = TRY(find->step());
        if (closed) {
            // A damaged one is made anew, as a missing one is.
            if (const auto bits = unseal(last, find->blob(0), "name filter")) {
                generations.push_back({last, NameFilter(*bits)});
                continue;
            }
        }
        auto filter = TRY(rebuild(connection, last));
        generations.push_back({last, std::move(filter)});
    }
    const std::unique_lock lock(m_mutex);
    m_generations = std::move(generations);
    // What went by retention makes no room in a generation that was full: its stored filter would
    // not know the names that came instead.
    if (m_generations.empty() || closed) {
        const std::int64_t number = m_generations.empty() ? 1 : m_generations.back().number + 1;
        m_generations.push_back({number, NameFilter(generation_max)});
    }
    m_current = m_generations.back().number;
    auto count = TRY(connection.prepare(
        "SELECT count(*) FROM stream INDEXED BY stream_name WHERE generation=?1"));
    count.bind(1, m_current);
    TRY(count.step());
    m_count = count.integer(0);
    return {};
}

Result<NameFilter> NameIndex::rebuild(storage::Connection& connection, std::int64_t generation)
{
    NameFilter filter(generation_max);
    auto select = TRY(connection.prepare(
        "SELECT machine,name_hash FROM stream INDEXED BY stream_name WHERE generation=?1"));
    select.bind(1, generation);
    while (TRY(select.step())) filter.add(filter_hash(select.integer(0), select.integer(1)));
    return filter;
}

Result<> NameIndex::add(storage::Connection& connection, std::uint64_t hash)
{
    {
        const std::unique_lock lock(m_mutex);
        m_generations.back().filter.add(hash);
    }
    if (++m_count < generation_max) return {};
    // A rolled back transaction takes the stored filter with it, and leaves names here that are not
    // in the table: the one is made anew at the next start, the others cost a look.
    const std::string bits = seal(m_current, m_generations.back().filter.bits());
    storage::Statement* put =
        TRY(connection.cached("INSERT OR REPLACE INTO name_filter(generation,bits) VALUES(?1,?2)"));
    TRY(put->bind(1, m_current).bind_blob(2, bits).run());
    const std::unique_lock lock(m_mutex);
    m_generations.push_back({++m_current, NameFilter(generation_max)});
    m_count = 0;
    return {};
}

void NameIndex::forget(const std::vector<std::int64_t>& generations)
{
    const std::unique_lock lock(m_mutex);
    std::erase_if(m_generations, [&](const Generation& one) {
        return std::ranges::find(generations, one.number) != generations.end();
    });
}

std::vector<std::int64_t> NameIndex::candidates(std::uint64_t hash) const
{
    std::vector<std::int64_t> numbers;
    const std::shared_lock lock(m_mutex);
    for (auto place = m_generations.rbegin(); place != m_generations.rend(); ++place)
        if (place->filter.may_hold(hash)) numbers.push_back(place->number);
    return numbers;
}

}  // namespace weft::journal
