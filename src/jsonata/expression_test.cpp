#include "jsonata/test_support.h"

#include <doctest/doctest.h>

using weft::jsonata::test::run;

namespace {

constexpr const char* shop = R"({
  "name": "Corner", "open": true,
  "shelves": [
    {"id": "s1", "goods": [{"sku": "tea", "price": 3, "stock": 4}, {"sku": "rice", "price": 2, "stock": 0}]},
    {"id": "s2", "goods": {"sku": "soap", "price": 5, "stock": 9}},
    {"id": "s3", "goods": []}
  ],
  "suppliers": [{"sku": "tea", "from": "Assam"}, {"sku": "soap", "from": "Nablus"}],
  "deep": [[1, [2, 3]], [4]]
})";

struct Row {
    const char* expression;
    const char* result;
};

void check(std::initializer_list<Row> rows)
{
    for (const Row& row : rows) {
        CAPTURE(row.expression);
        CHECK(run(row.expression, shop) == row.result);
    }
}

}  // namespace

TEST_CASE("a path flattens what its steps find, and one result stands for itself")
{
    check({{"name", R"("Corner")"},
           {"shelves.id", R"(["s1","s2","s3"])"},
           {"shelves.goods.price", "[3,2,5]"},
           {"shelves[1].goods.price", "5"},
           {"shelves.nothing", "undefined"},
           {"shelves[2].goods", "[]"},
           {"shelves[2].goods.price", "undefined"},
           {"deep", "[[1,[2,3]],[4]]"},
           {"deep.$", "[1,[2,3],4]"},
           {"shelves[id = 's2'].goods.sku[]", R"(["soap"])"},
           {"name[]", R"(["Corner"])"},
           {"($x := 'a'; [{'a': 1}, {'a': 2}]).a", "[1,2]"},
           {"shelves.[id]", R"([["s1"],["s2"],["s3"]])"}});
}

TEST_CASE("predicates pick by number, by numbers or by condition")
{
    check({{"shelves[0].id", R"("s1")"},
           {"shelves[-1].id", R"("s3")"},
           {"shelves.goods[0].sku", R"(["tea","soap"])"},
           {"(shelves.goods)[0].sku", R"("tea")"},
           {"shelves.goods[price > 2].sku", R"(["tea","soap"])"},
           {"[5, 6, 7][[0, 2]]", "[5,7]"},
           {"[5, 6, 7][[1, 1]]", "[6,6]"},
           {"[5..9][[1..2]]", "[6,7]"},
           {"[1, 2, [3, 4]][-1]", "[3,4]"},
           {"name[0]", R"("Corner")"},
           {"name[1]", "undefined"}});
}

TEST_CASE("a predicate that holds of nothing lets the next step be done with nothing")
{
    CHECK(run("b[true].[c]", "{}") == "[]");
    CHECK(run("b[true].(1)", "{}") == "1");
    CHECK(run("b[true].c", "{}") == "undefined");
    CHECK(run("b[true]", "{}") == "undefined");
    CHECK(run("b[false].(1)", "{}") == "undefined");
    CHECK(run("b[0].(1)", "{}") == "undefined");
    CHECK(run("b[$count(c)].(1)", "{}") == "1");
    CHECK(run("b[true][false].(1)", "{}") == "undefined");
    CHECK(run("a.b[true].(1)", R"({"a":[{"b":2},{}]})") == "[1,1]");
    CHECK(run("$count(a.b[true])", R"({"a":[{"b":2},{"b":3}]})") == "2");
    CHECK(run("b[true]^(c)", "{}") == "undefined");
}

TEST_CASE("wildcards and descendants")
{
    check({{"suppliers[0].*", R"(["tea","Assam"])"},
           {"**.sku", R"(["tea","rice","soap","tea","soap"])"},
           {R"({"a": [1]}.*)", "[1]"},
           {"$count(shelves.**)", "18"}});
}

TEST_CASE("steps up, context and index variables")
{
    check(
        {{"shelves.goods.{'sku': sku, 'shelf': %.id}",
          R"([{"shelf":"s1","sku":"tea"},{"shelf":"s1","sku":"rice"},{"shelf":"s2","sku":"soap"}])"},
         {"shelves.goods[%.id = 's2'].sku", R"("soap")"},
         {"shelves.goods.sku.%.%.id", R"(["s1","s1","s2"])"},
         {"shelves#$i[$i > 0].id", R"(["s2","s3"])"},
         {"shelves.goods#$n.($n & sku)", R"(["0tea","1rice","0soap"])"},
         {"suppliers@$s.shelves.goods[sku = $s.sku].($s.from & ':' & price)",
          R"(["Assam:3","Nablus:5"])"},
         {"shelves@$s.goods.($s.id & sku)", "undefined"},
         {"%", "S0217"},
         {"name.%.%", "S0217"}});
}

