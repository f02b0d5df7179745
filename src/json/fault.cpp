#include "json/fault.h"

#include "json/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace weft::json {

namespace {

constexpr std::size_t token_bytes_max = 256;

// The well-formed character at `offset`; empty at the end and for a malformed one.
std::string_view character_at(std::string_view text, std::size_t offset)
{
    if (offset >= text.size()) return {};
    if (static_cast<signed char>(text[offset]) >= 0) return text.substr(offset, 1);
    const char* at = text.data() + offset;
    return {at, static_cast<std::size_t>(utf8_end(at, text.data() + text.size()) - at)};
}

// Cuts at a character's border.
std::string bounded(std::string_view token)
{
    if (token.size() <= token_bytes_max) return std::string(token);
    std::size_t size = token_bytes_max;
    while (size > 0 && is_continuation(token[size])) --size;
    return std::string(token.substr(0, size)) + "...";
}

std::string_view word_at(std::string_view text, std::size_t offset)
{
    std::size_t end = offset;
    while (end < text.size() && is_word_part(text[end]) && end - offset <= token_bytes_max) {
        const std::size_t bytes = character_at(text, end).size();
        if (bytes == 0) break;
        end += bytes;
    }
    return text.substr(offset, end - offset);
}

// From the number's sign to the character at `offset` with it.
std::string_view number_before(std::string_view text, std::size_t offset)
{
    std::size_t begin = offset;
    const auto part = [](char c) {
        return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || (c | 0x20) == 'e';
    };
    while (begin > 0 && part(text[begin - 1])) --begin;
    return text.substr(begin, offset - begin + character_at(text, offset).size());
}

std::string_view escape_at(std::string_view text, std::size_t offset)
{
    if (offset + 1 >= text.size() || text[offset + 1] != 'u')
        return text.substr(offset, 1 + character_at(text, offset + 1).size());
    std::size_t end = offset + 2;
    while (end < text.size() && end < offset + 6 &&
           std::isxdigit(static_cast<unsigned char>(text[end])))
        ++end;
    return text.substr(offset, end - offset);
}

// The string at `offset`, with its quotes, as it is written.
std::string_view raw_string_at(std::string_view text, std::size_t offset)
{
    std::size_t end = offset + 1;
    while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
    return text.substr(offset, end + 1 - offset);
}

std::string token_of(Fault fault, std::string_view text, std::size_t offset)
{
    switch (fault) {
    case Fault::UnexpectedCharacter:
    case Fault::TrailingCharacters:
    case Fault::ControlCharacter: return std::string(character_at(text, offset));
    case Fault::UnrecognizedToken: return bounded(word_at(text, offset));
    case Fault::InvalidNumber: return bounded(number_before(text, offset));
    case Fault::InvalidEscape: return std::string(escape_at(text, offset));
    case Fault::DuplicateKey: {
        const auto key = parse(raw_string_at(text, offset));
        return key ? bounded(key->as_string()) : std::string();
    }
    case Fault::UnexpectedEnd:
    case Fault::InvalidUtf8:
    case Fault::TooDeep:
    case Fault::Empty: break;
    }
    return {};
}

std::string printable(std::string_view token)
{
    if (token.size() == 1 && static_cast<unsigned char>(token[0]) < 0x20)
        return fmt::format("code {}", static_cast<int>(token[0]));
    return fmt::format("'{}'", token);
}

}  // namespace

Position position_of(std::string_view text, std::size_t offset)
{
    Position position;
    position.offset = offset;
    const std::string_view before = text.substr(0, offset);
    const std::size_t newline = before.rfind('\n');
    const std::size_t start = newline == std::string_view::npos ? 0 : newline + 1;
    position.line += static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n'));
    const std::string_view line = before.substr(start);
    position.column += static_cast<std::uint32_t>(
        std::count_if(line.begin(), line.end(), [](char c) { return !is_continuation(c); }));
    return position;
}

ParseFault make_fault(Fault fault, std::string_view text, std::size_t offset)
{
    const bool malformed = offset < text.size() && character_at(text, offset).empty();
    if (malformed) fault = Fault::InvalidUtf8;
    return {fault, position_of(text, offset), token_of(fault, text, offset)};
}

const char* find_key(const char* bracket, const char* end, std::size_t ordinal)
{
    std::size_t depth = 0;
    bool key_next = true;
    for (const char* at = bracket + 1; at != end; ++at) {
        switch (*at) {
        case '{':
        case '[': ++depth; break;
        case '}':
        case ']': --depth; break;
        case ',': key_next = key_next || depth == 0; break;
        case '"':
            if (depth == 0 && key_next) {
                if (ordinal == 0) return at;
                --ordinal;
                key_next = false;
            }
            for (++at; *at != '"'; ++at)
                if (*at == '\\') ++at;
            break;
        default: break;
        }
    }
    return bracket;
}

std::string describe(const ParseFault& fault)
{
    const auto at = [&](std::string_view what) {
        return fmt::format("{} at line {}, column {}", what, fault.position.line,
                           fault.position.column);
    };
    switch (fault.fault) {
    case Fault::UnexpectedEnd: return at("the JSON text ends too early");
    case Fault::UnexpectedCharacter: return at("unexpected character " + printable(fault.token));
    case Fault::UnrecognizedToken:
        return at("unrecognized token '" + fault.token +
                  "' where a string, number, array, object, true, false or null may stand");
    case Fault::InvalidNumber: return at("invalid number '" + fault.token + "'");
    case Fault::InvalidEscape: return at("invalid escape '" + fault.token + "' in a string");
    case Fault::ControlCharacter:
        return at("control character (" + printable(fault.token) + ") in a string");
    case Fault::InvalidUtf8: return at("invalid UTF-8");
    case Fault::DuplicateKey: return at("duplicate key '" + fault.token + "'");
    case Fault::TooDeep: return at("arrays and objects are nested too deep");
    case Fault::TrailingCharacters:
        return at("unexpected character " + printable(fault.token) + " behind the JSON value");
    case Fault::Empty: return at("no JSON value, the text is empty");
    }
    return at("invalid JSON");
}

}  // namespace weft::json
