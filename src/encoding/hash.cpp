#include "encoding/hash.h"

#include "base/assert.h"
#include "encoding/hex.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

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

// RFC 2104. OpenSSL's HMAC() looks its algorithm up each time, which takes as long as the two
// digests of a short text.
std::string hmac_sha256(std::string_view key, std::string_view bytes)
{
    constexpr std::size_t block_bytes = 64;
    constexpr char inner_pad = 0x36;
    constexpr char outer_pad = 0x5c;
    std::string text;
    text.reserve(block_bytes + bytes.size() + EVP_MAX_MD_SIZE);  // once, so that no copy stays
    if (key.size() > block_bytes)
        text.append(sha256(key));
    else
        text.append(key);
    text.resize(block_bytes, '\0');
    for (char& c : text) c = static_cast<char>(c ^ inner_pad);
    text.append(bytes);
    const std::string inner = sha256(text);
    text.resize(block_bytes);
    for (char& c : text) c = static_cast<char>(c ^ inner_pad ^ outer_pad);
    text.append(inner);
    std::string mac = sha256(text);
    OPENSSL_cleanse(text.data(), text.size());
    return mac;
}

bool equal_constant_time(std::string_view left, std::string_view right)
{
    return left.size() == right.size() &&
           CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace weft::encoding
