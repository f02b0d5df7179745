#include "scenario/test_file.h"

#include "base/suggest.h"
#include "encoding/timestamp.h"
#include "mocks/document.h"
#include "scenario/expectation.h"
#include "scenario/mock_config.h"
#include "json/write.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

namespace weft::scenario {
namespace {

using mocks::Document;
using mocks::Node;

constexpr std::int64_t events_most = 100'000'000;
constexpr std::int64_t seed_most = INT64_MAX;

// A path that stands in `file`, from where we are.
std::string beside(const std::string& file, const std::string& path)
{
    const std::filesystem::path other(path);
    if (other.is_absolute()) return path;
    return (std::filesystem::path(file).parent_path() / other).lexically_normal().string();
}

// One of a few words.
template <class T, std::size_t N>
Result<T> choice(const Node& node, std::string_view what,
                 const std::array<std::pair<std::string_view, T>, N>& words)
{
    const std::string given = TRY(node.text(what));
    std::vector<std::string_view> known;
    for (const auto& [word, value] : words) {
        if (word == given) return value;
        known.push_back(word);
    }
    return node.fail(fmt::format("{} is one of {}; '{}' given{}", what, fmt::join(known, ", "),
                                 given, did_you_mean(given, known)));
}

constexpr std::array<std::pair<std::string_view, asl::MachineType>, 2> types = {
    {{"STANDARD", asl::MachineType::Standard}, {"EXPRESS", asl::MachineType::Express}}};
constexpr std::array<std::pair<std::string_view, LimitsProfile>, 2> profiles = {
    {{"aws", LimitsProfile::Aws}, {"weft", LimitsProfile::Weft}}};

class Reader {
public:
    Reader(const Document& document, const Files& files, const Defaults& defaults)
        : m_document(document), m_files(files), m_defaults(defaults)
    {
    }

    Result<std::vector<Test>> read()
    {
        const Node root(m_document);
        if (root.value().is_array()) return read_list(root);
        if (!root.value().is_object())
            return root.fail("a test file is a test, a list of tests, or a mapping with 'tests'");
        const auto tests = root.find("tests");
        if (!tests) {
            std::vector<Test> one;
            one.push_back(TRY(read_test(root)));
            return one;
        }
        TRY(root.expect_object("a test file",
                               {"tests", "definition", "define", "type", "limits", "input",
                                "input_file", "mocks", "mock_config", "state_machine",
                                "execution_name", "start_time", "seed", "events_max", "comment"}));
        m_common = root;
        return read_list(*tests);
    }

private:
    Result<std::vector<Test>> read_list(const Node& list)
    {
        if (!list.value().is_array()) return list.fail("tests are a list");
        if (list.value().size() == 0) return list.fail("there is no test in this list");
        if (list.value().size() > tests_max)
            return list.fail(fmt::format("more than {} tests", tests_max));
        std::vector<Test> tests;
        for (std::size_t i = 0; i < list.value().size(); ++i)
            tests.push_back(TRY(read_test(list.item(i))));
        return tests;
    }

    // The test's own field, or the file's.
    std::optional<Node> find(const Node& test, std::string_view key) const
    {
        if (auto own = test.find(key)) return own;
        return m_common ? m_common->find(key) : std::nullopt;
    }

    Result<Test> read_test(const Node& node)
    {
        TRY(node.expect_object("a test", {"name", "definition", "define", "type", "limits", "input",
                                          "input_file", "mocks", "mock_config", "state_machine",
                                          "test_case", "execution_name", "start_time", "seed",
                                          "events_max", "expect", "comment", "cites"}));
        Test test;
        test.place = node.place();
        const auto name = node.find("name");
        test.name = name ? TRY(name->text("name"))
                         : std::filesystem::path(m_document.name()).filename().string();
        if (test.name.empty()) return name->fail("a test's name is not empty");
        test.limits = m_defaults.limits;
        if (const auto limits = find(node, "limits"))
            test.limits = TRY(choice(*limits, "limits", profiles));
        TRY(read_definition(node, test));
        if (test.definition->express) test.type = asl::MachineType::Express;
        if (const auto type = find(node, "type")) test.type = TRY(choice(*type, "type", types));
        TRY(read_input(node, test));
        TRY(read_circumstances(node, test));
        TRY(read_mocks(node, test));
        const auto expect = node.find("expect");
        if (!expect) return node.fail("a test needs 'expect'");
        test.expect = TRY(read_expectation(*expect));
        return test;
    }

    Result<> read_definition(const Node& node, Test& test)
    {
        const auto definition = find(node, "definition");
        if (!definition) return node.fail("a test needs a 'definition': a path, or the definition");
        const auto define = find(node, "define");
        if (definition->value().is_object()) {
            if (define)
                return define->fail("define fills a definition's file; this one stands here");
            std::shared_ptr<const Definition>& known = m_inline[&definition->value()];
            if (!known) {
                const std::string text = json::write_pretty(definition->value());
                known = std::make_shared<const Definition>(Definition{
                    definition->place() + " (as JSON)", m_defaults.machine_name, text, text});
            }
            test.definition = known;
            return {};
        }
        Files::Defines defines;
        if (define) defines = TRY(read_defines(*define));
        const std::string path = TRY(definition->text("definition"));
        const auto key = std::make_pair(beside(m_document.name(), path), std::move(defines));
        if (const auto known = m_definitions.find(key); known != m_definitions.end()) {
            test.definition = known->second;
            return {};
        }
        Result<Definition> read = m_files.definition(key.first, key.second);
        if (!read) return definition->fail(read.error().message);
        test.definition = std::make_shared<const Definition>(*std::move(read));
        m_definitions.emplace(key, test.definition);
        return {};
    }

