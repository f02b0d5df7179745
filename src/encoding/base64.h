#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weft::encoding {

// RFC 4648 section 4, the MIME alphabet with padding and without line breaks.
std::string to_base64(std::string_view bytes);
// Strict: whole groups of four with padding. None for anything else.
std::optional<std::string> from_base64(std::string_view text);
// Lenient, as Java's MIME decoder: characters outside the alphabet are passed over, padding may be
// missing. None when a single character is left over or padding stands inside.
std::optional<std::string> from_base64_mime(std::string_view text);

}  // namespace weft::encoding
