#pragma once

// Looking over text sixteen bytes at a time; private to this folder.

#include <cstddef>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace weft::json {

constexpr std::size_t scan_bytes = 16;

#if defined(__SSE2__)

// Bit i is set when byte i of the 16 at `at` ends a run of plain text: a quote, a backslash, a
// control character, or a byte that is not ASCII.
inline std::uint32_t special_bytes(const char* at)
{
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i quotes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    const __m128i slashes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    // Signed: bytes of 0x80 and more are negative, so below a space as well.
    const __m128i others = _mm_cmplt_epi8(bytes, _mm_set1_epi8(' '));
    return static_cast<std::uint32_t>(
        _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quotes, slashes), others)));
}

// The same for what a writer must escape: a quote, a backslash, a control character, or 0xED, with
// which lone surrogates begin.
inline std::uint32_t escaped_bytes(const char* at)
{
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i quotes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    const __m128i slashes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    const __m128i surrogates = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(static_cast<char>(0xED)));
    const __m128i controls = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1F)), bytes);
    return static_cast<std::uint32_t>(_mm_movemask_epi8(
        _mm_or_si128(_mm_or_si128(quotes, slashes), _mm_or_si128(surrogates, controls))));
}

#else

inline bool is_special(unsigned char byte)
{
    return byte == '"' || byte == '\\' || byte < 0x20 || byte >= 0x80;
}

inline std::uint32_t special_bytes(const char* at)
{
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < scan_bytes; ++i)
        bits |= static_cast<std::uint32_t>(is_special(static_cast<unsigned char>(at[i]))) << i;
    return bits;
}

inline std::uint32_t escaped_bytes(const char* at)
{
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < scan_bytes; ++i) {
        const auto byte = static_cast<unsigned char>(at[i]);
        bits |= static_cast<std::uint32_t>(byte == 0xED || (byte < 0x80 && is_special(byte))) << i;
    }
    return bits;
}

#endif

}  // namespace weft::json
