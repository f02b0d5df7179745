#include "cli/definition_file.h"

#include "asl/compile.h"
#include "asl/render.h"
#include "asl/yaml.h"
#include "base/suggest.h"
#include "cli/text_file.h"
#include "json/write.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace weft::cli {

namespace {

constexpr std::size_t definition_file_bytes_max = std::size_t{64} << 20;
constexpr std::size_t placeholder_characters_max = 255;

bool may_stand_in_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == ':' || c == '-';
}

// The next ${NAME} from `from` on: where it begins and its name; npos when there is none.
std::pair<std::size_t, std::string_view> next_placeholder(std::string_view text, std::size_t from)
{
    while (true) {
        const std::size_t at = text.find("${", from);
        if (at == std::string_view::npos) return {at, {}};
        std::size_t end = at + 2;
        while (end < text.size() && may_stand_in_name(text[end])) ++end;
        const std::size_t length = end - at - 2;
        if (length > 0 && length <= placeholder_characters_max && end < text.size() &&
            text[end] == '}')
            return {at, text.substr(at + 2, length)};
        from = at + 2;
    }
}

std::set<std::string, std::less<>> placeholders(std::string_view text)
{
    std::set<std::string, std::less<>> names;
    for (auto [at, name] = next_placeholder(text, 0); at != std::string_view::npos;
         std::tie(at, name) = next_placeholder(text, at + 2))
        names.emplace(name);
    return names;
}

std::string escaped(const std::string& value)
{
    std::string quoted;
    json::write_string_to(quoted, value);
    return quoted.substr(1, quoted.size() - 2);
}

std::string_view file_name(std::string_view path)
{
    return path.substr(path.rfind('/') + 1);
}

constexpr std::array<std::string_view, 5> endings = {".json", ".yaml", ".yml", ".asl", ".express"};

}  // namespace

Result<Definitions> read_definitions(const std::vector<std::string>& words)
{
    Definitions definitions;
    for (const std::string& word : words) {
        const std::size_t equals = word.find('=');
        const std::string name = word.substr(0, equals);
        if (equals == std::string::npos)
            return fail(ErrorCode::InvalidInput, "--define needs NAME=VALUE, '{}' given", word);
        if (name.empty() || !std::ranges::all_of(name, may_stand_in_name))
            return fail(ErrorCode::InvalidInput,
                        "--define: '{}' is no name for ${{…}} (letters, digits, _ . : -)", name);
        definitions[name] = word.substr(equals + 1);
    }
    return definitions;
}

Result<std::string> substitute(std::string text, const Definitions& definitions, bool json)
{
    if (definitions.empty()) return text;
    const std::set<std::string, std::less<>> there = placeholders(text);
    for (const auto& [name, value] : definitions) {
        if (there.contains(name)) continue;
        const std::vector<std::string_view> names(there.begin(), there.end());
        return fail(ErrorCode::InvalidInput, "--define: the definition has no ${{{}}}{}", name,
                    did_you_mean(name, names));
    }
    std::string out;
    std::size_t from = 0;
    for (auto [at, name] = next_placeholder(text, 0); at != std::string_view::npos;
         std::tie(at, name) = next_placeholder(text, at + 2)) {
        const auto value = definitions.find(name);
        if (value == definitions.end()) continue;
        out.append(text, from, at - from);
        out += json ? escaped(value->second) : value->second;
        from = at + 3 + name.size();
    }
    out.append(text, from);
    return out;
}

std::string DefinitionFile::machine_name() const
{
    std::string_view name = file_name(path);
    for (bool again = true; again;) {
        again = false;
        for (const std::string_view ending : endings) {
            if (!name.ends_with(ending) || name.size() == ending.size()) continue;
            name.remove_suffix(ending.size());
            again = true;
        }
    }
    return std::string(name);
}

bool DefinitionFile::express_by_name() const
{
    const std::string_view rest = file_name(path).substr(machine_name().size());
    return rest.find(".express") != std::string_view::npos;
}

Result<DefinitionFile> read_definition(const std::string& path, const Definitions& definitions)
{
    DefinitionFile file;
    file.path = path;
    std::string text = path == "-" ? TRY(read_standard_input(definition_file_bytes_max))
                                   : TRY(read_file(path, definition_file_bytes_max));
    file.yaml = is_yaml(path, text);
    Result<std::string> filled = substitute(std::move(text), definitions, !file.yaml);
    if (!filled) return fail(filled.error().code, "{}: {}", path, filled.error().message);
    file.written = *std::move(filled);
    if (!file.yaml) {
        file.definition = file.written;
        return file;
    }
    Result<std::string> converted = asl::yaml_to_json(file.written, asl::YamlLayout::AsWritten);
    if (!converted)
        return fail(converted.error().code, "{}: not valid YAML: {}", path,
                    converted.error().message);
    file.definition = *std::move(converted);
    return file;
}

std::vector<asl::Finding> check_definition(const DefinitionFile& file, asl::MachineType type,
                                           Target target)
{
    const bool aws = target == Target::Aws;
    const asl::NewerJsonata newer = aws ? asl::NewerJsonata::Warn : asl::NewerJsonata::Accept;
    return asl::compile(
               file.definition,
               {.type = type, .newer_jsonata = newer, .aws_target = aws, .with_positions = true})
        .findings;
}

std::vector<asl::Finding> why_refused(const DefinitionFile& file, asl::MachineType type)
{
    asl::CompileOptions options{.type = type, .with_positions = true};
    asl::Compiled compiled = asl::compile(file.definition, options);
    if (!compiled.machine) return std::move(compiled.findings);
    options.newer_jsonata = asl::NewerJsonata::Refuse;
    return asl::compile(file.definition, options).findings;
}

std::string describe_findings(const DefinitionFile& file, const std::vector<asl::Finding>& findings)
{
    std::string out;
    for (const asl::Finding& finding : findings)
        if (finding.severity == asl::Severity::Error)
            out += asl::render(finding, file.written, file.path);
    for (const std::string& name : placeholders(file.written))
        out += fmt::format("  hint: ${{{}}} is not filled; give --define {}=VALUE\n", name, name);
    return out;
}

}  // namespace weft::cli
