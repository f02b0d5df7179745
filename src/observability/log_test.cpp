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
