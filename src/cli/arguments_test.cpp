#include "cli/arguments.h"

#include "cli/completion.h"
#include "cli/help.h"

#include <doctest/doctest.h>

#include <vector>

namespace weft::cli {

namespace {

Result<Arguments> parse(std::vector<const char*> words)
{
    return parse_arguments(words);
}

std::string error_of(std::vector<const char*> words)
{
    const Result<Arguments> arguments = parse(std::move(words));
    return arguments ? std::string() : arguments.error().message;
}

bool says(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a command line becomes operands and flags")
{
    const Result<Arguments> run =
        parse({"run", "--input", "in.json", "a.asl.json", "--define=A=1", "--define", "B=x=y"});
    REQUIRE(run);
    CHECK(run->command->command == Command::Run);
    CHECK(run->operands == std::vector<std::string>{"a.asl.json"});
    CHECK(run->value("--input") == "in.json");
    CHECK(run->values("--define") == std::vector<std::string>{"A=1", "B=x=y"});
    CHECK_FALSE(run->has("--express"));
    CHECK(run->value("--config", "default") == "default");
}

TEST_CASE("a value may begin with a dash, and -- ends the flags")
{
    CHECK(parse({"run", "f", "--input", "-"})->value("--input") == "-");
    CHECK(parse({"eval", "--input", "-1", "--jsonpath", "$"})->value("--input") == "-1");
    CHECK(parse({"run", "--", "--odd--name"})->operands == std::vector<std::string>{"--odd--name"});
}

TEST_CASE("every flag of every command is taken, once or again as the table says")
{
    for (const CommandRow& row : commands()) {
        for (const Flag& flag : row.flags) {
            CAPTURE(flag.name);
            const std::string name(row.name);
            const std::string word(flag.name);
            const std::string value(flag.choices.empty() ? "v" : flag.choices.front());
            std::vector<const char*> words = {name.c_str(), word.c_str()};
            if (flag.value != ValueKind::None) words.push_back(value.c_str());
            std::vector<const char*> twice = words;
            twice.insert(twice.end(), words.begin() + 1, words.end());
            const std::string operand(row.operand_choices.empty() ? "f"
                                                                  : row.operand_choices.front());
            for (std::size_t i = 0; i < row.operands_min; ++i) {
                words.push_back(operand.c_str());
                twice.push_back(operand.c_str());
            }
            const Result<Arguments> once = parse(words);
            REQUIRE(once);
            CHECK(once->has(flag.name));
            CHECK(parse(twice).has_value() == (flag.repeats || flag.value == ValueKind::None));
        }
    }
}

TEST_CASE("what is mistyped is named with what was meant")
{
    CHECK(says(error_of({"rnu", "f"}), "no command 'rnu'; did you mean 'run'?"));
    CHECK(says(error_of({"run", "f", "--inptu", "x"}), "'--inptu'; did you mean '--input'?"));
    CHECK(says(error_of({"run", "f", "--inptu=x"}), "'--inptu'; did you mean '--input'?"));
    CHECK(says(error_of({"run", "f", "--listen", "x"}), "it is one of `weft serve`"));
    CHECK(says(error_of({"run", "f", "--limits", "asw"}), "did you mean 'aws'?"));
    CHECK(says(error_of({"completion", "bsh"}), "did you mean 'bash'?"));
    CHECK(says(error_of({"--versoin"}), "did you mean '--version'?"));
    CHECK(says(error_of({}), "a command is missing"));
}

TEST_CASE("what is missing or too much is named")
{
    CHECK(says(error_of({"run"}), "`weft run` needs FILE"));
    CHECK(says(error_of({"run", "a", "b"}), "'b' is too much"));
    CHECK(says(error_of({"run", "a", "--input"}), "--input needs a value: --input FILE|-|JSON"));
    CHECK(says(error_of({"run", "a", "--express=yes"}), "--express takes no value"));
    CHECK(says(error_of({"run", "a", "--name", "x", "--name", "y"}), "--name is given twice"));
}

TEST_CASE("help and version are asked for in the usual ways")
{
    CHECK(parse({"--version"})->what == Arguments::What::Version);
    CHECK(parse({"-h"})->what == Arguments::What::Help);
    const Result<Arguments> run = parse({"run", "--help"});
    REQUIRE(run);
    CHECK(run->what == Arguments::What::Help);
    CHECK(run->command->name == "run");
    CHECK(parse({"help", "serve"})->command->name == "serve");
}

TEST_CASE("help and completion hold every command and flag")
{
    for (const CommandRow& row : commands()) {
        CHECK(says(help_text(), row.name));
        for (const Flag& flag : row.flags) CHECK(says(help_text(row), flag.name));
        for (const std::string_view shell : {"bash", "zsh", "fish"}) {
            const std::string script = completion_script(shell);
            CHECK(says(script, row.name));
            for (const Flag& flag : row.flags)
                CHECK(says(script, shell == "fish" ? flag.name.substr(2) : flag.name));
        }
    }
}

}  // namespace weft::cli
