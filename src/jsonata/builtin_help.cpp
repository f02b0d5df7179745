#include "jsonata/builtin_help.h"

#include <algorithm>
#include <array>

namespace weft::jsonata {

namespace {

// Name, what it gives, an example and its result.
constexpr std::array help_rows{
    BuiltinHelp{"abs", "The number without its sign.", "$abs(-2.5)", "2.5"},
    BuiltinHelp{"append", "Both arrays as one; what is no array counts as an array of one.",
                "$append([1, 2], 3)", "[1,2,3]"},
    BuiltinHelp{"assert",
                "Nothing if the condition is true, else an error with the message (D3141).",
                "$assert(2 > 1, 'too few')", "undefined"},
    BuiltinHelp{"average", "The mean of the numbers.", "$average([1, 2, 6])", "3"},
    BuiltinHelp{"base64decode", "The text that a Base64 text holds, a byte a character.",
                "$base64decode('V2VmdA==')", R"("Weft")"},
    BuiltinHelp{"base64encode", "The text in Base64; each character must fit a byte.",
                "$base64encode('Weft')", R"("V2VmdA==")"},
    BuiltinHelp{"boolean",
                "Whether a value counts as true: not 0, '', null, {}, a function, or an array "
                "without anything true.",
                "$boolean([0, ''])", "false"},
    BuiltinHelp{"ceil", "The nearest integer that is not smaller.", "$ceil(2.1)", "3"},
    BuiltinHelp{"clone", "The value itself: values never change.", "$clone({'a': 1})",
                R"({"a":1})"},
    BuiltinHelp{"contains", "Whether the text holds another, or a match of a regular expression.",
                "$contains('weaver', /^we/)", "true"},
    BuiltinHelp{"count", "How many items an array has; 0 of nothing, 1 of anything else.",
                "$count([3, 4])", "2"},
    BuiltinHelp{"decodeUrl",
                "A URL with its %-escapes resolved, those of reserved characters kept.",
                "$decodeUrl('https://x.org/%C3%A9')", R"("https://x.org/é")"},
    BuiltinHelp{"decodeUrlComponent", "A part of a URL with its %-escapes resolved.",
                "$decodeUrlComponent('a%2Fb')", R"("a/b")"},
    BuiltinHelp{"distinct", "The array without repetitions, the first of equals kept.",
                "$distinct([2, 1, 2])", "[2,1]"},
    BuiltinHelp{"each", "What the function makes of each value and key of an object.",
                "$each({'a': 1, 'b': 2}, function($v, $k) { $k & $v })", R"(["a1","b2"])"},
    BuiltinHelp{"encodeUrl", "A URL with %-escapes, reserved characters kept.",
                "$encodeUrl('https://x.org/é')", R"("https://x.org/%C3%A9")"},
    BuiltinHelp{"encodeUrlComponent", "A text with %-escapes, to be a part of a URL.",
                "$encodeUrlComponent('a/b')", R"("a%2Fb")"},
    BuiltinHelp{"error", "Ends the evaluation with the message (D3137).", "$error('no such order')",
                "!D3137"},
    BuiltinHelp{"exists", "Whether there is a value.", "$exists({}.a)", "false"},
    BuiltinHelp{"filter",
                "The items for which the function is true; it gets item, index and array.",
                "$filter([1..4], function($v) { $v % 2 = 0 })", "[2,4]"},
    BuiltinHelp{"floor", "The nearest integer that is not larger.", "$floor(-2.1)", "-3"},
    BuiltinHelp{"formatBase", "An integer's digits in a base from 2 to 36; 10 if none is given.",
                "$formatBase(255, 16)", R"("ff")"},
    BuiltinHelp{"formatInteger",
                "An integer by a picture of XPath: decimals, words, Roman, letters.",
                "$formatInteger(1999, 'I')", R"("MCMXCIX")"},
    BuiltinHelp{"formatNumber", "A number by a decimal picture of XPath.",
                "$formatNumber(1234.5, '#,##0.00')", R"("1,234.50")"},
    BuiltinHelp{
        "fromMillis",
        "A time in milliseconds since 1970 as text: ISO 8601, or by a picture, in a time zone.",
        "$fromMillis(0, '[Y]-[M01]-[D01]')", R"("1970-01-01")"},
    BuiltinHelp{"hash", "The text's hash in hexadecimal: MD5, SHA-1, SHA-256, SHA-384 or SHA-512.",
                "$hash('Weft', 'SHA-1')", R"("789105aa3a227818ed9b06d0689d308e1e93c493")"},
    BuiltinHelp{"join", "The texts as one, with a separator between them.",
                "$join(['a', 'b'], '-')", R"("a-b")"},
    BuiltinHelp{"keys", "An object's keys; of an array of objects, each key once.",
                "$keys([{'a': 1}, {'b': 2, 'a': 3}])", R"(["a","b"])"},
    BuiltinHelp{"length", "How many characters (code points) a text has.", "$length('Café')", "4"},
    BuiltinHelp{"lookup", "The value of a key; of an array of objects, each of theirs.",
                "$lookup({'a b': 1}, 'a b')", "1"},
    BuiltinHelp{"lowercase", "The text in lower case.", "$lowercase('WEFT')", R"("weft")"},
    BuiltinHelp{"map", "What the function makes of each item; it gets item, index and array.",
                "$map([1, 2], function($v, $i) { $v * 10 + $i })", "[10,21]"},
    BuiltinHelp{"match",
                "The matches of a regular expression, with index and groups; at most a limit.",
                R"($match('ab12', /([a-z])(\d)/).groups)", R"(["b","1"])"},
    BuiltinHelp{"max", "The largest of the numbers.", "$max([1, 3, 2])", "3"},
    BuiltinHelp{"merge", "The objects as one, the last of equal keys winning.",
                "$merge([{'a': 1}, {'a': 2, 'b': 3}])", R"({"a":2,"b":3})"},
    BuiltinHelp{"millis", "The time of the evaluation in milliseconds since 1970.", "$millis()",
                ""},
    BuiltinHelp{"min", "The smallest of the numbers.", "$min([1, 3, 2])", "1"},
    BuiltinHelp{"not", "true for what counts as false ($boolean), false for what counts as true.",
                "$not(0)", "true"},
    BuiltinHelp{"now", "The time of the evaluation in ISO 8601, or by a picture, in a time zone.",
                "$now()", ""},
    BuiltinHelp{
        "number",
        "The number that a text, a boolean or a number is; texts may be decimal or 0x, 0o, 0b.",
        "$number('0x1F')", "31"},
    BuiltinHelp{
        "pad", "The text filled to a width: behind it, or in front of it if the width is negative.",
        "$pad('7', -3, '0')", R"("007")"},
    BuiltinHelp{"parse", "The value that a JSON text holds.", R"($parse('{"a": [1]}'))",
                R"({"a":[1]})"},
    BuiltinHelp{"parseInteger", "The integer that a text is by a picture of XPath.",
                "$parseInteger('twelve', 'w')", "12"},
    BuiltinHelp{"partition", "The array in arrays of at most a size.", "$partition([1, 2, 3], 2)",
                "[[1,2],[3]]"},
    BuiltinHelp{"power", "A number to the power of another.", "$power(2, 10)", "1024"},
    BuiltinHelp{"random", "A number from 0 up to, but not, 1; with a seed the same each time.",
                "$random()", ""},
    BuiltinHelp{"range",
                "The whole numbers from a first to a last one by a step; nothing without one.",
                "$range(1, 9, 4)", "[1,5,9]"},
    BuiltinHelp{"reduce",
                "What the function makes of the items, two at a time, beginning with a value or "
                "the first item.",
                "$reduce([1, 2, 3], function($sum, $v) { $sum + $v }, 10)", "16"},
    BuiltinHelp{"replace",
                "The text with a text's occurrences, or a regular expression's matches, replaced "
                "by a text ($1 is a group) or by what a function makes of them.",
                "$replace('ab', /(a)(b)/, '$2$1')", R"("ba")"},
    BuiltinHelp{"reverse", "The array from its end to its beginning.", "$reverse([1, 2, 3])",
                "[3,2,1]"},
    BuiltinHelp{"round", "The number to so many decimal places, halves to the even neighbour.",
                "$round(2.345, 2)", "2.34"},
    BuiltinHelp{"shuffle", "The array in a random order.", "$count($shuffle([1, 2, 3]))", "3"},
    BuiltinHelp{
        "sift",
        "The members of an object for which the function is true; it gets value, key and object.",
        "$sift({'a': 1, 'b': 2}, function($v) { $v > 1 })", R"({"b":2})"},
    BuiltinHelp{"single",
                "The only item for which the function is true; an error if there is none or "
                "another (D3138, D3139).",
                "$single([1, 2, 3], function($v) { $v > 2 })", "3"},
    BuiltinHelp{"sort",
                "The array in order: of numbers, of texts by UTF-16 units, or where a function "
                "says that two must swap.",
                "$sort([2, 10, 1], function($l, $r) { $l < $r })", "[10,2,1]"},
    BuiltinHelp{
        "split",
        "The parts between the occurrences of a text or the matches of a regular expression.",
        R"($split('a, b,c', /,\s*/))", R"(["a","b","c"])"},
    BuiltinHelp{"spread", "An object's members, each as an object of its own.",
                "$spread({'a': 1, 'b': 2})", R"([{"a":1},{"b":2}])"},
    BuiltinHelp{"sqrt", "The square root.", "$sqrt(16)", "4"},
    BuiltinHelp{"string",
                "The value as text: a text as it is, else its JSON, in lines if the second "
                "argument is true.",
                "$string([1, 'a'])", R"("[1,\"a\"]")"},
    BuiltinHelp{"substring",
                "The text from a character on, the first being 0, or -1 the last; at most so many.",
                "$substring('weaver', 1, 3)", R"("eav")"},
    BuiltinHelp{"substringAfter",
                "What follows the first occurrence of a text; the text itself if there is none.",
                "$substringAfter('key=value', '=')", R"("value")"},
    BuiltinHelp{
        "substringBefore",
        "What is in front of the first occurrence of a text; the text itself if there is none.",
        "$substringBefore('key=value', '=')", R"("key")"},
    BuiltinHelp{"sum", "The sum of the numbers.", "$sum([1, 2.5])", "3.5"},
    BuiltinHelp{"toMillis", "Milliseconds since 1970 of a time in ISO 8601, or by a picture.",
                "$toMillis('1970-01-01T00:00:01Z')", "1000"},
    BuiltinHelp{"trim", "The text without blanks at its ends, and with one for each run of them.",
                "$trim('  a  b ')", R"("a b")"},
    BuiltinHelp{"type", "'null', 'number', 'string', 'boolean', 'array', 'object' or 'function'.",
                "$type([])", R"("array")"},
    BuiltinHelp{"uppercase", "The text in upper case.", "$uppercase('weft')", R"("WEFT")"},
    BuiltinHelp{"uuid", "A random UUID, version 4.", "$uuid()", ""},
    BuiltinHelp{
        "zip",
        "The first items of all arrays as an array, then the second, as far as the shortest goes.",
        "$zip([1, 2], ['a', 'b'])", R"([[1,"a"],[2,"b"]])"},
};
static_assert(std::ranges::is_sorted(help_rows, {}, &BuiltinHelp::name));

}  // namespace

std::span<const BuiltinHelp> builtin_help()
{
    return help_rows;
}

}  // namespace weft::jsonata
