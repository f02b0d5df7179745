#include "asl/json_fault.h"

#include "encoding/utf8.h"

#include <fmt/format.h>

namespace weft::asl {
namespace {

constexpr std::string_view expected_value =
    "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

// Jackson shows at most this many characters of its source.
constexpr std::size_t source_bytes_max = 500;

std::string source_text(std::string_view text)
{
    if (text.size() <= source_bytes_max) return fmt::format("\"{}\"", text);
    std::size_t cut = source_bytes_max;
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U) --cut;
    return fmt::format("\"{}\"[truncated {} chars]", text.substr(0, cut),
                       encoding::code_points(text.substr(cut)));
}

std::string character_text(std::string_view token)
{
    const unsigned code = token.empty() ? 0U : static_cast<unsigned char>(token.front());
    return fmt::format("('{}' (code {}))", token, code);
}

// Whether a member's name was due at `offset`: the innermost bracket open there is '{', and '{' or
// ',' stands before it. The text is well-formed up to there.
bool name_was_due(std::string_view text, std::size_t offset)
{
    std::string open;
    char before = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < offset && i < text.size(); ++i) {
        const char c = text[i];
        if (quoted) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                quoted = false;
            continue;
        }
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') continue;
        if (c == '"') quoted = true;
        if (c == '{' || c == '[') open += c;
        if ((c == '}' || c == ']') && !open.empty()) open.pop_back();
        before = c;
    }
    return !open.empty() && open.back() == '{' && (before == '{' || before == ',');
}

std::string message_of(std::string_view text, const json::ParseFault& fault)
{
    using json::Fault;
    switch (fault.fault) {
    case Fault::UnrecognizedToken:
        // Jackson reads no word where a name is due.
        if (name_was_due(text, fault.position.offset))
            return fmt::format(
                "Unexpected character {}: was expecting double-quote to start field name",
                character_text(std::string_view(fault.token).substr(0, 1)));
        return fmt::format("Unrecognized token '{}': was expecting {}", fault.token,
                           expected_value);
    case Fault::UnexpectedCharacter:
    case Fault::TrailingCharacters:
        // AWS: recorded for an input in single quotes.
        if (name_was_due(text, fault.position.offset))
            return fmt::format(
                "Unexpected character {}: was expecting double-quote to start field name",
                character_text(fault.token));
        return fmt::format("Unexpected character {}: expected a valid value {}",
                           character_text(fault.token), expected_value);
    case Fault::UnexpectedEnd: return "Unexpected end-of-input";
    case Fault::InvalidNumber: return fmt::format("Invalid numeric value: {}", fault.token);
    case Fault::InvalidEscape:
        return fmt::format("Unrecognized character escape '{}'", fault.token);
    case Fault::ControlCharacter:
        return fmt::format("Illegal unquoted character ((CTRL-CHAR, code {})): has to be escaped "
                           "using backslash to be included in string value",
                           fault.token.empty() ? 0U
                                               : static_cast<unsigned>(static_cast<unsigned char>(
                                                     fault.token.front())));
    case Fault::InvalidUtf8: return "Invalid UTF-8";
    case Fault::DuplicateKey: return fmt::format("Duplicate field '{}'", fault.token);
    case Fault::TooDeep: return "Document nesting depth exceeds the maximum allowed";
    case Fault::Empty: return "No content to map due to end-of-input";
    }
    return json::describe(fault);
}

}  // namespace

JsonFault describe_like_jackson(std::string_view text, const json::ParseFault& fault)
{
    // Jackson points behind a token it could not make sense of.
    std::size_t column = fault.position.column;
    if (fault.fault == json::Fault::UnrecognizedToken && !name_was_due(text, fault.position.offset))
        column += encoding::code_points(fault.token);
    return {message_of(text, fault), fmt::format("[Source: (String){}; line: {}, column: {}]",
                                                 source_text(text), fault.position.line, column)};
}

}  // namespace weft::asl
