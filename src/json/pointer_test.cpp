#include "json/pointer.h"

#include "json/parse.h"
#include "json/write.h"

#include <doctest/doctest.h>

using namespace weft::json;

TEST_CASE("the pointers of RFC 6901, section 5")
{
    const Value root =
        parse(R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,)"
              R"("k\"l":6," ":7,"m~n":8})")
            .value();
    const auto at = [&](std::string_view pointer) { return write(*resolve(root, pointer)); };
    CHECK(resolve(root, "") == &root);
    CHECK(at("/foo") == R"(["bar","baz"])");
    CHECK(at("/foo/0") == R"("bar")");
    CHECK(at("/") == "0");
    CHECK(at("/a~1b") == "1");
    CHECK(at("/c%d") == "2");
    CHECK(at("/e^f") == "3");
    CHECK(at("/g|h") == "4");
    CHECK(at("/i\\j") == "5");
    CHECK(at("/k\"l") == "6");
    CHECK(at("/ ") == "7");
    CHECK(at("/m~0n") == "8");
}

TEST_CASE("pointers that lead nowhere")
{
    const Value root = parse(R"({"a":[1],"b":2})").value();
    for (const char* pointer : {"/c", "/a/1", "/a/-", "/a/00", "/a/x", "/a/", "/b/0", "a", "/a/+0",
                                "/a/18446744073709551616", "/~2", "/~"})
        CHECK(resolve(root, pointer) == nullptr);
    CHECK(parse_pointer("x").error().code == weft::ErrorCode::InvalidInput);
    CHECK_FALSE(parse_pointer("/~"));
}

TEST_CASE("tokens are escaped and read back")
{
    for (const char* token : {"", "a", "~1", "/~/", "~0~"}) {
        const auto tokens = parse_pointer("/x/" + escape_pointer_token(token));
        REQUIRE(tokens);
        CHECK(tokens->back() == token);
    }
    CHECK(join_pointer("/a", "b/c") == "/a/b~1c");
    CHECK(join_pointer("", std::size_t{3}) == "/3");
}
