#pragma once

#include "jsonata/functions/regex.h"
#include "json/value.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// $contains, $match, $replace and $split, with a text or a regular expression. A limit is a number
// of matches; below zero it is D3040, D3011 or D3020. Faults of a scan are RegexScan's.
namespace weft::jsonata::functions {

struct RegexTools {
    RegexBuffers& buffers;
    Meter& meter;
};

Outcome<bool> contains(std::string_view text, const Regex& regex, RegexTools tools);

// $match: objects of match, index and groups. A group that took no part is null.
Outcome<std::vector<json::Value>> match(std::string_view text, const Regex& regex,
                                        std::optional<double> limit, RegexTools tools,
                                        std::size_t bytes_max);

// $replace. The replacement of a text is taken as it is, that of a regular expression may hold $0
// (the match), $1 … (groups) and $$. D3010 for an empty pattern, U1002 beyond `bytes_max`.
Outcome<std::string> replace(std::string_view text, std::string_view pattern,
                             std::string_view replacement, std::optional<double> limit,
                             std::size_t bytes_max);
Outcome<std::string> replace(std::string_view text, const Regex& regex,
                             std::string_view replacement, std::optional<double> limit,
                             RegexTools tools, std::size_t bytes_max);
// What a replacement with $ stands for at a match and its groups, appended to `out`.
void append_replacement(std::string& out, std::string_view replacement, std::string_view match,
                        std::span<const std::optional<std::string_view>> groups);
// D3011; for $replace with a function, which its caller drives by a scan.
Outcome<std::size_t> replace_limit(std::optional<double> limit);

// $split. An empty separator splits into UTF-16 code units.
Outcome<std::vector<json::Value>> split(std::string_view text, std::string_view separator,
                                        std::optional<double> limit);
Outcome<std::vector<json::Value>> split(std::string_view text, const Regex& separator,
                                        std::optional<double> limit, RegexTools tools);

}  // namespace weft::jsonata::functions
