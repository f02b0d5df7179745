#pragma once

#include "base/result.h"
#include "mocks/document.h"
#include "json/value.h"

#include <map>
#include <string>
#include <string_view>

namespace weft::mocks {

using Places = std::map<std::string, Document::Place, std::less<>>;

struct YamlValue {
    json::Value value;
    Places places;  // by JSON Pointer
};

// One YAML document as a JSON value; see Document::parse for the rules. An empty text is null.
// Error: InvalidInput, its message without the file's name: "7:9: …".
Result<YamlValue> read_yaml(std::string_view text);

}  // namespace weft::mocks
