#include "encoding/yaml_text.h"

#include "encoding/utf8.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <sstream>
#include <utility>

namespace weft::encoding {

namespace {

// Hears a document and keeps nothing of it but where it starts.
class Listener : public YAML::EventHandler {
public:
    YAML::Mark start = YAML::Mark::null_mark();

    void OnDocumentStart(const YAML::Mark& mark) override { start = mark; }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
    void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
    void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  const std::string&) override
    {
    }
    void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                         YAML::EmitterStyle::value) override
    {
    }
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                    YAML::EmitterStyle::value) override
    {
    }
    void OnMapEnd() override {}
};

YamlText check_single_document(std::string_view yaml)
{
    std::istringstream stream{std::string(yaml)};
    YAML::Parser parser(stream);
    Listener listener;
    if (!parser.HandleNextDocument(listener)) return {true, {}};
    if (!parser.HandleNextDocument(listener)) return {};
    return {false,
            YamlTextFault{static_cast<std::uint32_t>(listener.start.line + 1),
                          static_cast<std::uint32_t>(listener.start.column + 1),
                          "a second document or stray text begins: one document is expected"}};
}

// Control characters stand for themselves only when escaped. yaml-cpp takes them in, and a zero
// byte near the beginning for UTF-16 or UTF-32.
std::optional<YamlTextFault> check_printable(std::string_view yaml)
{
    std::uint32_t line = 1;
    std::size_t line_begin = 0;
    for (std::size_t i = 0; i < yaml.size(); ++i) {
        const auto c = static_cast<unsigned char>(yaml[i]);
        if (c == '\n') {
            ++line;
            line_begin = i + 1;
        } else if ((c < 0x20 && c != '\t' && c != '\r') || c == 0x7f) {
            const std::size_t column = code_points(yaml.substr(line_begin, i - line_begin)) + 1;
            return YamlTextFault{
                line, static_cast<std::uint32_t>(column),
                fmt::format("the control character 0x{:02x}; write it as \"\\x{:02x}\"", c, c)};
        }
    }
    return {};
}

}  // namespace

YamlText check_yaml_text(std::string_view yaml)
{
    if (!is_utf8(yaml)) return {false, YamlTextFault{0, 0, "the text is no UTF-8"}};
    if (auto fault = check_printable(yaml)) return {false, std::move(fault)};
    return check_single_document(yaml);
}

}  // namespace weft::encoding
