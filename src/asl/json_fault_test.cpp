#include "asl/json_fault.h"

#include <fmt/format.h>

#include <doctest/doctest.h>

// Texts and places are those that Jackson 2.12.7 gives for the same text.
namespace weft::asl {
namespace {

JsonFault fault_of(std::string_view text)
{
    CAPTURE(text);
    const auto parsed = json::parse_or_fault(text);
    REQUIRE_FALSE(parsed.has_value());
    return describe_like_jackson(text, parsed.error());
}

// The message, and the place without the source.
std::string fault(std::string_view text)
{
    const JsonFault found = fault_of(text);
    CHECK(found.location.starts_with("[Source: (String)\""));
    const std::size_t at = found.location.rfind("; line: ");
    REQUIRE(at != std::string::npos);
    return found.message + " @" + found.location.substr(at + 2);
}

std::string unexpected(std::string_view character, std::string_view why, int column)
{
    return fmt::format("Unexpected character ({}): {} @line: 1, column: {}]", character, why,
                       column);
}
std::string in_number(std::string_view character, std::string_view why, int column)
{
    return fmt::format("Unexpected character ({}) in numeric value: {} @line: 1, column: {}]",
                       character, why, column);
}
std::string at_end(std::string_view where, int column)
{
    return fmt::format("Unexpected end-of-input{} @line: 1, column: {}]", where, column);
}
std::string token(std::string_view word, int column)
{
    return fmt::format("Unrecognized token '{}': was expecting (JSON String, Number, Array, Object "
                       "or token 'null', 'true' or 'false') @line: 1, column: {}]",
                       word, column);
}

constexpr std::string_view no_value =
    "expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or "
    "'false')";
constexpr std::string_view no_name = "was expecting double-quote to start field name";
constexpr std::string_view no_root_space = "Expected space separating root-level values";

}  // namespace

TEST_CASE("bad JSON: what the service was seen to say")
{
    const JsonFault words = fault_of("not a definition");
    CHECK(words.message == "Unrecognized token 'not': was expecting (JSON String, Number, Array, "
                           "Object or token 'null', 'true' or 'false')");
    CHECK(words.location == "[Source: (String)\"not a definition\"; line: 1, column: 4]");
    CHECK(fault("{'a': 1}") == unexpected("''' (code 39)", no_name, 3));
}

TEST_CASE("bad JSON: what cannot stand where it stands")
{
    CHECK(fault("{StartAt: 1}") == unexpected("'S' (code 83)", no_name, 3));
    CHECK(fault(R"({"a":1,})") == unexpected("'}' (code 125)", no_name, 9));
    CHECK(fault("#c") == unexpected("'#' (code 35)", no_value, 2));
    CHECK(fault("['a']") == unexpected("''' (code 39)", no_value, 3));
    CHECK(fault("[1,]") == unexpected("']' (code 93)", no_value, 5));
    CHECK(fault(R"({"a":})") == unexpected("'}' (code 125)", no_value, 7));
    CHECK(fault("[1,}") == unexpected("'}' (code 125)", "expected a value", 5));
    CHECK(fault(R"({"a":1 "b":2})") ==
          unexpected("'\"' (code 34)", "was expecting comma to separate Object entries", 9));
    CHECK(fault("[1 2]") ==
          unexpected("'2' (code 50)", "was expecting comma to separate Array entries", 5));
    CHECK(fault(R"({"a" 1})") == unexpected("'1' (code 49)",
                                            "was expecting a colon to separate field name and "
                                            "value",
                                            7));
    CHECK(fault("[/* c */]") == unexpected("'/' (code 47)",
                                           "maybe a (non-standard) comment? (not recognized as one "
                                           "since Feature 'ALLOW_COMMENTS' not enabled for parser)",
                                           3));
    CHECK(fault("[\x01]") == "Illegal character ((CTRL-CHAR, code 1)): only regular white space "
                             "(\\r, \\n, \\t) is allowed between tokens @line: 1, column: 3]");
    // Characters are Java's.
    CHECK(fault("[“a”]") == unexpected("'“' (code 8220 / 0x201c)", no_value, 3));
    CHECK(fault("[😀]") == unexpected("'?' (code 55357 / 0xd83d)", no_value, 3));
    CHECK(fault("{\"é😀\" x") == unexpected("'x' (code 120)",
                                            "was expecting a colon to separate field name and "
                                            "value",
                                            9));
}

TEST_CASE("bad JSON: the text ends too soon")
{
    CHECK(fault("{") == at_end(": expected close marker for Object (start marker at [Source: "
                               "(String)\"{\"; line: 1, column: 1])",
                               2));
    CHECK(fault("[1") == at_end(": expected close marker for Array (start marker at [Source: "
                                "(String)\"[1\"; line: 1, column: 1])",
                                3));
    CHECK(fault("[1,") == at_end(" within/between Array entries", 4));
    CHECK(fault(R"({"a":1,)") == at_end(" within/between Object entries", 8));
    CHECK(fault(R"({"a":)") == at_end(" within/between Object entries", 6));
    CHECK(fault(R"({"a")") == at_end(" within/between Object entries", 5));
    CHECK(fault(R"({"a)") == at_end(" in field name", 4));
    CHECK(fault(R"("a)") == at_end(": was expecting closing quote for a string value", 3));
    CHECK(fault(R"("\u12)") == at_end(" in character escape sequence", 6));
    CHECK(fault("-") == at_end("No digit following minus sign", 2));
    CHECK(fault("[1e+") == at_end("expected a digit for number exponent", 5));
}

TEST_CASE("bad JSON: the wrong bracket closes")
{
    CHECK(fault("[1}") == "Unexpected close marker '}': expected ']' (for Array starting at "
                          "[Source: (String)\"[1}\"; line: 1, column: 1]) @line: 1, column: 4]");
    CHECK(fault("{\"a\":\n [{]") ==
          "Unexpected close marker ']': expected '}' (for Object starting at [Source: "
          "(String)\"{\"a\":\n [{]\"; line: 2, column: 3]) @line: 2, column: 5]");
    CHECK(fault("{}}") == "Unexpected close marker '}': expected ']' (for root starting at "
                          "[Source: (String)\"{}}\"; line: 1, column: 0]) @line: 1, column: 4]");
}

TEST_CASE("bad JSON: numbers")
{
    constexpr std::string_view sign =
        "expected digit (0-9) to follow minus sign, for valid numeric value";
    constexpr std::string_view point = "Decimal point not followed by a digit";
    constexpr std::string_view exponent = "Exponent indicator not followed by a digit";
    CHECK(fault("01") == "Invalid numeric value: Leading zeroes not allowed @line: 1, column: 2]");
    CHECK(fault("-x") == in_number("'x' (code 120)", sign, 3));
    CHECK(fault("+1") == in_number("'1' (code 49)", sign, 3));
    CHECK(fault("1.x") == in_number("'x' (code 120)", point, 3));
    CHECK(fault("1.") == in_number("'.' (code 46)", point, 3));
    CHECK(fault("1ex") == in_number("'x' (code 120)", exponent, 3));
    // Jackson's place is behind the point, unless the number begins with 0.
    CHECK(fault("1.5e+x") == in_number("'x' (code 120)", exponent, 3));
    CHECK(fault("0.5e+x") == in_number("'x' (code 120)", exponent, 7));
    CHECK(fault("1a") == unexpected("'a' (code 97)", no_root_space, 3));
    CHECK(fault("[1a]") ==
          unexpected("'a' (code 97)", "was expecting comma to separate Array entries", 4));
    for (const std::string_view word : {"NaN", "Infinity", "-Infinity"})
        CHECK(fault(word) == fmt::format("Non-standard token '{}': enable "
                                         "JsonParser.Feature.ALLOW_NON_NUMERIC_NUMBERS to allow "
                                         "@line: 1, column: {}]",
                                         word, word.size() + 1));
    CHECK(fault("-Info") == token("-Info", 6));
}

TEST_CASE("bad JSON: words")
{
    CHECK(fault("truex") == token("truex", 6));
    CHECK(fault("[nul]") == token("nul", 5));
    CHECK(fault("aéb c") == token("aéb", 4));
    CHECK(fault("x.y") == token("x", 2));
    CHECK(fault(R"({"a": Nope})") == token("Nope", 11));
    CHECK(fault("{} x") == token("x", 5));
    CHECK(fault(std::string(300, 'x')) == token(std::string(256, 'x') + "...", 257));
}

TEST_CASE("bad JSON: texts")
{
    CHECK(fault(R"("\x")") == "Unrecognized character escape 'x' (code 120) @line: 1, column: 4]");
    CHECK(fault(R"("\u12g4")") ==
          unexpected("'g' (code 103)", "expected a hex-digit for character escape sequence", 7));
    constexpr std::string_view raw = "Illegal unquoted character ((CTRL-CHAR, code 10)): has to be "
                                     "escaped using backslash to be included in ";
    CHECK(fault("\"a\nb\"") == fmt::format("{}string value @line: 1, column: 4]", raw));
    CHECK(fault("{\"a\nb\":1}") == fmt::format("{}name @line: 1, column: 5]", raw));
}

TEST_CASE("bad JSON: lines end with LF, CR or CR LF")
{
    for (const std::string_view end : {"\n", "\r", "\r\n"})
        CHECK(
            fault(fmt::format("[1,{} #]", end)) ==
            fmt::format("Unexpected character ('#' (code 35)): {} @line: 2, column: 3]", no_value));
}

TEST_CASE("bad JSON: long sources are cut")
{
    const std::string text = "[" + std::string(600, ' ') + "#";
    CHECK(fault_of(text).location ==
          fmt::format("[Source: (String)\"{}\"[truncated 102 chars]; line: 1, column: 603]",
                      text.substr(0, 500)));
}

TEST_CASE("bad JSON: what Jackson does not object to")
{
    CHECK(fault("{} {}") == unexpected("'{' (code 123)", no_value, 4));
    CHECK(fault(R"({"a":1,"a":2} x)") == "Duplicate field 'a' @line: 1, column: 8]");
    CHECK(fault(" ") == "No content to map due to end-of-input @line: 1, column: 2]");
    CHECK(fault(std::string(1'500, '[')) ==
          "Document nesting depth exceeds the maximum allowed @line: 1, column: 1001]");
    CHECK(fault("{} " + std::string(1'500, '[')) == unexpected("'[' (code 91)", no_value, 4));
}

}  // namespace weft::asl
