#pragma once

#include <cstdint>

namespace weft {

// java.util.Random as its documentation defines it: a 48-bit linear congruential generator. AWS:
// JSONata's $random(seed) is its first nextDouble(). The seeded form of States.MathRandom draws
// from it as well; there only that a seed repeats is documented.
class JavaRandom {
public:
    explicit JavaRandom(std::int64_t seed)
        : m_state((static_cast<std::uint64_t>(seed) ^ multiplier) & mask)
    {
    }

    // Uniform in [0, bound), bound >= 1. nextInt(bound) where the bound fits 31 bits.
    std::uint64_t below(std::uint64_t bound)
    {
        if (bound > 0x7fffffff) return below_wide(bound);
        const auto limit = static_cast<std::uint32_t>(bound);
        if ((limit & (limit - 1)) == 0)
            return (static_cast<std::uint64_t>(limit) * next(31)) >> 31U;
        for (;;) {
            const std::uint32_t bits = next(31);
            const std::uint32_t value = bits % limit;
            // Java tests the 32-bit sum for overflow, to leave out the last incomplete round of
            // values.
            if (static_cast<std::uint64_t>(bits) - value + (limit - 1) <= 0x7fffffff) return value;
        }
    }

    // Uniform in [0, 1): nextDouble().
    double unit()
    {
        const std::uint64_t high = next(26);
        return static_cast<double>((high << 27U) + next(27)) * 0x1p-53;
    }

private:
    static constexpr std::uint64_t multiplier = 0x5deece66dU;
    static constexpr std::uint64_t mask = (1ULL << 48U) - 1;

    std::uint32_t next(unsigned bits)
    {
        m_state = (m_state * multiplier + 0xbU) & mask;
        return static_cast<std::uint32_t>(m_state >> (48U - bits));
    }

    std::uint64_t below_wide(std::uint64_t bound)
    {
        const std::uint64_t rest = (UINT64_MAX % bound + 1) % bound;  // 2^64 mod bound
        for (;;) {
            const std::uint64_t high = next(32);
            const std::uint64_t value = (high << 32U) | next(32);
            if (rest == 0 || value <= UINT64_MAX - rest) return value % bound;
        }
    }

    std::uint64_t m_state;
};

}  // namespace weft
