#pragma once

#include "json/value.h"

#include <string>

namespace weft::json {

// Compact JSON text; numbers shortest round trip (3.0 stays 3.0), lone surrogates escaped.
std::string write(const Value& value);
void write_to(std::string& out, const Value& value);
std::string write_pretty(const Value& value, int indent = 2);
// Appends `text` as a JSON string with quotes.
void write_string_to(std::string& out, std::string_view text);

// Canonical form for hashing: members sorted by key, numbers by value (RFC 8785 order and number form where
// the number is a double; integers beyond 2^53 keep their digits).
std::string write_canonical(const Value& value);

}  // namespace weft::json
