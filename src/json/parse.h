#pragma once

#include "base/limits.h"
#include "base/result.h"
#include "json/value.h"

#include <cstddef>
#include <string_view>

namespace weft::json {

struct ParseOptions {
    std::size_t depth_max = json_depth_max;
};

struct Position {
    std::size_t offset = 0;    // bytes
    std::uint32_t line = 1;
    std::uint32_t column = 1;  // in code points
};

// Why a text is not JSON, for those who build texts of their own (the API's Jackson-like ones).
enum class Fault : std::uint8_t {
    UnexpectedEnd, UnexpectedCharacter, UnrecognizedToken, InvalidNumber, InvalidEscape, ControlCharacter,
    InvalidUtf8, DuplicateKey, TooDeep, TrailingCharacters, Empty,
};
struct ParseFault {
    Fault fault{};
    Position position;
    std::string token;    // the offending character, word or key
};

// RFC 8259. Strict: duplicate keys, invalid UTF-8, trailing text and too much depth are errors
// (ErrorCode::InvalidInput, message with line and column). A lone \uD8xx is kept.
Result<Value> parse(std::string_view text, const ParseOptions& options = {});
// The same with the fault as data.
tl::expected<Value, ParseFault> parse_or_fault(std::string_view text, const ParseOptions& options = {});
std::string describe(const ParseFault& fault);

// Where each value of `text` begins, by JSON Pointer; for error messages on definitions. `text` must parse.
class SourceMap;
Result<SourceMap> map_source(std::string_view text);

}  // namespace weft::json
