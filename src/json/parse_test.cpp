#include "json/parse.h"

#include "json/write.h"

#include <doctest/doctest.h>

#include <string>

using namespace weft::json;

namespace {

ParseFault fault_of(std::string_view text, const ParseOptions& options = {})
{
    const auto value = parse_or_fault(text, options);
    REQUIRE_MESSAGE(!value.has_value(), text);
    return value.error();
}

}  // namespace

TEST_CASE("documents of every kind are read")
{
    CHECK(parse(" null ")->is_null());
    CHECK(parse("\t\r\n[ ]")->size() == 0);
    const Value value =
        parse(R"( { "a" : [ true , false , null , 1 , "x" ] , "b" : { } } )").value();
    CHECK(write(value) == R"({"a":[true,false,null,1,"x"],"b":{}})");
    CHECK(value.members()[1].key == "b");
}

TEST_CASE("escapes and characters beyond ASCII")
{
    CHECK(parse(R"("\"\\\/\b\f\n\r\t\u0041\u00fc\u20ac\ud83d\ude00")")->as_string() ==
          "\"\\/\b\f\n\r\tA\u00fc\u20ac\U0001F600");
    CHECK(parse("\"\u00fc\u20ac\U0001F600\"")->as_string() == "\u00fc\u20ac\U0001F600");
    CHECK(parse(R"("\u0000")")->as_string() == std::string_view("\0", 1));
}

TEST_CASE("lone surrogates are kept and escaped again")
{
    for (const char* text :
         {R"("\ud800")", R"("\udc00")", R"("a\ud83dz")", R"("\ud83d\ud83d\ude00x")",
          R"("\ude00\ud83d")", R"(["\udfff",{"\ud800":1}])"}) {
        INFO(text);
        const auto value = parse(text);
        REQUIRE(value);
        const std::string written = write(*value);
        CHECK(parse(written).value() == *value);
        CHECK(value->written_size() == written.size());
    }
    CHECK(write(parse(R"("\uD800")").value()) == R"("\ud800")");
    CHECK(parse(R"("\ud800")")->as_string() == "\xED\xA0\x80");
}

