#include "jsonata/parser.h"
#include "jsonata/printer.h"
#include "jsonata/test_support.h"
#include "tests/support/same_tree.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace weft::jsonata {

namespace {

using test::run;

constexpr int many = 100'000;

std::string row(std::string_view first, std::string_view link, int count = many)
{
    std::string text(first);
    text.reserve(first.size() + link.size() * static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) text += link;
    return text;
}

}  // namespace

TEST_CASE("binary operators may follow each other without end")
{
    const std::string_view input = R"({"a":1})";
    CHECK(run(row("1", "+1")) == "100001");
    CHECK(run(row("a", "+a"), input) == "100001");
    CHECK(run(row("a", " - a * 2"), input) == "-199999");
    CHECK(run("$length(" + row("a", " & a") + ")", input) == "100001");
    CHECK(run(row("a", " and a"), input) == "true");
    CHECK(run(row("b", " or b"), input) == "false");
    CHECK(run(row("a", " = a = 1 = true"), input) == "false");
    CHECK(run(row("a", " in a"), input) == "false");
    CHECK(run(row("a", " < a")) == "undefined");
    CHECK(run(row("a + 1 & a", " & a & 'x' = 1 and a"), input) == "false");
    CHECK(run(row("a & 1", " + a & a"), input) == "T2001");
    CHECK(run("($f := function($x) { $x + 1 }; " + row("a", " ~> $f") + ")", input) == "100001");
    CHECK(run("($f := function($x, $y) { $x + $y }; " + row("a", " ~> $f(2)") + ")", input) ==
          "200001");
    CHECK(run("($f := function($x) { $x + 1 }; $g := " + row("$f", " ~> $f", 99) + "; $g(1))") ==
          "101");
    CHECK(run("($f := function($x) { $x + 1 }; $g := " + row("$f", " ~> $f") + "; $g(1))") ==
          "U1001");
}

TEST_CASE("steps and predicates may follow each other without end")
{
    CHECK(run(row("a", ".a"), R"({"a":{"a":1}})") == "undefined");
    CHECK(run(row("$", ".$"), "5") == "5");
    CHECK(run(row("a", "[0]"), R"({"a":1})") == "1");
    CHECK(run(row("a", "[]"), R"({"a":1})") == "[1]");
    CHECK(run(row(row("a", "[0]"), "[]"), R"({"a":1})") == "[1]");
    CHECK(run(row("a", ".b[1]"), R"({"a":{"b":1}})") == "undefined");
}

TEST_CASE("a row of operators means what brackets from the left say")
{
    const std::string_view input = R"({"a":2,"b":[3,4],"t":"x"})";
    const auto same = [&](const std::string& text, const std::string& bracketed) {
        CAPTURE(text);
        CHECK(run(text, input) == run(bracketed, input));
    };
    same("a - 3 - a - 5 - a", "((((a - 3) - a) - 5) - a)");
    same("a * 3 % 4 / a * 5", "((((a * 3) % 4) / a) * 5)");
    same("t & a & 1 + a & b & t", "((((t & a) & 1) + a) & b & t)");
    same("a & t & b & t & n & a", "((((a & t) & b) & t) & n) & a");
    same("a = 2 = true != false in true", "((((a = 2) = true) != false) in true)");
    same("a and n or t and b or n", "((a and n) or (t and b)) or n");
    same("n and n.x() or a or t or b", "(((n and n.x()) or a) or t) or b");
    same("n + a + n + a + n", "(((n + a) + n) + a) + n");
    same("b ~> $sum ~> $string ~> $length ~> $string", "$string($length($string($sum(b))))");
    same("b ~> $append(1) ~> $append(a) ~> $append(b) ~> $append(n)",
         "$append($append($append($append(b, 1), a), b), n)");
    same("a < 3 = true = true = true", "(((a < 3) = true) = true) = true");
    same("a + t + 1 + 1 + 1", "((((a + t) + 1) + 1) + 1)");
    CHECK(run("$x + 1 + 2 + 3 + 4") == "undefined");
    // That an array of one stays one goes on from call to call.
    CHECK(run("b[] ~> $append(n) ~> $filter(function($v) { $v = 3 }) ~> $append(n) ~> $append(n)",
              input) == "[3]");
    CHECK((*Expression::compile("1 + 2 + 3 + 4 + 5"))->constant() != nullptr);
    CHECK((*Expression::compile("1 + 2 + 3 + 4 + $x"))->constant() == nullptr);
}

TEST_CASE("a fault in a row of operators has the place of its operator")
{
    const auto place = [](std::string_view text) {
        const auto compiled = Expression::compile(text);
        REQUIRE(compiled);
        const auto outcome = evaluate(**compiled, Environment{});
        REQUIRE(!outcome);
        return outcome.error().code + "@" + std::to_string(outcome.error().position.value_or(0));
    };
    CHECK(place("1 + 2 + 'a' + 4 + 5") == "T2002@7");
    CHECK(place("'a' + 2 + 3 + 4 + 5") == "T2001@5");
    CHECK(place("1 + 2 + 3 + 4 + 'a'") == "T2002@15");
    CHECK(place("1 + 2 + 3 + 4 < 'a' < 6") == "T2009@15");
    CHECK(place("1 ~> $string ~> $length ~> 4 ~> $sum") == "T2006@26");
}

TEST_CASE("what makes a tree deep is bounded")
{
    CHECK(run(row("f", "()")) == "U1001");
    CHECK(run(row("a", "^(b)")) == "U1001");
    CHECK(run(row("a", "^(b)(c)")) == "U1001");
    CHECK(run(row("a", "@$b.c")) == "U1001");
    CHECK(run(row("a", ".%")) == "U1001");
    CHECK(run(row("a", " ? a")) == "U1001");
    CHECK(run(row("a", " ?: a")) == "U1001");
    CHECK(run(row("%", " + %")) == "U1001");
    CHECK(run(row("", "-") + "1") == "U1001");
    CHECK(run(row("a", ".(b") + row("", ")")) == "U1001");
}

TEST_CASE("a long row is printed and read again")
{
    for (const std::string_view link : {"+1", " & b[2].c", ".a", "[b]", "[]", " ~> $f(1)"}) {
        const std::string text = row("a", link);
        Arena arena;
        const auto tree = parse(text, arena);
        REQUIRE(tree);
        const std::string printed = print(**tree);
        CAPTURE(link);
        CAPTURE(printed.substr(0, 100));
        Arena other;
        const auto again = parse(printed, other);
        REQUIRE(again);
        CHECK(same_tree(*tree, *again));
    }
}

TEST_CASE("an expression of many names is compiled in linear time")
{
    std::string bound = "(";
    std::string outside = "'\u00e4'";
    for (int i = 0; i < 30'000; ++i) {
        const std::string name = "$n" + std::to_string(i);
        bound += name + " := " + std::to_string(i) + "; ";
        outside += " & " + name;
    }
    CHECK(run(bound + "$n0 + $n15000 + $n29999)") == "44999");
    const auto compiled = Expression::compile(outside);
    REQUIRE(compiled);
    CHECK((*compiled)->outside_names().size() == 30'000);
    CHECK((*compiled)->references().back().name == "n29999");
    // In UTF-16 units, behind the name.
    CHECK((*compiled)->references().back().position == outside.size() - 1);
}

}  // namespace weft::jsonata
