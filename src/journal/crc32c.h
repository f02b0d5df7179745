#pragma once

#include <cstdint>
#include <string_view>

namespace weft::journal {

// CRC-32C (Castagnoli, as in iSCSI, RFC 3720) of `bytes`, going on from `crc`. By the processor's
// instruction where there is one. Finds every error of up to 32 bits in a row and every flipped
// bit.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t crc = 0);
// The same without the instruction.
std::uint32_t crc32c_by_table(std::string_view bytes, std::uint32_t crc = 0);

}  // namespace weft::journal
