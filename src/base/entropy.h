#pragma once

#include <cstdint>

namespace weft {

// Randomness as data: a small generator (SplitMix64) seeded from outside, so that pure code can
// draw UUIDs, jitter and random numbers, and the same seed gives the same run. Not for secrets.
class Entropy {
public:
    explicit Entropy(std::uint64_t seed) : m_state(seed) {}

    std::uint64_t next()
    {
        std::uint64_t z = (m_state += 0x9e3779b97f4a7c15U);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31);
    }

    // Uniform in [0, 1).
    double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

private:
    std::uint64_t m_state;
};

}  // namespace weft
