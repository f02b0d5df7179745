#pragma once

#include "base/limits.h"
#include "base/result.h"
#include "json/value.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace weft::json {

// INTERFACE CONTRACT.

struct ParseOptions {
    std::size_t depth_max = json_depth_max;  // arrays and objects open at one time
};

struct Position {
    std::size_t offset = 0;  // bytes
    std::uint32_t line = 1;
    std::uint32_t column = 1;  // in code points

    bool operator==(const Position&) const = default;
};

// Line and column of a byte of `text`. Lines end with LF or CR LF.
Position position_of(std::string_view text, std::size_t offset);

// Why a text is not JSON, for those who build texts of their own (the API's Jackson-like ones).
enum class Fault : std::uint8_t {
    UnexpectedEnd,        // the text ends inside a value
    UnexpectedCharacter,  // token: the character
    UnrecognizedToken,    // token: the word
    InvalidNumber,        // token: the number up to and with what spoils it
    InvalidEscape,        // token: the escape
    ControlCharacter,     // raw in a string; token: the character
    InvalidUtf8,
    DuplicateKey,  // token: the key
    TooDeep,
    TrailingCharacters,  // token: the first character behind the value
    Empty,               // nothing but white space
};
struct ParseFault {
    Fault fault{};
    Position position;
    std::string token;  // the offending character, word or key

    bool operator==(const ParseFault&) const = default;
};

// RFC 8259. Strict: duplicate keys, invalid UTF-8, trailing text and too much depth are errors
// (ErrorCode::InvalidInput, message with line and column). A lone \uD8xx is kept.
Result<Value> parse(std::string_view text, const ParseOptions& options = {});
// The same with the fault as data.
tl::expected<Value, ParseFault> parse_or_fault(std::string_view text,
                                               const ParseOptions& options = {});
std::string describe(const ParseFault& fault);

// Where each value of `text` begins, by JSON Pointer (json/source_map.h); for error messages on
// definitions. `text` must parse.
class SourceMap;
Result<SourceMap> map_source(std::string_view text);

}  // namespace weft::json
