#include "jsonata/test_support.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>

using weft::jsonata::Dialect;
using weft::jsonata::Environment;
using weft::jsonata::evaluate;
using weft::jsonata::Expression;
using weft::jsonata::Fault;
using weft::jsonata::FaultKind;
using weft::jsonata::test::run;

namespace {

Fault fault_of(const char* expression, Environment environment = {})
{
    const auto compiled = Expression::compile(expression);
    if (!compiled) return compiled.error();
    const auto outcome = evaluate(**compiled, environment);
    REQUIRE_FALSE(outcome);
    return outcome.error();
}

std::string shown(const Fault& fault)
{
    std::string text = fault.code;
    if (fault.position) text += " @" + std::to_string(*fault.position);
    if (fault.token) text += " token=" + weft::json::write(*fault.token);
    if (fault.value) text += " value=" + weft::json::write(*fault.value);
    if (fault.value2) text += " value2=" + weft::json::write(*fault.value2);
    if (fault.index) text += " index=" + weft::json::write(*fault.index);
    return text;
}

class FewSteps final : public weft::Meter {
public:
    explicit FewSteps(bool final_refusal) : m_final(final_refusal) {}
    bool step(std::uint32_t steps) override { return (m_steps += steps) < 100'000; }
    bool exhausted() const override { return m_final; }

private:
    std::uint64_t m_steps = 0;
    bool m_final;
};

}  // namespace

TEST_CASE("a fault names its place, token and values")
{
    CHECK(shown(fault_of("1 + 'a'")) == R"(T2002 @3 token="+" value="a")");
    CHECK(shown(fault_of("'é' + 1")) == R"(T2001 @5 token="+" value="é")");
    CHECK(shown(fault_of("'a' < 1")) == R"(T2009 @5 token="<" value="a" value2=1)");
    CHECK(shown(fault_of("$length(1)")) == R"(T0410 @8 token="length" value=1 index=1)");
    CHECK(shown(fault_of("$nope(1)")) == R"(T1006 @6 token="nope")");
    CHECK(shown(fault_of("sum([1])")) == R"(T1005 @4 token="sum")");
    CHECK(shown(fault_of("$number('x')")) == R"(D3030 @8 token="number" value="x" index=1)");
    CHECK(shown(fault_of("true and 1 + 'a'")) == R"(T2002 @8 token="and" value="a")");
    CHECK(shown(fault_of("[1")) == "S0203 @2 token=\"(end)\" value=\"]\"");
    CHECK(shown(fault_of("a.1")) == R"(S0213 @3 value=1)");
    CHECK(shown(fault_of("x y")) == R"(S0201 @3 token="y")");
    CHECK(fault_of("$error('why')").message == "why");
    CHECK(fault_of("1()").message == "Attempted to invoke a non-function");
    CHECK(describe(fault_of("$nope()")) == "T1006: Attempted to invoke a non-function");
}

TEST_CASE("a meter that refuses for now and one that refuses for good are told apart")
{
    Environment environment;
    FewSteps later(false);
    environment.meter = &later;
    const char* endless = "($f := function() { $f() }; $f())";
    CHECK(fault_of(endless, environment).kind == FaultKind::OutOfFuel);
    FewSteps never(true);
    environment.meter = &never;
    const Fault over = fault_of(endless, environment);
    CHECK(over.kind == FaultKind::OverLimit);
    CHECK(over.code == "U1001");
}

TEST_CASE("what is hostile ends in a named error")
{
    weft::StepMeter meter(20'000'000);
    Environment environment;
    environment.meter = &meter;
    environment.limits.memory_bytes_max = std::size_t{32} << 20;
    const auto code = [&](const char* expression) {
        return fault_of(expression, environment).code;
    };
    CHECK(code("[1..1e9]") == "D2014");
    CHECK(code("$pad('x', 1e9)") == "U1002");
    // Deeper than a JSON text may nest.
    CHECK(code("($f := function($a, $n) { $n = 0 ? $a : $f({'a': $a}, $n - 1) }; "
               "$string($f('x', 2000)))") == "U1001");
    CHECK(code("($f := function($a, $n) { $n = 0 ? $a : $f([{'a': $a}], $n - 1) }; "
               "$string($f('x', 1000), true))") == "U1001");
    CHECK(code("($f := function($x) { 1 + $f($x) }; $f(1))") == "U1001");
    CHECK(code("($f := function($x) { [$f($x)] }; $f(1))") == "U1001");
    CHECK(code("[1..9000000].[1, 2, 3]") == "U1002");
    CHECK(code("[1..1000].$pad('x', 1000000)") == "U1002");
    CHECK(code("[1..1000000].{'a': $string($)}") == "U1002");
    CHECK(code("$reduce([1..60], function($a, $b) { $a & $a }, 'xxxxxxxx')") == "U1002");
    CHECK(code("$reduce([1..60], function($a, $b) { $append($a, $a) }, [1, 2])") == "U1002");
    CHECK(code("$match('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab', /^(a+)+$/)") != "");
    CHECK(code("$reduce([1..100000], function($a, $b) { [[$a]] })") == "U1001");
}

TEST_CASE("values nested without end are freed without recursion")
{
    CHECK(run("$count($reduce([1..100000], function($a, $b) { [[$a]] }))") == "1");
    CHECK(run("$type($reduce([1..100000], function($a, $b) { {'a': $a} }))") == R"("object")");
}

TEST_CASE("an inconsistent comparator ends")
{
    CHECK(run("$count($sort([1..1000], function($a, $b) { true }))") == "1000");
}

TEST_CASE("an expression broken within a list ends at its first fault")
{
    CHECK(run("[1, f(m, 2[D,] [M") == "S0202");
    CHECK(run("[[1, 2[3,]") == "S0202");
    CHECK(run("(a; [b, 2[3,)") == "S0202");
}

TEST_CASE("a slash behind [] or a sort begins a regular expression, as in the reference")
{
    CHECK(run("a[]/2") == "S0302");
    CHECK(run("a^(b)/2") == "S0302");
    CHECK(run("a[0]/2", R"({"a":[4]})") == "2");
    CHECK(shown(fault_of("a[]/2/")) == R"(S0201 @6 token="2")");
    CHECK(shown(fault_of("$f(%)")) == R"(S0217 @3 token="function")");
}

TEST_CASE("of two operands at fault the left one is named, and no number is none")
{
    CHECK(run("$parseInteger('pad', '#,##0') * [{}]") == "T2001");
    CHECK(run("1 / 0 * 'a'") == "D1001");
    CHECK(run("1 * $parseInteger('pad', '#,##0')") == "T2002");
    CHECK(run("-$parseInteger('pad', '#,##0')") == "D1002");
    CHECK(run("-(1 / 0)") == "D1001");
}

TEST_CASE("deep expressions are refused")
{
    const std::string open(100'000, '(');
    CHECK(run(open) == "U1001");
}

TEST_CASE("the dialects differ in a few functions")
{
    const auto states = [](const char* expression) { return run(expression, "", Dialect::States); };
    CHECK(states("$partition([1..5], 2)") == "[[1,2],[3,4],[5]]");
    CHECK(states("$range(0, 10, 5)") == "[0,5,10]");
    CHECK(states("$range(1, 9, 9)") == "1");
    CHECK(states("$parse('{\"a\": [1]}').a") == "[1]");
    CHECK(states("$hash('a', 'MD5')") == R"("0cc175b9c0f1b6a831c399e269772661")");
    CHECK(states("$length($uuid())") == "36");
    CHECK(states("$random(7) = $random(7)") == "true");
    CHECK(states("$eval('1')") == "T1006");
    CHECK(run("$partition([1..5], 2)") == "T1006");
    CHECK(run("$random(7)") == "T0410");
}

TEST_CASE("references and uses of the top level are known")
{
    const auto compiled =
        Expression::compile("$states.input.a[b = $limit] & ($x := 1; $x) & $sum($) & $$.c & d");
    REQUIRE(compiled);
    const auto references = (*compiled)->references();
    REQUIRE(references.size() == 2);
    CHECK(references[0].name == "states");
    CHECK(std::ranges::equal(references[0].path, std::vector<std::string>{"input", "a"}));
    CHECK(references[1].name == "limit");
    const auto uses = (*compiled)->top_level_uses();
    REQUIRE(uses.size() == 3);
    CHECK(uses[0].text == "$");
    CHECK(uses[1].text == "$$");
    CHECK(uses[2].text == "d");
}

TEST_CASE("what the version that AWS documents lacks is known")
{
    const auto compiled = Expression::compile("(a ?? 'ä') & (b ?: $sum(c ?? d))");
    REQUIRE(compiled);
    const auto uses = (*compiled)->newer_uses();
    REQUIRE(uses.size() == 3);
    CHECK(uses[0].text == "??");
    CHECK(uses[0].since == "2.1.0");
    CHECK(uses[0].position == 5);  // behind the operator
    CHECK(uses[1].text == "?:");
    CHECK(uses[2].text == "??");
    CHECK((*Expression::compile("a ? b : c"))->newer_uses().empty());
}

TEST_CASE("bindings are seen, and a later one of a name wins")
{
    const weft::jsonata::Binding bindings[] = {{"a", 1}, {"b", 2}, {"a", 3}};
    Environment environment;
    environment.bindings = bindings;
    CHECK(run("$a + $b", "", Dialect::Reference, environment) == "5");
    CHECK(run("($a := $a + 1; $a)", "", Dialect::Reference, environment) == "4");
}
