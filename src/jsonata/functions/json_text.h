#pragma once

#include "jsonata/functions/fault.h"
#include "jsonata/functions/number_text.h"
#include "json/value.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace weft::jsonata::functions {

enum class Layout : std::uint8_t {
    Compact,
    Pretty,  // a member or item a line, two blanks a level
};

// Appends JSON text as JavaScript's JSON.stringify writes it: numbers in its form, members whose
// keys are array indices first and in ascending order, lone surrogates escaped. A number beyond
// double's range is null. False: it nests deeper than a JSON text may (json_depth_max), and was
// left unfinished.
bool append_json(std::string& out, const json::Value& value, Digits digits,
                 Layout layout = Layout::Compact);

// $string: a text is itself; a number, and each number in an array or object, is rounded to fifteen
// digits. D3001 for a number beyond double's range, D1001 for one inside; U1002 for a text of more
// than `bytes_max`, U1001 for one that nests too deep.
Outcome<std::string> string_of(const json::Value& value, Layout layout, std::size_t bytes_max);

}  // namespace weft::jsonata::functions