TEST_CASE("faults carry their kind, token, line and column")
{
    struct Row {
        std::string_view text;
        Fault fault;
        std::uint32_t line;
        std::uint32_t column;
        std::string_view token;
    };
    const Row rows[] = {
        {"", Fault::Empty, 1, 1, ""},
        {" \n ", Fault::Empty, 2, 2, ""},
        {"not json", Fault::UnrecognizedToken, 1, 1, "not"},
        {"[tru]", Fault::UnrecognizedToken, 1, 2, "tru"},
        {"nulls", Fault::UnrecognizedToken, 1, 1, "nulls"},
        {"[1,]", Fault::UnexpectedCharacter, 1, 4, "]"},
        {"{\"a\":1,}", Fault::UnexpectedCharacter, 1, 8, "}"},
        {"{\"a\" 1}", Fault::UnexpectedCharacter, 1, 6, "1"},
        {"{a:1}", Fault::UnexpectedCharacter, 1, 2, "a"},
        {"[1 2]", Fault::UnexpectedCharacter, 1, 4, "2"},
        {"[1}", Fault::UnexpectedCharacter, 1, 3, "}"},
        {"]", Fault::UnexpectedCharacter, 1, 1, "]"},
        {"'a'", Fault::UnexpectedCharacter, 1, 1, "'"},
        {"[1", Fault::UnexpectedEnd, 1, 3, ""},
        {"{\"a\"", Fault::UnexpectedEnd, 1, 5, ""},
        {"\"abc", Fault::UnexpectedEnd, 1, 5, ""},
        {"\"abc\\", Fault::UnexpectedEnd, 1, 6, ""},
        {"\"\\u12", Fault::UnexpectedEnd, 1, 6, ""},
        {"-", Fault::UnexpectedEnd, 1, 2, ""},
        {"[01]", Fault::InvalidNumber, 1, 3, "01"},
        {"[1.x]", Fault::InvalidNumber, 1, 4, "1.x"},
        {"\"\\x\"", Fault::InvalidEscape, 1, 2, "\\x"},
        {"\"\\u12g4\"", Fault::InvalidEscape, 1, 2, "\\u12"},
        {"\"a\nb\"", Fault::ControlCharacter, 1, 3, "\n"},
        {"\"\x80\"", Fault::InvalidUtf8, 1, 2, ""},
        {"\"\xED\xA0\x80\"", Fault::InvalidUtf8, 1, 2, ""},
        {"\"\xC0\xAF\"", Fault::InvalidUtf8, 1, 2, ""},
        {"\"\xF4\x90\x80\x80\"", Fault::InvalidUtf8, 1, 2, ""},
        {"[1,\xFF]", Fault::InvalidUtf8, 1, 4, ""},
        {"{\"a\":1,\n \"b\":2,\n \"a\":3}", Fault::DuplicateKey, 3, 2, "a"},
        {"{\"a\":{\"x\":[\",\"],\"\\u0078\":0}}", Fault::DuplicateKey, 1, 17, "x"},
        {"1 2", Fault::TrailingCharacters, 1, 3, "2"},
        {"{}\n\u00fc", Fault::TrailingCharacters, 2, 1, "\u00fc"},
        {"[\"\u00fc\u20ac\", x]", Fault::UnrecognizedToken, 1, 8, "x"},
    };
    for (const Row& row : rows) {
        INFO(row.text);
        const ParseFault fault = fault_of(row.text);
        CHECK(fault.fault == row.fault);
        CHECK(fault.position.line == row.line);
        CHECK(fault.position.column == row.column);
        CHECK(fault.token == row.token);
        const auto error = parse(row.text).error();
        CHECK(error.code == weft::ErrorCode::InvalidInput);
        CHECK(error.message == describe(fault));
    }
    CHECK(describe(fault_of("[1,\n x]")).find("line 2, column 2") != std::string::npos);
}

TEST_CASE("every cut of a document is an error, never a crash")
{
    const std::string text =
        R"({"a":[1,-2.5e3,"\u00fc\n",true,false,null],"a longer key than fits":{"\ud83d\ude00":[]}})";
    REQUIRE(parse(text));
    // Copies, so that a sanitizer sees a read past the end.
    for (std::size_t size = 0; size < text.size(); ++size)
        CHECK_FALSE(parse(std::string(text, 0, size)));
}

TEST_CASE("duplicates are found in objects of every size")
{
    for (const int members : {2, 16, 17, 400}) {
        std::string text = "{";
        for (int i = 0; i < members; ++i) {
            if (i != 0) text += ",\n";
            text += "\"key " + std::to_string(i) + "\":[{}]";
        }
        CHECK(parse(text + "}"));
        const ParseFault fault = fault_of(text + ",\n\"key 1\":0}");
        CHECK(fault.fault == Fault::DuplicateKey);
        CHECK(fault.token == "key 1");
        CHECK(fault.position.line == static_cast<std::uint32_t>(members) + 1);
    }
}

TEST_CASE("depth is bounded")
{
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    CHECK(parse(nested(1000)));
    const ParseFault fault = fault_of(nested(1001));
    CHECK(fault.fault == Fault::TooDeep);
    CHECK(fault.position.column == 1001);
    CHECK(parse(nested(3), {.depth_max = 3}));
    CHECK_FALSE(parse(nested(4), {.depth_max = 3}));
    CHECK_FALSE(parse(std::string(1'000'000, '[')));
}

TEST_CASE("a line or token of any length makes a message of bounded length")
{
    CHECK(parse(std::string(1'000'000, 'x')).error().message.size() < 1'000);
    CHECK(parse("[0" + std::string(1'000'000, '1') + "]").error().message.size() < 1'000);
}
