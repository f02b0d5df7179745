#include "jsonata/functions/text.h"

#include "jsonata/functions/case_mapping.h"
#include "jsonata/functions/url.h"
#include "jsonata/functions/wtf8.h"

#include <doctest/doctest.h>

#include <string>

using namespace weft::jsonata::functions;

TEST_CASE("substring counts code points, from the end when negative")
{
    const std::string_view text = "hello world";
    CHECK(substring(text, 3, {}) == "lo world");
    CHECK(substring(text, 3, 5) == "lo wo");
    CHECK(substring(text, -4, {}) == "orld");
    CHECK(substring(text, -4, 2) == "or");
    CHECK(substring(text, -100, 4) == "hell");
    CHECK(substring(text, -100, {}) == text);
    CHECK(substring(text, 100, {}).empty());
    CHECK(substring(text, 0, 0).empty());
    CHECK(substring(text, 2, -3).empty());
    CHECK(substring(text, 1.9, 1.9) == "el");
    CHECK(substring(text, -0.5, 2) == text);
    CHECK(substring(text, -1.5, 1).empty());
    CHECK(substring(text, 2, 1e300) == "llo world");
    CHECK(substring(text, 1e300, 2).empty());
    CHECK(substring("a😀é€bcdefghijkl", 1, 3) == "😀é€");
    CHECK(substring("a😀é€bcdefghijkl", 9, 2) == "gh");
    CHECK(substring("ééééééééééab", 9, 2) == "éa");
    CHECK(substring("a😀é€", -3, {}) == "😀é€");
    CHECK(substring("", 0, 3).empty());
}

TEST_CASE("substring before and after a part")
{
    CHECK(substring_before("hello world", " ") == "hello");
    CHECK(substring_after("hello world", " ") == "world");
    CHECK(substring_before("hello", "x") == "hello");
    CHECK(substring_after("hello", "x") == "hello");
    CHECK(substring_before("hello", "").empty());
    CHECK(substring_after("hello", "") == "hello");
    CHECK(contains("hello", "ell"));
    CHECK(contains("", ""));
    CHECK(!contains("hello", "hello!"));
}

TEST_CASE("trim leaves single blanks")
{
    CHECK(trim("  a \t\n b  c \r\n") == "a b c");
    CHECK(trim("   ").empty());
    CHECK(trim("").empty());
    CHECK(trim("\u00A0x") == "\u00A0x");
}

TEST_CASE("pad fills to a width in code points")
{
    CHECK(*pad("foo", 5, "", 100) == "foo  ");
    CHECK(*pad("foo", -5, "#", 100) == "##foo");
    CHECK(*pad("foo", 8, "-+", 100) == "foo-+-+-");
    CHECK(*pad("foo", -8, "€😀", 100) == "€😀€😀€foo");
    CHECK(*pad("foo", 2, "x", 100) == "foo");
    CHECK(*pad("foo", 4.9, "x", 100) == "foox");
    CHECK(*pad("", 0, "x", 100).value().c_str() == '\0');
    CHECK(pad("foo", 1e300, "x", 100).error().code == "U1002");
    CHECK(pad("foo", 40, "€", 100).error().code == "U1002");
}

TEST_CASE("cases are those of all Unicode")
{
    const auto upper = [](std::string_view text) { return *uppercase(text, 1000); };
    const auto lower = [](std::string_view text) { return *lowercase(text, 1000); };
    CHECK(upper("abc XYZ 09 {}`@[") == "ABC XYZ 09 {}`@[");
    CHECK(lower("abc XYZ 09 {}`@[") == "abc xyz 09 {}`@[");
    CHECK(upper("straße ŉ ﬃ") == "STRASSE ʼN FFI");
    CHECK(upper("éàÿıſ") == "ÉÀŸIS");
    CHECK(lower("ÉÀŸİ") == "éàÿi\u0307");
    CHECK(lower("ΟΔΥΣΣΕΥΣ") == "οδυσσευς");
    CHECK(lower("Σ ΑΣ. ΑΣ'Α Α\u0301Σ") == "σ ας. ασ'α α\u0301ς");
    CHECK(upper("𐐨") == "𐐀");
    CHECK(lower("𐐀ẞK") == "𐐨ßk");
    CHECK(upper("ǆǅ") == "ǄǄ");
    CHECK(upper("\xED\xA0\xBD x") == "\xED\xA0\xBD X");
    CHECK(lower("\xF0\x9FΣ\xE2\x82").ends_with("\xE2\x82") == false);
    CHECK(uppercase("ΐ", 2).error().code == "U1002");
}

TEST_CASE("base64 reads and writes bytes as JavaScript's binary texts")
{
    CHECK(base64_encode("myuser:mypass") == "bXl1c2VyOm15cGFzcw==");
    CHECK(base64_encode("é€") == "6aw=");
    CHECK(base64_decode("bXl1c2VyOm15cGFzcw==") == "myuser:mypass");
    CHECK(base64_decode("6Q") == "é");
    CHECK(base64_decode("YW_-") == "aoþ");
    CHECK(base64_decode("Y W\nI=") == "ab");
    CHECK(base64_decode("YQ==YQ==") == "a");
    CHECK(base64_decode("YWJjZ") == "abc");
    CHECK(base64_decode("=YQ").empty());
}

TEST_CASE("URLs are encoded and decoded as JavaScript does")
{
    CHECK(*encode_url_component("?x=test&é😀'()!~*", 1000) ==
          "%3Fx%3Dtest%26%C3%A9%F0%9F%98%80'()!~*");
    CHECK(*encode_url("https://a.b/ä?x=1#f [%]", 1000) == "https://a.b/%C3%A4?x=1#f%20%5B%25%5D");
    CHECK(*decode_url_component("%3Fx%3Dtest%26%C3%A9+") == "?x=test&é+");
    CHECK(*decode_url("%3Fx%3dtest%26%C3%A9%20%5B") == "%3Fx%3dtest%26é [");
    for (const auto* text :
         {"%", "%4", "%4g", "%C3", "%C3%28", "%80", "%ED%A0%80", "%F8%80%80%80"}) {
        CAPTURE(text);
        CHECK(decode_url(text).error().code == "D3140");
    }
    CHECK(encode_url("\xED\xA0\x80", 100).error().code == "D3140");
    CHECK(encode_url("€€€€", 12).error().code == "U1002");
}

TEST_CASE("texts that meet make pairs of their surrogates")
{
    std::string text = "a\xED\xA0\xBD";
    append_text(text, "\xED\xB8\x80z");
    CHECK(text == "a😀z");
    CHECK(join_pairs(split_pairs("x😀y")) == "x😀y");
    CHECK(count_utf16_units("x😀é") == 4);
    CHECK(count_characters("x😀é\xED\xA0\xBD") == 4);
    // Bytes that are no UTF-8 are passed over without harm.
    CHECK(count_characters("\xF0\x9F") == 1);
    std::size_t at = 0;
    CHECK(take_character("\xF0\x9F", at) == 0xFFFD);
    Joiner joiner(", ", 7);
    CHECK(joiner.add("ab"));
    CHECK(joiner.add("cde"));
    CHECK(!joiner.add(""));
    CHECK(std::move(joiner).finish().error().code == "U1002");
}