TEST_CASE("order-by is stable, and what is undefined goes last")
{
    check({{"shelves.goods^(price).sku", R"(["rice","tea","soap"])"},
           {"shelves.goods^(>price).sku", R"(["soap","tea","rice"])"},
           {"[{'a': 1, 'b': 2}, {'a': 1, 'b': 1}, {'b': 0}]^(a, >b).b", "[2,1,0]"},
           {"shelves.goods^(stock > 1)", "T2008"},
           {"[1, 'a']^($)", "T2007"},
           {"shelves^(>id)[0].id", R"("s3")"}});
}

TEST_CASE("grouping keeps the order of keys and gathers what shares one")
{
    check({{"suppliers{sku: from}", R"({"soap":"Nablus","tea":"Assam"})"},
           {"shelves.goods{stock > 0 ? 'in' : 'out': $sum(price)}", R"({"in":8,"out":2})"},
           {"shelves.goods{'all': sku}", R"({"all":["tea","rice","soap"]})"},
           {"nothing{a: b}", "{}"},
           {"suppliers{1: from}", "T1003"},
           {"suppliers{sku: from, sku: 1}", "D1009"},
           {"{'a': nothing, 'b': 1}", R"({"b":1})"},
           {"shelves@$s.goods{$s.id: price}", "{}"},
           {"$keys({'z': 1, 'a': 2})", R"(["z","a"])"}});
}

TEST_CASE("operators")
{
    check({{"1 + 2 * 3 - 4 / 2", "5"},
           {"7 % 3", "1"},
           {"-7 % 3", "-1"},
           {"1 + nothing", "undefined"},
           {"'a' & 1 & true & null & [1]", R"("a1truenull[1]")"},
           {"nothing & 'x'", R"("x")"},
           {"1 = 1.0 and 'a' != 'b'", "true"},
           {"nothing = nothing", "false"},
           {"{'a': [1, 2]} = {'a': [1, 2]}", "true"},
           {"2 < 10 and 'b' > 'a'", "true"},
           {"'tea' in suppliers.sku", "true"},
           {"3 in [1, 2]", "false"},
           {"[3..6]", "[3,4,5,6]"},
           {"[6..3]", "[]"},
           {"0 ?: 'none'", R"("none")"},
           {"0 ?? 'none'", "0"},
           {"nothing ?? 'none'", R"("none")"},
           {"open ? 1 : 2", "1"},
           {"nothing ? 1", "undefined"}});
}

TEST_CASE("variables, blocks and functions")
{
    check({{"($a := 1; $b := $a + 1; $a + $b)", "3"},
           {"($a := 1; ($a := 2); $a)", "1"},
           {"($a := 1; ($b := $a; $a := 5; $b & $a))", R"("15")"},
           {"($f := function($x, $y) { $x & $y }; $f('a'))", R"("a")"},
           {"($later := function() { $v }; $v := 7; $later())", "7"},
           {"function($x) { $x * 2 }(4)", "8"},
           {"λ($x) { $x }('λ')", "\"λ\""},
           {"($twice := function($f) { function($x) { $f($f($x)) } }; $twice(function($x) { $x + 3 "
            "})(1))",
            "7"},
           {"($half := $power(?, 0.5); $half(9))", "3"},
           {"[1, 2, 3] ~> $map(function($x) { $x * $x }) ~> $sum", "14"},
           {"($trimmed := $trim ~> $uppercase; $trimmed(' a '))", R"("A")"},
           {"(\"x\").$length()", "1"},
           {"function($s)<s-:n>{ $length($s) }(3)", "T0410"},
           {"name.function($s)<s-:n>{ $length($s) }()", "6"},
           {"open.function($s)<s-:n>{ $length($s) }()", "T0411"},
           {"$sum", "function"},
           {"{'f': function($x) { $x + 1 }}.f(1)", "2"}});
}

TEST_CASE("a call in tail position takes no stack")
{
    weft::jsonata::Environment environment;
    environment.limits.depth_max = 30;
    const auto at_depth = [&](const char* expression) {
        return run(expression, "", weft::jsonata::Dialect::Reference, environment);
    };
    CHECK(at_depth("($n := function($i) { $i = 0 ? 'done' : $n($i - 1) }; $n(5000))") ==
          R"("done")");
    CHECK(at_depth("($odd := function($i) { $i = 0 ? false : $even($i - 1) };"
                   "$even := function($i) { $i = 0 ? true : $odd($i - 1) }; $odd(777))") == "true");
    CHECK(at_depth("($n := function($i) { $i = 0 ? 0 : 1 + $n($i - 1) }; $n(5000))") == "U1001");
}

