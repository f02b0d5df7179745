#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weft::encoding {

// What is wrong with a text before its YAML is looked at.
struct YamlTextFault {
    std::uint32_t line = 0;  // from 1; 0 when not known
    std::uint32_t column = 0;
    std::string message;
};

struct YamlText {
    bool empty = false;  // no document: blanks and comments at most
    std::optional<YamlTextFault> fault;
};

// What yaml-cpp does not look after itself and whoever builds a document with it has to ask first:
// that the text is UTF-8 without control characters (YAML 1.2, 5.1), and holds one document or none
// with nothing behind it. (YAML::LoadAll never ends on text such as "{}},".)
// Throws YAML::Exception where the text is no YAML, as building the document would.
YamlText check_yaml_text(std::string_view yaml);

}  // namespace weft::encoding
