#pragma once

#include "base/entropy.h"

#include <string>
#include <string_view>

namespace weft::encoding {

// RFC 9562 version 4, lower case, from the given entropy.
std::string uuid_v4(Entropy& entropy);
// The same form made of the first 16 of `bytes` (asserted), with version and variant bits set: for
// UUIDs derived by a MAC.
std::string uuid_from_bytes(std::string_view bytes);

}  // namespace weft::encoding
