#include "encoding/base64.h"
#include "encoding/hash.h"
#include "encoding/hex.h"
#include "encoding/percent.h"
#include "encoding/timestamp.h"
#include "encoding/utf8.h"
#include "encoding/uuid.h"

#include <doctest/doctest.h>

using namespace weft;
using namespace weft::encoding;

TEST_CASE("base64 follows RFC 4648's test vectors")
{
    const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                           {"f", "Zg=="},
                                                           {"fo", "Zm8="},
                                                           {"foo", "Zm9v"},
                                                           {"foob", "Zm9vYg=="},
                                                           {"fooba", "Zm9vYmE="},
                                                           {"foobar", "Zm9vYmFy"}};
    for (const auto& [bytes, text] : vectors) {
        CHECK(to_base64(bytes) == text);
        CHECK(from_base64(text) == std::string(bytes));
    }
    CHECK_FALSE(from_base64("Zg="));
    CHECK_FALSE(from_base64("Z!=="));
    CHECK(from_base64_mime("Zm9v\nYmFy") == std::string("foobar"));
    CHECK(from_base64_mime("Zg") == std::string("f"));
    CHECK_FALSE(from_base64_mime("Z"));
    CHECK_FALSE(from_base64_mime("Zg==Zg"));
}

TEST_CASE("digests and the MAC give the published values")
{
    CHECK(digest_hex("MD5", "abc") == "900150983cd24fb0d6963f7d28e17f72");
    CHECK(digest_hex("SHA-1", "abc") == "a9993e364706816aba3e25717850c26c9cd0d89d");
    CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK_FALSE(digest_hex("SHA-3", "abc"));
    // RFC 4231, test cases 1, 2 and 6.
    CHECK(to_hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")) ==
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    CHECK(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK(to_hex(hmac_sha256(std::string(131, '\xaa'),
                             "Test Using Larger Than Block-Size Key - Hash Key First")) ==
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    CHECK(equal_constant_time("ab", "ab"));
    CHECK_FALSE(equal_constant_time("ab", "ac"));
    CHECK_FALSE(equal_constant_time("ab", "abc"));
}

TEST_CASE("UUIDs have version 4 and the RFC's variant")
{
    Entropy entropy(1);
    const std::string first = uuid_v4(entropy);
    REQUIRE(first.size() == 36);
    CHECK(first[14] == '4');
    CHECK(std::string("89ab").find(first[19]) != std::string::npos);
    CHECK(uuid_v4(entropy) != first);
    CHECK(uuid_from_bytes(std::string(32, '\0')) == "00000000-0000-4000-8000-000000000000");
}

TEST_CASE("times are read as Java's OffsetDateTime reads them")
{
    const auto time = parse_timestamp("2024-02-29T23:59:58.5+01:00");
    REQUIRE(time);
    CHECK(format_timestamp(time->time) == "2024-02-29T22:59:58.500Z");
    CHECK(time->nanoseconds == 500'000'000);
    CHECK(format_timestamp_seconds(parse_timestamp("1969-12-31T23:59Z")->time) ==
          "1969-12-31T23:59:00Z");
    for (const char* text : {"0001-01-01T00:00:00.000Z", "1969-12-31T23:59:59.999Z",
                             "2000-02-29T12:34:56.789Z", "9999-12-31T23:59:59.999Z"})
        CHECK(format_timestamp(parse_timestamp(text)->time) == text);
    CHECK(format_timestamp(Timestamp(Milliseconds(253'402'300'800'000))) ==
          "+10000-01-01T00:00:00.000Z");
    CHECK(parse_timestamp("2024-01-01T00:00:00.123456789-18:00")->nanoseconds == 123'456'789);
    for (const char* bad :
         {"2023-02-29T00:00:00Z", "2024-01-01t00:00:00Z", "2024-01-01T00:00:00", "2024-01-01",
          "2024-01-01T24:00:00Z", "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00Z ", ""})
        CHECK_FALSE(parse_timestamp(bad));
}

TEST_CASE("UTF-8 is read strictly")
{
    CHECK(is_utf8("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"));
    for (const char* bad :
         {"\x80", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"})
        CHECK_FALSE(is_utf8(bad));
    CHECK(code_points("\xf0\x9f\x98\x80z") == 2);
    CHECK(utf16_length("\xf0\x9f\x98\x80z") == 3);
    std::string out;
    append_utf8(out, 0x1f600);
    CHECK(out == "\xf0\x9f\x98\x80");
}

TEST_CASE("percent-encoding keeps what RFC 3986 leaves unreserved")
{
    CHECK(percent_encode("a b/~") == "a%20b%2F~");
    CHECK(percent_encode_path("a b/c") == "a%20b/c");
    CHECK(percent_decode("a%20b") == std::string("a b"));
    CHECK_FALSE(percent_decode("%2"));
    CHECK_FALSE(percent_decode("%zz"));
}
