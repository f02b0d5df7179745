#include "encoding/uuid.h"

#include "base/assert.h"

#include <array>
#include <cstdint>
#include <cstring>

namespace weft::encoding {

namespace {

std::string format(std::array<unsigned char, 16> bytes)
{
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0fU) | 0x40U);
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3fU) | 0x80U);
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text(36, '-');
    char* at = text.data();
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) ++at;
        *at++ = digits[bytes[i] >> 4];
        *at++ = digits[bytes[i] & 15U];
    }
    return text;
}

}  // namespace

std::string uuid_v4(Entropy& entropy)
{
    const std::array<std::uint64_t, 2> words{entropy.next(), entropy.next()};
    std::array<unsigned char, 16> bytes{};
    std::memcpy(bytes.data(), words.data(), bytes.size());
    return format(bytes);
}

std::string uuid_from_bytes(std::string_view from)
{
    WEFT_ASSERT(from.size() >= 16);
    std::array<unsigned char, 16> bytes{};
    std::memcpy(bytes.data(), from.data(), bytes.size());
    return format(bytes);
}

}  // namespace weft::encoding