TEST_CASE("a transform changes a copy")
{
    check({{"suppliers ~> |$[sku = 'tea']|{'from': 'Uji'}|",
            R"([{"from":"Uji","sku":"tea"},{"from":"Nablus","sku":"soap"}])"},
           {"(suppliers[0] ~> |$|{'n': 1}, 'from'|) & suppliers[0].from",
            R"("{\"sku\":\"tea\",\"n\":1}Assam")"},
           {"suppliers[0] ~> |$|1|", "T2011"},
           {"suppliers[0] ~> |$|{}, 1|", "T2012"}});
}

TEST_CASE("functions over functions")
{
    check({{"$map([1, 2], function($v, $i, $a) { $v * $i + $count($a) })", "[2,4]"},
           {"$filter(shelves.goods, function($g) { $g.stock > 0 }).sku", R"(["tea","soap"])"},
           {"$reduce([1..4], function($a, $b) { $a * $b })", "24"},
           {"$reduce([], function($a, $b) { $a }, 'start')", R"("start")"},
           {"$single([1, 2, 3], function($v) { $v = 2 })", "2"},
           {"$single([1, 2])", "D3138"},
           {"$sift({'a': 1, 'b': 0}, $boolean)", R"({"a":1})"},
           {"$each({'a': 1}, function($v, $k) { $k & $v })", R"("a1")"},
           {"$sort([3, 1, 2])", "[1,2,3]"},
           {"$sort(['b', 'B', 'a'], function($l, $r) { $lowercase($l) > $lowercase($r) })",
            R"(["a","b","B"])"},
           {"$sort([1, 'a'])", "D3070"},
           {"$zip([1, 2], ['a', 'b', 'c'])", R"([[1,"a"],[2,"b"]])"},
           {"$distinct([1, 1.0, '1', [1], [1], {'a': 1}, {'a': 1}])", R"([1,"1",[1],{"a":1}])"},
           {"$merge([{'a': 1}, {'b': 2}, {'a': 3}])", R"({"a":3,"b":2})"},
           {"$spread({'a': 1, 'b': 2})", R"([{"a":1},{"b":2}])"},
           {"$lookup(suppliers, 'sku')", R"(["tea","soap"])"},
           {"6 ~> $uppercase(?)", "T0410"},
           {"$lookup(suppliers, nothing)", "undefined"},
           {"$lookup({'a': 1}, nothing)", "undefined"}});
}

TEST_CASE("patterns")
{
    check({{"$match('a1b22', /[a-z](\\d+)/).groups", R"(["1","22"])"},
           {"$replace('2024-05', /(\\d+)-(\\d+)/, '$2/$1')", R"("05/2024")"},
           {"$replace('abc', /b/, function($m) { '<' & $m.match & '>' })", R"("a<b>c")"},
           {"$replace('abc', /b/, function($m) { 1 })", "D3012"},
           {"$split('a, b,c', /\\s*,\\s*/)", R"(["a","b","c"])"},
           {"$contains('Corner', /^corner$/i)", "true"},
           {"/o(r)/('Corner').groups", R"(["r"])"},
           {"/o/('foo').next().start", "2"},
           {"$split('x', $uppercase)", "T1010"},
           {"$split('x', nothing, -1)", "D3020"},
           {"$split('x', nothing, 0)", "[]"},
           {"$match('ab', /(a)|(b)/)[1].groups[0] & '!'", R"("!")"},
           {"$match('ab', /(a)|(b)/)[1].groups", R"([null,"b"])"},
           {"$replace('ab', /(a)|(b)/, function($m) { $m.groups[0] & '!' })", R"("a!!")"},
           {"/(a)|(b)/('ab').next().groups[0] & '!'", R"("!")"},
           {"$replace('x', '', nothing)", "D3010"},
           {"$replace('x', 'x', nothing, -1)", "D3011"}});
}

TEST_CASE("texts of constants are folded, and say what they are")
{
    const auto constant = [](const char* text) {
        const auto compiled = weft::jsonata::Expression::compile(text);
        REQUIRE(compiled);
        const weft::json::Value* value = (*compiled)->constant();
        return value != nullptr ? weft::json::write(*value) : std::string("none");
    };
    CHECK(constant("1 + 2 * 3") == "7");
    CHECK(constant("[1, 'a' & 'b', {'k': -1}]") == R"([1,"ab",{"k":-1}])");
    CHECK(constant("$x + 1") == "none");
    CHECK(constant("1 + 'a'") == "none");
    CHECK(constant("$now()") == "none");
}
