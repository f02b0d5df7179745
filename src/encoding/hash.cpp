#include "encoding/hash.h"

#include "base/assert.h"
#include "encoding/hex.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace weft::encoding {

namespace {

// Fetched once for the process: looking an algorithm up costs more than a short text's digest.
const EVP_MD* fetched(const char* name)
{
    const EVP_MD* algorithm = EVP_MD_fetch(nullptr, name, nullptr);
    WEFT_ASSERT(algorithm != nullptr);
    return algorithm;
}

std::string digest(const EVP_MD* algorithm, std::string_view bytes)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    unsigned int length = 0;
    const int done =
        EVP_Digest(bytes.data(), bytes.size(), out.data(), &length, algorithm, nullptr);
    WEFT_ASSERT(done == 1);
    return {reinterpret_cast<const char*>(out.data()), length};
}

}  // namespace

std::string md5(std::string_view bytes)
{
    static const EVP_MD* const algorithm = fetched("MD5");
    return digest(algorithm, bytes);
}

std::string sha1(std::string_view bytes)
{
    static const EVP_MD* const algorithm = fetched("SHA1");
    return digest(algorithm, bytes);
}

std::string sha256(std::string_view bytes)
{
    static const EVP_MD* const algorithm = fetched("SHA256");
    return digest(algorithm, bytes);
}

std::string sha384(std::string_view bytes)
{
    static const EVP_MD* const algorithm = fetched("SHA384");
    return digest(algorithm, bytes);
}

std::string sha512(std::string_view bytes)
{
    static const EVP_MD* const algorithm = fetched("SHA512");
    return digest(algorithm, bytes);
}

std::string sha256_hex(std::string_view bytes)
{
    return to_hex(sha256(bytes));
}

std::optional<std::string> digest_hex(std::string_view algorithm, std::string_view bytes)
{
    struct Row {
        std::string_view name;
        std::string (*function)(std::string_view);
    };
    static constexpr std::array rows = {Row{"MD5", md5}, Row{"SHA-1", sha1}, Row{"SHA-256", sha256},
                                        Row{"SHA-384", sha384}, Row{"SHA-512", sha512}};
    for (const Row& row : rows)
        if (row.name == algorithm) return to_hex(row.function(bytes));
    return std::nullopt;
}

std::string hmac_sha256(std::string_view key, std::string_view bytes)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    unsigned int length = 0;
    const unsigned char* done = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     bytes.size(), out.data(), &length);
    WEFT_ASSERT(done != nullptr);
    return {reinterpret_cast<const char*>(out.data()), length};
}

bool equal_constant_time(std::string_view left, std::string_view right)
{
    return left.size() == right.size() &&
           CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace weft::encoding
