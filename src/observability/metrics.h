#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace weft::observability {

// What is counted while the server works, read by whoever asks for it. Counting takes no lock and
// meets no other thread; reading sums up and may be off by what happens meanwhile.

// Written by one thread, read by any.
class LoopCounter {
public:
    void add(std::uint64_t n = 1)
    {
        m_value.store(m_value.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
    }
    void set(std::uint64_t value) { m_value.store(value, std::memory_order_relaxed); }
    std::uint64_t value() const { return m_value.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> m_value{0};
};

// A number from 0 to stripes - 1 that a thread keeps; the first threads have one each.
inline constexpr std::size_t stripes = 8;
inline std::size_t stripe()
{
    static std::atomic<std::size_t> next{0};
    thread_local const std::size_t mine = next.fetch_add(1, std::memory_order_relaxed) % stripes;
    return mine;
}

// Written by any thread: each on a cache line of its own.
class Counter {
public:
    void add(std::uint64_t n = 1)
    {
        m_stripes[stripe()].value.fetch_add(n, std::memory_order_relaxed);
    }
    std::uint64_t value() const
    {
        std::uint64_t sum = 0;
        for (const Stripe& one : m_stripes) sum += one.value.load(std::memory_order_relaxed);
        return sum;
    }

private:
    struct alignas(64) Stripe {
        std::atomic<std::uint64_t> value{0};
    };
    std::array<Stripe, stripes> m_stripes{};
};

// How often a value fell into which of the buckets [0, 1), [1, 2), [2, 4), … [2^(n-2), ∞).
inline constexpr std::size_t buckets = 26;

struct HistogramCounts {
    std::array<std::uint64_t, buckets> counts{};
    std::uint64_t sum = 0;

    void add(std::uint64_t value)
    {
        ++counts[std::min<std::size_t>(static_cast<std::size_t>(std::bit_width(value)),
                                       buckets - 1)];
        sum += value;
    }
    std::uint64_t count() const
    {
        std::uint64_t all = 0;
        for (const std::uint64_t one : counts) all += one;
        return all;
    }
};

// The same, written by any thread.
class Histogram {
public:
    void add(std::uint64_t value)
    {
        Stripe& mine = m_stripes[stripe()];
        const auto bucket =
            std::min<std::size_t>(static_cast<std::size_t>(std::bit_width(value)), buckets - 1);
        mine.counts[bucket].fetch_add(1, std::memory_order_relaxed);
        mine.sum.fetch_add(value, std::memory_order_relaxed);
    }
    HistogramCounts counts() const
    {
        HistogramCounts all;
        for (const Stripe& one : m_stripes) {
            for (std::size_t i = 0; i < buckets; ++i)
                all.counts[i] += one.counts[i].load(std::memory_order_relaxed);
            all.sum += one.sum.load(std::memory_order_relaxed);
        }
        return all;
    }

private:
    struct alignas(64) Stripe {
        std::array<std::atomic<std::uint64_t>, buckets> counts{};
        std::atomic<std::uint64_t> sum{0};
    };
    std::array<Stripe, stripes> m_stripes{};
};

}  // namespace weft::observability
