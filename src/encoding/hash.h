#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weft::encoding {

// The digests of States.Hash, by OpenSSL. All give raw bytes; `…_hex` lower-case hexadecimal.
std::string md5(std::string_view bytes);
std::string sha1(std::string_view bytes);
std::string sha256(std::string_view bytes);
std::string sha384(std::string_view bytes);
std::string sha512(std::string_view bytes);
std::string sha256_hex(std::string_view bytes);
// By AWS's name: "MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512"; none for any other.
std::optional<std::string> digest_hex(std::string_view algorithm, std::string_view bytes);

std::string hmac_sha256(std::string_view key, std::string_view bytes);

// False as soon as the lengths differ; otherwise in time that does not depend on the contents.
bool equal_constant_time(std::string_view left, std::string_view right);

}  // namespace weft::encoding
