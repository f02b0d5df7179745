#pragma once

#include "json/value.h"

#include <string>
#include <string_view>

namespace weft::jsonpath {

// AWS: the service puts values into texts as Java does: a string bare, an array as [1, 2], an
// object as {a=1, b=[]} (recorded for States.Format). Doubles as Double.toString writes
// them: 1.1, 1.0E10.
void append_java_text(std::string& out, const json::Value& value);
std::string java_text(const json::Value& value);

// The Java class a parsed value has, as Jayway's messages name it: java.lang.String,
// java.util.LinkedHashMap.
std::string_view java_class(const json::Value& value);

}  // namespace weft::jsonpath
