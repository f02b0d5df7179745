#include "observability/log.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace weft::observability;

namespace {

class Lines final : public Sink {
public:
    Lines() { set_sink(this); }
    ~Lines() override
    {
        set_sink(nullptr);
        set_level(Level::Info);
    }
    void write(Level, std::string_view line) override { lines.emplace_back(line); }
    std::vector<std::string> lines;
};

}  // namespace

TEST_CASE("a line has time, level, component and fields")
{
    Lines sink;
    log(Level::Warning, "http", {{"what", "cannot accept"}, {"code", "24"}, {"empty", ""}});
    REQUIRE(sink.lines.size() == 1);
    const std::string& line = sink.lines[0];
    CHECK(line.size() > 24);
    CHECK(line[10] == 'T');
    CHECK(line[23] == 'Z');
    CHECK(line.substr(24) == " WARN http what=\"cannot accept\" code=24 empty=\"\"\n");
}

TEST_CASE("a value cannot begin another line, another field or a terminal's escape sequence")
{
    Lines sink;
    log(Level::Error, "x",
        {{"a", "1\n2\r"}, {"b", "c=d"}, {"e", "\x1b[31m"}, {"q", "\"\\"}, {"d", "\x7f"}});
    REQUIRE(sink.lines.size() == 1);
    CAPTURE(sink.lines[0]);
    CHECK(sink.lines[0].ends_with(
        " a=\"1\\n2\\x0d\" b=\"c=d\" e=\"\\x1b[31m\" q=\"\\\"\\\\\" d=\"\\x7f\"\n"));
}

TEST_CASE("lines below the level are dropped")
{
    Lines sink;
    log(Level::Debug, "x", {{"a", "1"}});
    CHECK(sink.lines.empty());
    set_level(Level::Error);
    log(Level::Warning, "x", {{"a", "1"}});
    CHECK(sink.lines.empty());
    set_level(Level::Debug);
    log(Level::Debug, "x", {{"a", "1"}});
    CHECK(sink.lines.size() == 1);
}

TEST_CASE("a line as JSON, whatever its values hold")
{
    Lines sink;
    set_form(Form::Json);
    log(Level::Info, "x", {{"what", "a \"b\"\n"}, {"text", "z\xc3\xbc"}, {"bytes", "\xff!"}});
    set_form(Form::Text);
    REQUIRE(sink.lines.size() == 1);
    const std::string& line = sink.lines[0];
    CHECK(line.starts_with("{\"time\":\"20"));
    CHECK(line.ends_with("Z\",\"level\":\"INFO\",\"component\":\"x\",\"what\":\"a \\\"b\\\"\\n\","
                         "\"text\":\"z\xc3\xbc\",\"bytes\":\"?!\"}\n"));
}

TEST_CASE("names of levels and forms")
{
    CHECK(level_of("warning") == Level::Warning);
    CHECK_FALSE(level_of("loud").has_value());
    CHECK(form_of("json") == Form::Json);
    CHECK_FALSE(form_of("xml").has_value());
}
