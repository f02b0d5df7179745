#pragma once

#include <cstdint>
#include <numeric>
#include <vector>

namespace weft::jsonata {

enum class Order : std::uint8_t { Keep, Swap, Failed };

// Stable merge sort in the reference's order of comparisons, which shows in errors and in what an
// inconsistent comparator gives: `order(a, b)` says whether item a, left of b, goes behind it.
// Returns the positions in order; false: a comparison failed.
template <class F> bool merge_sort(std::vector<std::uint32_t>& positions, F&& order)
{
    std::vector<std::uint32_t> merged(positions.size());
    struct Sorter {
        std::vector<std::uint32_t>& at;
        std::vector<std::uint32_t>& merged;
        F& order;

        bool sort(std::size_t begin, std::size_t end)
        {
            if (end - begin <= 1) return true;
            const std::size_t middle = begin + (end - begin) / 2;
            if (!sort(begin, middle) || !sort(middle, end)) return false;
            std::size_t left = begin;
            std::size_t right = middle;
            std::size_t out = begin;
            while (left < middle && right < end) {
                const Order decided = order(at[left], at[right]);
                if (decided == Order::Failed) return false;
                merged[out++] = decided == Order::Swap ? at[right++] : at[left++];
            }
            while (left < middle) merged[out++] = at[left++];
            while (right < end) merged[out++] = at[right++];
            for (std::size_t i = begin; i < end; ++i) at[i] = merged[i];
            return true;
        }
    };
    return Sorter{positions, merged, order}.sort(0, positions.size());
}

inline std::vector<std::uint32_t> positions_of(std::size_t size)
{
    std::vector<std::uint32_t> positions(size);
    std::iota(positions.begin(), positions.end(), 0U);
    return positions;
}

}  // namespace weft::jsonata