    static Result<Files::Defines> read_defines(const Node& node)
    {
        Files::Defines defines;
        if (!node.value().is_object()) return node.fail("define maps names to texts");
        for (std::size_t i = 0; i < node.value().size(); ++i) {
            const Node member = node.member(i);
            const json::Value& value = member.value();
            defines[std::string(node.member_key(i))] =
                value.is_number() ? json::write(value) : TRY(member.text("a value of define"));
        }
        return defines;
    }

    // The test's own, else the file's.
    Result<> read_input(const Node& node, Test& test)
    {
        const std::array<const Node*, 2> levels = {&node, m_common ? &*m_common : nullptr};
        for (const Node* level : levels) {
            if (level == nullptr) break;
            const auto input = level->find("input");
            const auto file = level->find("input_file");
            if (input && file) return file->fail("there is input or input_file, not both");
            if (input) test.input = input->value();
            if (file) test.input = TRY(load(*file))->value();
            if (input || file) break;
        }
        return {};
    }

    Result<> read_circumstances(const Node& node, Test& test) const
    {
        test.execution_name = m_defaults.execution_name;
        test.start = m_defaults.start;
        test.seed = m_defaults.seed;
        test.events_max = m_defaults.events_max;
        if (const auto name = find(node, "execution_name"))
            test.execution_name = TRY(name->text("execution_name"));
        if (const auto start = find(node, "start_time")) {
            const auto time = encoding::parse_timestamp(TRY(start->text("start_time")));
            if (!time) return start->fail("start_time is a time such as 2026-01-31T12:00:00Z");
            test.start = time->time;
        }
        if (const auto seed = find(node, "seed"))
            test.seed = static_cast<std::uint64_t>(TRY(seed->integer("seed", 0, seed_most)));
        if (const auto events = find(node, "events_max"))
            test.events_max =
                static_cast<std::uint64_t>(TRY(events->integer("events_max", 1, events_most)));
        return {};
    }

    // Later ones take the place of earlier ones for the same state: the mock configuration, the
    // file's mocks, the test's.
    Result<> read_mocks(const Node& node, Test& test)
    {
        test.mocks.name = m_document.name();
        const auto test_case = node.find("test_case");
        const auto config = find(node, "mock_config");
        if (test_case && !config) return test_case->fail("test_case goes with mock_config");
        if (config && test_case) {
            const Document* document = TRY(load(*config));
            const auto machine = find(node, "state_machine");
            const std::string name = machine ? TRY(machine->text("state_machine")) : std::string();
            Result<mocks::Mocks> read =
                read_mock_config(*document, name, TRY(test_case->text("test_case")));
            if (!read && read.error().code == ErrorCode::NotFound)
                return test_case->fail(read.error().message);
            merge(TRY(std::move(read)), test.mocks);
        } else if (node.find("mock_config")) {
            return node.fail("mock_config needs a test_case");
        }
        if (m_common)
            if (const auto mocks = m_common->find("mocks"))
                merge(TRY(mocks_of(*mocks)), test.mocks);
        if (const auto mocks = node.find("mocks")) merge(TRY(mocks_of(*mocks)), test.mocks);
        return {};
    }

    Result<mocks::Mocks> mocks_of(const Node& node)
    {
        if (!node.value().is_string()) return mocks::read(node, m_document.name());
        const Document* document = TRY(load(node));
        return mocks::read(Node(*document), document->name());
    }

    static void merge(mocks::Mocks from, mocks::Mocks& into)
    {
        for (auto& [name, sequence] : from.sequences) {
            const auto known = std::ranges::find(into.sequences, name,
                                                 [](const auto& entry) { return entry.first; });
            if (known != into.sequences.end())
                known->second = std::move(sequence);
            else
                into.sequences.emplace_back(name, std::move(sequence));
        }
    }

    // The file that `node` names, read once.
    Result<const Document*> load(const Node& node)
    {
        const std::string path = beside(m_document.name(), TRY(node.text("a file's path")));
        if (const auto known = m_loaded.find(path); known != m_loaded.end()) return &known->second;
        Result<std::string> text = m_files.text(path);
        if (!text) return node.fail(text.error().message);
        Document document = TRY(Document::parse(*text, path));
        return &m_loaded.emplace(path, std::move(document)).first->second;
    }

    const Document& m_document;
    const Files& m_files;
    const Defaults& m_defaults;
    std::optional<Node> m_common;
    std::map<std::string, Document> m_loaded;
    std::map<std::pair<std::string, Files::Defines>, std::shared_ptr<const Definition>>
        m_definitions;
    std::map<const json::Value*, std::shared_ptr<const Definition>> m_inline;  // by their place
};

}  // namespace

Result<std::vector<Test>> read_tests(std::string_view text, std::string name, const Files& files,
                                     const Defaults& defaults)
{
    const Document document = TRY(Document::parse(text, std::move(name)));
    return Reader(document, files, defaults).read();
}

}  // namespace weft::scenario
