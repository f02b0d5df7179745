#include "jsonata/functions/pattern_text.h"

#include "json/write.h"

#include <doctest/doctest.h>

#include <string>

using namespace weft::jsonata;
using namespace weft::jsonata::functions;

namespace {

struct Bench {
    weft::StepMeter meter{100'000};
    RegexBuffers buffers;
    RegexTools tools() { return {buffers, meter}; }
};

std::string replaced(std::string_view text, std::string_view pattern, std::string_view replacement,
                     std::optional<double> limit = {})
{
    Bench bench;
    const auto regex = Regex::make(pattern, "");
    const auto result = replace(text, **regex, replacement, limit, bench.tools(), 1000);
    return result ? *result : std::string(result.error().code);
}

template <class Pieces> std::string shown(const Pieces& pieces)
{
    if (!pieces) return std::string(pieces.error().code);
    return weft::json::write(weft::json::Value::array(*pieces));
}

std::string split_by_regex(std::string_view text, std::string_view pattern,
                           std::optional<double> limit = {})
{
    Bench bench;
    const auto regex = Regex::make(pattern, "");
    return shown(split(text, **regex, limit, bench.tools()));
}

}  // namespace

TEST_CASE("a replacement may name the match and its groups")
{
    CHECK(replaced("John Smith", "(\\w+)\\s(\\w+)", "$2, $1") == "Smith, John");
    CHECK(replaced("265USD", "([0-9]+)USD", "$$$1") == "$265");
    CHECK(replaced("abc", "b", "[$0]") == "a[b]c");
    CHECK(replaced("abc", "b", "[$1$x$]") == "a[$x$]c");
    CHECK(replaced("abc", "(b)", "$12$2$9") == "ab2c");
    CHECK(replaced("abcdefghijklm", "(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)", "$11$12$1a$111") ==
          "ka2aak1lm");
    CHECK(replaced("ab", "(a)|(b)", "<$1$2>") == "<a><b>");
    CHECK(replaced("abc", "x", "y") == "abc");
    CHECK(replaced("aaa", "a", "b", 2) == "bba");
    CHECK(replaced("aaa", "a", "b", 0) == "aaa");
    CHECK(replaced("aaa", "a", "b", -1) == "D3011");
    CHECK(replaced("aab", "a*", "x") == "D1004");
    CHECK(replaced("a😀b", "😀", "é") == "aéb");
    CHECK(replaced("😀", ".", "<$0>") == "<\xED\xA0\xBD><\xED\xB8\x80>");
    CHECK(replaced("😀", "\\ud83d", "\xED\xA0\xBD") == "😀");
    CHECK(replaced(std::string(400, 'a'), "a", "bbb") == "U1002");
}

TEST_CASE("a text is replaced by a text as it is")
{
    CHECK(*replace("a.b.c", ".", "$0", {}, 100) == "a$0b$0c");
    CHECK(*replace("aaa", "aa", "b", {}, 100) == "ba");
    CHECK(*replace("a-b-c", "-", "", 1, 100) == "ab-c");
    CHECK(*replace("abc", "b", "x", 0, 100) == "abc");
    CHECK(replace("abc", "", "x", {}, 100).error().code == "D3010");
    CHECK(replace("abc", "b", "x", -2, 100).error().code == "D3011");
    CHECK(replace("aaaa", "a", "xxxxx", {}, 19).error().code == "U1002");
}

TEST_CASE("a text is split by a text or by matches")
{
    CHECK(shown(split("a, b, c", ", ", {})) == R"(["a","b","c"])");
    CHECK(shown(split("a,b,", ",", {})) == R"(["a","b",""])");
    CHECK(shown(split("", ",", {})) == R"([""])");
    CHECK(shown(split("", "", {})) == "[]");
    CHECK(shown(split("aé😀", "", {})) == R"(["a","é","\ud83d","\ude00"])");
    CHECK(shown(split("a,b,c", ",", 2)) == R"(["a","b"])");
    CHECK(shown(split("a,b,c", ",", 1.7)) == R"(["a"])");
    CHECK(shown(split("a,b,c", ",", 0)) == "[]");
    CHECK(shown(split("a,b,c", ",", -1)) == "D3020");
    CHECK(split_by_regex("a1b22c", "\\d+") == R"(["a","b","c"])");
    CHECK(split_by_regex("a1b22c", "\\d+", 2) == R"(["a","b"])");
    CHECK(split_by_regex("a1b22c", "\\d+", 2.5) == R"(["a","b","c"])");
    CHECK(split_by_regex("abc", "\\d") == R"(["abc"])");
    CHECK(split_by_regex("1", "1") == R"(["",""])");
    CHECK(split_by_regex("a1b", "1", 0) == "[]");
    CHECK(split_by_regex("ab", "") == "D1004");
}

TEST_CASE("matches are objects")
{
    Bench bench;
    const auto regex = Regex::make("a(b)?", "");
    CHECK(shown(match("xab😀a", **regex, {}, bench.tools(), 1000)) ==
          R"([{"match":"ab","index":1,"groups":["b"]},{"match":"a","index":5,"groups":[null]}])");
    CHECK(shown(match("xaba", **regex, 1, bench.tools(), 1000)) ==
          R"([{"match":"ab","index":1,"groups":["b"]}])");
    CHECK(shown(match("xaba", **regex, 0, bench.tools(), 1000)) == "[]");
    CHECK(shown(match("xaba", **regex, -1, bench.tools(), 1000)) == "D3040");
    CHECK(*contains("xab", **regex, bench.tools()));
    CHECK(!*contains("xb", **regex, bench.tools()));
}
