#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weft::encoding {

// RFC 3986: everything but unreserved characters becomes %XX (upper case); the path form keeps '/'
// as well.
std::string percent_encode(std::string_view text);
std::string percent_encode_path(std::string_view text);
// None when a '%' is not followed by two hexadecimal digits. '+' stays '+'.
std::optional<std::string> percent_decode(std::string_view text);

}  // namespace weft::encoding
