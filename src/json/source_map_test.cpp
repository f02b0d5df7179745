#include "json/source_map.h"

#include <doctest/doctest.h>

#include <string>

using namespace weft::json;

TEST_CASE("a source map tells where keys and values begin")
{
    const auto map =
        map_source("{\n  \"a\": [1, {\"b/c\" :\n true}],\n  \"\u00fc\": \"x\\\"]\", \"z\": {}\n}");
    REQUIRE(map);
    const auto place = [&](std::string_view pointer) {
        const SourcePlace* found = map->find(pointer);
        REQUIRE(found != nullptr);
        return std::to_string(found->key.line) + ":" + std::to_string(found->key.column) + " " +
               std::to_string(found->value.line) + ":" + std::to_string(found->value.column);
    };
    CHECK(place("") == "1:1 1:1");
    CHECK(place("/a") == "2:3 2:8");
    CHECK(place("/a/0") == "2:9 2:9");
    CHECK(place("/a/1") == "2:12 2:12");
    CHECK(place("/a/1/b~1c") == "2:13 3:2");
    CHECK(place("/\u00fc") == "4:3 4:8");
    CHECK(place("/z") == "4:16 4:21");
    CHECK(map->find("/a/2") == nullptr);
    CHECK(map->find("/a/1/x") == nullptr);
    CHECK(&map->nearest("/a/1/x/y") == map->find("/a/1"));
    CHECK(&map->nearest("/q") == map->find(""));
    CHECK(&map->nearest("no pointer") == map->find(""));
    CHECK(map_source(" 1 ")->find("")->value.column == 2);
    CHECK_FALSE(map_source("{"));
}

TEST_CASE("a source map of a deep and wide document stays small")
{
    std::string text;
    for (int i = 0; i < 900; ++i) text += R"({"level":)";
    text += "[0";
    for (int i = 0; i < 20'000; ++i) text += ",1";
    text += "]" + std::string(900, '}');
    const auto map = map_source(text);
    REQUIRE(map);
    std::string pointer;
    for (int i = 0; i < 900; ++i) pointer += "/level";
    REQUIRE(map->find(pointer + "/20000") != nullptr);
    CHECK(map->find(pointer + "/20000")->value.offset == 900 * 9 + 1 + 40'000);
}
