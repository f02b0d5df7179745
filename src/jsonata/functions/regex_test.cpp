#include "jsonata/functions/regex.h"

#include "jsonata/fault_table.h"

#include <doctest/doctest.h>

#include <string>

using namespace weft::jsonata;
using namespace weft::jsonata::functions;

namespace {

// "start:match(group,group)" of each match; or the fault's code.
std::string matches(std::string_view pattern, std::string_view subject, std::string_view flags = "",
                    std::uint64_t steps = 10'000'000)
{
    weft::StepMeter meter(steps);
    RegexBuffers buffers;
    const auto regex = Regex::make(pattern, flags);
    if (!regex) return fault_message(regex.error());
    RegexScan scan(**regex, subject, buffers, meter);
    std::string out;
    for (;;) {
        const auto found = scan.next();
        if (!found) return out + std::string(found.error().code);
        if (!*found) return out;
        out += std::to_string(scan.start()) + ":" + std::string(scan.match());
        for (std::size_t i = 0; i < scan.groups(); ++i) {
            out += i == 0 ? "(" : ",";
            out += scan.group(i).value_or("-");
        }
        out += scan.groups() > 0 ? ") " : " ";
    }
}

}  // namespace

TEST_CASE("matches come one after the other with their groups")
{
    CHECK(matches("a(b+)", "ababbabbcc") == "0:ab(b) 2:abb(bb) 5:abb(bb) ");
    CHECK(matches("(a)|(b)", "ab") == "0:a(a,-) 1:b(-,b) ");
    CHECK(matches("x", "abc").empty());
    CHECK(matches("A.C", "aBc abc", "i") == "0:aBc 4:abc ");
    CHECK(matches("^b$", "a\nb\r\nc", "m") == "2:b ");
    CHECK(matches("^b$", "a\nb").empty());
    CHECK(matches("b$", "b\n").empty());
    CHECK(matches(".", "\n\r\u2028x") == "3:x ");
    CHECK(matches("(?<year>\\d{4})-\\k<year>", "1999-1999") == "0:1999-1999(1999) ");
    CHECK(matches("(?=a)*a", "a") == "0:a ");
    CHECK(matches("(?<!a)b", "abcb") == "3:b ");
}

TEST_CASE("an empty match is found once")
{
    CHECK(matches("a*", "") == "0: ");
    CHECK(matches("a*", "b") == "0: D1004");
    CHECK(matches("a*", "aab") == "0:aa D1004");
    CHECK(matches("$", "b") == "1: ");
}

TEST_CASE("positions count UTF-16 code units, of which a match may be one")
{
    CHECK(matches("b", "é\u20ACb") == "2:b ");
    CHECK(matches("b", "😀b") == "2:b ");
    CHECK(matches("😀+", "a😀😀") == "1:😀 3:😀 ");
    CHECK(matches(".", "😀") == "0:\xED\xA0\xBD 1:\xED\xB8\x80 ");
    CHECK(matches("^..$", "😀") == "0:😀 ");
    CHECK(matches("[😀]", "😀") == "0:\xED\xA0\xBD 1:\xED\xB8\x80 ");
    CHECK(matches("\\ud83d", "😀") == "0:\xED\xA0\xBD ");
    CHECK(matches("\\ud83d", "\xED\xA0\xBDx") == "0:\xED\xA0\xBD ");
}

TEST_CASE("a subject that is no UTF-8 is matched with replacement characters")
{
    CHECK(matches("b", "\xF0\x9F\xC3"
                       "b\xE2\x82") == "3:b ");
    CHECK(matches("[^a]+", "a\xF0\x9F\x98") == "1:\uFFFD\uFFFD\uFFFD ");
    CHECK(matches("É", "\xC3", "i").empty());
    CHECK(matches("\\S+", "\xF7\xBF\xBF\xBF"
                          "a\xFD\xED\xA0\x80") == "0:\uFFFD\uFFFD\uFFFD\uFFFDa\uFFFD\xED\xA0\x80 ");
}

