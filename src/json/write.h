#pragma once

#include "json/value.h"

#include <string>
#include <string_view>

namespace weft::json {

// INTERFACE CONTRACT.

// Compact JSON text (RFC 8259). Integers and big numbers as they were written; doubles by their
// shortest digits that read back the same, in Java's layout: with a fraction (3.0) from 1e-3 to
// below 1e7, else 1.0E10. Lone surrogates are escaped; other text is UTF-8 as it is.
std::string write(const Value& value);
void write_to(std::string& out, const Value& value);
// The same with a member or item a line, `indent` spaces a level.
std::string write_pretty(const Value& value, int indent = 2);
// Appends `text` as a JSON string with quotes.
void write_string_to(std::string& out, std::string_view text);

// Canonical form for hashing: members sorted by key, numbers by value (RFC 8785 order and number
// form where the number is a double; integers beyond 2^53 keep their digits). Equivalent values
// have the same form.
std::string write_canonical(const Value& value);

}  // namespace weft::json
