#pragma once

#include "base/limits.h"
#include "base/result.h"
#include "json/value.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace weft::cli {

constexpr std::size_t file_bytes_max = std::size_t{1} << 30;

// A file's bytes. Errors: Io ("cannot read 'x': No such file or directory"), LimitExceeded.
Result<std::string> read_file(const std::string& path, std::size_t bytes_max = file_bytes_max);
Result<std::string> read_standard_input(std::size_t bytes_max = file_bytes_max);

// JSON as an argument gives it (`--input FILE|-|JSON`): a file's, standard input's, or the
// argument's own text; a file *.yaml or *.yml is YAML. Empty: {}. Errors: Io, InvalidInput
// ("input.json:3:14: …"), LimitExceeded (Limits::payload_bytes_max).
Result<json::Value> read_json_argument(const std::string& argument, const Limits& limits);

// Whether the file's name says YAML; a name that says nothing is decided by `text`.
bool is_yaml(std::string_view path, std::string_view text);

}  // namespace weft::cli
