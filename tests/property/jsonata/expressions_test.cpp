// Layers: jsonata

// Laws that hold for any expression, on expressions made of the grammar.

#include "jsonata/expression.h"
#include "jsonata/parser.h"
#include "jsonata/printer.h"
#include "tests/support/same_tree.h"
#include "json/parse.h"
#include "json/write.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <string>
#include <vector>

using namespace weft;
using namespace weft::jsonata;

namespace {

std::string one_of(std::initializer_list<const char*> texts)
{
    return *rc::gen::elementOf(std::vector<std::string>(texts.begin(), texts.end()));
}

std::string leaf()
{
    return one_of({"a",         "b",         "`a b`", "`and`",    "list",   "*",
                   "**",        "%",         "$",     "$$",       "$x",     "$i",
                   "0",         "1",         "2.50",  "1e3",      "'text'", "\"q\\\"\\\\\"",
                   "'\\u00e9'", "true",      "null",  "/a[b]+/i", "[]",     "{}",
                   "and",       "/* no */ a"});
}

// An expression with at most so many levels.
std::string expression(int depth)
{
    if (depth == 0) return leaf();
    const auto sub = [&] { return expression(depth - 1); };
    switch (*rc::gen::inRange(0, 22)) {
    case 0:
    case 1: return leaf();
    case 2: return "(" + sub() + ")";
    case 3: return "(" + sub() + "; " + sub() + ";)";
    case 4: return sub() + one_of({"+", "-", "*", " / ", "%", "&"}) + sub();
    case 5: return sub() + one_of({" = ", "!=", "<", "<=", ">", ">=", " in "}) + sub();
    case 6: return sub() + one_of({" and ", " or "}) + sub();
    case 7:
    case 8: return sub() + "." + sub();
    case 9: return sub() + "[" + sub() + "]";
    case 10: return sub() + "[]";
    case 11: return "[" + sub() + ", " + sub() + ".." + sub() + "]";
    case 12: return "{" + sub() + ": " + sub() + "}";
    case 13: return sub() + "{" + sub() + ": " + sub() + "}";
    case 14: return sub() + "^(" + one_of({"", "<", ">"}) + sub() + ")";
    case 15: return sub() + "@$x" + "." + sub();
    case 16: return sub() + "#$i[" + sub() + "]";
    case 17: return "$x := " + sub();
    case 18: return sub() + " ? " + sub() + one_of({"", " : 1", " : $x"});
    case 19: return one_of({"$count", "$string", "$sum", "$map", "$random"}) + "(" + sub() + ")";
    case 20:
        return one_of({"function($x)", "function($x)<n:n>", "\u03bb($i, $x)<nx-?:a<n>>"}) + "{" +
               sub() + "}" + one_of({"", "(1)", "(?)"});
    default:
        return one_of({"-", "|$|{'a': 1}|(", "|a|{}, 'b'|("}) + sub() + ")" +
               one_of({" ~> $count", " ?: 1", " ?? 2", ""});
    }
}

std::string result_of(const Expression& expression, const json::Value& input)
{
    Entropy entropy(7);
    StepMeter meter(50'000);
    Environment environment;
    environment.input = &input;
    environment.entropy = &entropy;
    environment.meter = &meter;
    const auto outcome = evaluate(expression, environment);
    if (!outcome) return outcome.error().code + " " + outcome.error().message;
    return std::to_string(static_cast<int>(outcome->kind)) + json::write(outcome->value);
}

}  // namespace

TEST_CASE("what is printed of a tree parses to the same tree")
{
    CHECK(rc::check("print and parse", [] {
        const std::string text = expression(*rc::gen::inRange(0, 5));
        Arena arena;
        const auto tree = parse(text, arena);
        if (!tree) RC_DISCARD("no expression");
        const std::string printed = print(**tree);
        RC_LOG() << text << "\n" << printed << "\n";
        Arena other;
        const auto again = parse(printed, other);
        RC_ASSERT(again.has_value());
        RC_ASSERT(same_tree(*tree, *again));
        RC_ASSERT(print(**again) == printed);
    }));
}

TEST_CASE("an evaluation is the same each time, and of the printed text too")
{
    const json::Value input =
        *json::parse(R"({"a":[{"b":1,"list":[1,2]},{"b":2,"a b":"x"}],"list":[3,"t",null]})");
    CHECK(rc::check("evaluate twice", [&] {
        const std::string text = expression(*rc::gen::inRange(0, 5));
        const auto compiled = Expression::compile(text, Dialect::States);
        if (!compiled) RC_DISCARD("no expression");
        const std::string result = result_of(**compiled, input);
        RC_LOG() << text << "\n";
        RC_ASSERT(result_of(**compiled, input) == result);
        if (const json::Value* constant = (*compiled)->constant())
            RC_ASSERT(result == "0" + json::write(*constant));
        Arena arena;
        const auto printed = Expression::compile(print(**parse(text, arena)), Dialect::States);
        RC_ASSERT(printed.has_value());
        RC_ASSERT(result_of(**printed, input) == result);
    }));
}
