#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weft::encoding {

int hex_digit(char c);  // 0 to 15, of either case; -1 for another character

std::string to_hex(std::string_view bytes);  // lower case
std::optional<std::string>
from_hex(std::string_view text);  // either case; none for an odd length or another character

}  // namespace weft::encoding