TEST_CASE("classes and escapes are JavaScript's")
{
    CHECK(matches("\\s+", "a \t\u00A0\u2028\uFEFFb") == "1: \t\u00A0\u2028\uFEFF ");
    CHECK(matches("[^\\s]+", " ab\u00A0") == "1:ab ");
    CHECK(matches("[\\S]+", " ab\u3000") == "1:ab ");
    CHECK(matches("\\w+", "aé_9") == "0:a 2:_9 ");
    CHECK(matches("\\d", "\u0661"
                         "1") == "1:1 ");
    CHECK(matches("[\\w-]+", "a-b c") == "0:a-b 4:c ");
    CHECK(matches("[\\d-z]+", "1-z2a") == "0:1-z2 ");
    CHECK(matches("[]", "a").empty());
    CHECK(matches("[^]", "\n") == "0:\n ");
    CHECK(matches("[^é]", "éa") == "1:a ");
    CHECK(matches("[^é]", "a") == "0:a ");
    CHECK(matches("é*a", "a") == "0:a ");
    CHECK(matches("[[:alpha:]]", "p:]") == "1::] ");
    CHECK(matches("\\x41\\u0042\\103\\cJ\\0", std::string("ABC\n\0", 5)) ==
          std::string("0:ABC\n\0 ", 8));
    CHECK(matches("\\Qa\\E", "QaE") == "0:QaE ");
    CHECK(matches("\\u{3}", "uuu") == "0:uuu ");
    CHECK(matches("a{,2}", "a{,2}") == "0:a{,2} ");
    CHECK(matches("x{2", "x{2") == "0:x{2 ");
    CHECK(matches("}]", "}]") == "0:}] ");
    CHECK(matches("(a)\\2", "a\x02") == "0:a\x02(a) ");
    CHECK(matches("\\1(a)", "a") == "0:a(a) ");
    CHECK(matches("\\k<a>", "k<a>") == "0:k<a> ");
    CHECK(matches("k", "K\u212A", "i") == "0:K ");
    CHECK(matches("\\u017f", "s\u017f", "i") == "1:\u017f ");
    CHECK(matches("É", "é", "i") == "0:é ");
}

TEST_CASE("a pattern that is none is refused with JavaScript's words")
{
    const auto message = [](std::string_view text) {
        return "Invalid regular expression: " + std::string(text);
    };
    CHECK(matches("(", "") == message("/(/g: Unterminated group"));
    CHECK(matches("a)", "", "mi") == message("/a)/gim: Unmatched ')'"));
    CHECK(matches("*", "") == message("/*/g: Nothing to repeat"));
    CHECK(matches("a++", "") == message("/a++/g: Nothing to repeat"));
    CHECK(matches("^{1}", "") == message("/^{1}/g: Nothing to repeat"));
    CHECK(matches("a{2,1}", "") == message("/a{2,1}/g: numbers out of order in {} quantifier"));
    CHECK(matches("[b-a]", "") == message("/[b-a]/g: Range out of order in character class"));
    CHECK(matches("[a", "") == message("/[a/g: Unterminated character class"));
    CHECK(matches("(?>a)", "") == message("/(?>a)/g: Invalid group"));
    CHECK(matches("(?<a>)(?<a>)", "") == message("/(?<a>)(?<a>)/g: Duplicate capture group name"));
    CHECK(matches("(?<a>)\\k<b>", "") ==
          message("/(?<a>)\\k<b>/g: Invalid named capture referenced"));
    CHECK(matches("\\", "") == message("/\\/g: \\ at end of pattern"));
    CHECK(matches(std::string(300, '('), "").find("too large") != std::string::npos);
    CHECK(matches("((a{1000}){1000}){1000}", "a") == "S0303");
}

TEST_CASE("catastrophic patterns end when the meter says so")
{
    const std::string subject = std::string(40, 'a') + "b";
    CHECK(matches("^(a+)+$", subject) == "D1012");
    CHECK(matches("^(a|aa)+$", subject) == "D1012");
    CHECK(matches("(x+x+)+[yz]", std::string(100, 'x'), "", 100'000) == "D1012");
    // Quadratic: every start reads to the end.
    CHECK(matches(".*,b", std::string(300'000, 'a'), "", 10'000) == "D1012");
}

TEST_CASE("long subjects are matched in pieces")
{
    const std::string far = std::string(200'000, 'a') + "xyz";
    CHECK(matches("x(y)z", far) == "200000:xyz(y) ");
    CHECK(matches("(?:a|b)+x", far) == "0:" + far.substr(0, 200'001) + " ");
    const std::string wide = "😀" + far;
    CHECK(matches("x(y)z", wide) == "200002:xyz(y) ");
    CHECK(matches("(?:a|b|[é])+x", wide) == "2:" + far.substr(0, 200'001) + " ");
    CHECK(matches("a$", far).empty());
}
