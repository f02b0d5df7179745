#include "asl/json_fault.h"

#include "base/limits.h"
#include "encoding/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace weft::asl {
namespace {

constexpr std::string_view expected_value =
    "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

// Jackson shows at most this many characters of its source, and of a word it does not know.
constexpr std::size_t source_bytes_max = 500;
constexpr std::size_t token_units_max = 256;

std::string source_text(std::string_view text)
{
    if (text.size() <= source_bytes_max) return fmt::format("\"{}\"", text);
    std::size_t cut = source_bytes_max;
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U) --cut;
    return fmt::format("\"{}\"[truncated {} chars]", text.substr(0, cut),
                       encoding::code_points(text.substr(cut)));
}

std::string location_text(std::string_view text, std::size_t line, std::size_t column)
{
    return fmt::format("[Source: (String){}; line: {}, column: {}]", source_text(text), line,
                       column);
}

// ---- Java's characters ----

constexpr char32_t latin1_end = 0x100;
constexpr char16_t high_surrogate = 0xD800;
constexpr char16_t low_surrogate = 0xDC00;

// The text as Java has it; what is no UTF-8 ends it (`whole` is false then).
struct Utf16 {
    std::u16string units;
    bool whole = true;
};

Utf16 utf16_of(std::string_view text)
{
    constexpr char32_t bmp_end = 0x10000;
    constexpr unsigned surrogate_bits = 10;
    constexpr char32_t surrogate_mask = 0x3FF;
    Utf16 out;
    out.units.reserve(text.size());
    encoding::Utf8Reader reader(text);
    while (!reader.done()) {
        const std::optional<char32_t> code = reader.next();
        if (!code) {
            out.whole = false;
            break;
        }
        if (*code < bmp_end) {
            out.units += static_cast<char16_t>(*code);
            continue;
        }
        const char32_t offset = *code - bmp_end;
        out.units += static_cast<char16_t>(high_surrogate + (offset >> surrogate_bits));
        out.units += static_cast<char16_t>(low_surrogate + (offset & surrogate_mask));
    }
    return out;
}

struct Range {
    char16_t first;
    char16_t last;
};

template <std::size_t size> bool in_ranges(const std::array<Range, size>& ranges, char16_t c)
{
    return std::ranges::any_of(
        ranges, [c](const Range& range) { return c >= range.first && c <= range.last; });
}

// Of Latin-1, what begins a Java identifier.
constexpr std::array<Range, 11> latin1_starts{{{u'$', u'$'},
                                               {u'A', u'Z'},
                                               {u'_', u'_'},
                                               {u'a', u'z'},
                                               {0xA2, 0xA5},
                                               {0xAA, 0xAA},
                                               {0xB5, 0xB5},
                                               {0xBA, 0xBA},
                                               {0xC0, 0xD6},
                                               {0xD8, 0xF6},
                                               {0xF8, 0xFF}}};
// Controls and format characters, which an identifier may have behind its start.
constexpr std::array<Range, 9> ignorables{{{0x00, 0x08},
                                           {0x0E, 0x1B},
                                           {0x7F, 0x9F},
                                           {0xAD, 0xAD},
                                           {0x200B, 0x200F},
                                           {0x202A, 0x202E},
                                           {0x2060, 0x2064},
                                           {0x2066, 0x206F},
                                           {0xFEFF, 0xFEFF}}};
// Behind Latin-1, what neither begins nor continues one: punctuation, symbols, spaces, surrogates
// and private use. The blocks that texts have; what is not listed is taken for a letter.
constexpr std::array<Range, 21> no_letters{
    {{0x2000, 0x200A}, {0x2010, 0x2029}, {0x202F, 0x203E}, {0x2041, 0x2053}, {0x2055, 0x205F},
     {0x2072, 0x207E}, {0x2080, 0x208F}, {0x2190, 0x2BFF}, {0x2E00, 0x2E2E}, {0x2E30, 0x3004},
     {0x3008, 0x3020}, {0x3030, 0x3030}, {0x303D, 0x303F}, {0xD800, 0xF8FF}, {0xFE10, 0xFE19},
     {0xFE30, 0xFE32}, {0xFE35, 0xFE4C}, {0xFE50, 0xFE68}, {0xFF01, 0xFF03}, {0xFF05, 0xFF0F},
     {0xFFF9, 0xFFFF}}};

bool is_digit(char16_t c)
{
    return c >= u'0' && c <= u'9';
}
bool is_hex_digit(char16_t c)
{
    return is_digit(c) || (c >= u'a' && c <= u'f') || (c >= u'A' && c <= u'F');
}
bool is_identifier_start(char16_t c)
{
    if (c < latin1_end) return in_ranges(latin1_starts, c);
    return !in_ranges(no_letters, c) && !in_ranges(ignorables, c);
}
bool is_identifier_part(char16_t c)
{
    return is_identifier_start(c) || is_digit(c) || in_ranges(ignorables, c);
}

void append_unit(std::string& out, char16_t c)
{
    if (c >= high_surrogate && c < 0xE000)
        out += '?';  // as Java writes half a character
    else
        encoding::append_utf8(out, c);
}

// "'x' (code 120)"
std::string described(char16_t c)
{
    const auto code = static_cast<unsigned>(c);
    if (c < u' ' || (c >= 0x7F && c < 0xA0)) return fmt::format("(CTRL-CHAR, code {})", code);
    std::string shown;
    append_unit(shown, c);
    return c < latin1_end ? fmt::format("'{}' (code {})", shown, code)
                          : fmt::format("'{}' (code {} / 0x{:x})", shown, code, code);
}

// ---- Jackson's scan ----

// Finds the fault that ReaderBasedJsonParser finds first, in its words, and leaves its place where
// the parser leaves it: behind the last character consumed.
class Scanner {
public:
    explicit Scanner(std::string_view text) : m_text(text), m_source(utf16_of(text)) {}

    // None if Jackson has no objection, or none that can be told.
    std::optional<JsonFault> find()
    {
        while (m_state == State::Scanning) read_token();
        if (m_state != State::Faulty) return std::nullopt;
        return JsonFault{std::move(m_message), location_text(m_text, m_line, column())};
    }

private:
    enum class State : std::uint8_t { Scanning, Faulty, Done };

    struct Open {
        bool object;
        std::size_t line;
        std::size_t column;
        bool entries = false;  // has had one

        std::string_view name() const { return object ? "Object" : "Array"; }
    };

    bool done() const { return m_at >= m_source.units.size(); }
    char16_t peek() const { return m_source.units[m_at]; }
    char16_t take() { return m_source.units[m_at++]; }
    std::size_t column() const { return m_at - m_line_start + 1; }
    std::string start_of(const Open& open) const
    {
        return location_text(m_text, open.line, open.column);
    }

    void stop(std::string message)
    {
        m_state = State::Faulty;
        m_message = std::move(message);
    }
    void stop_at_end(std::string_view where)
    {
        if (!m_source.whole)
            m_state = State::Done;  // it is no end
        else
            stop(fmt::format("Unexpected end-of-input{}", where));
    }
    void unexpected(char16_t c, std::string_view why)
    {
        stop(fmt::format("Unexpected character ({}): {}", described(c), why));
    }
    void unexpected_in_number(char16_t c, std::string_view why)
    {
        stop(fmt::format("Unexpected character ({}) in numeric value: {}", described(c), why));
    }

    void read_token();
    std::optional<char16_t> take_past_space();
    std::optional<char16_t> take_between_entries();
    bool skip_line_end(char16_t c);
    void end();
    void close(char16_t bracket);
    bool read_name(char16_t first);
    void read_value(char16_t first);
    void read_odd_value(char16_t first);
    void open(bool object);
    bool read_string(std::string_view what, std::string_view end);
    bool read_escape();
    bool read_word(std::string_view word, std::size_t matched);
    void unknown_token(std::string token);
    void non_standard(std::string_view word, std::size_t matched);
    void read_number(char16_t first);
    void read_number_behind_sign(char16_t first);
    void read_odd_number(char16_t first, char sign);
    void skip_digits()
    {
        while (!done() && is_digit(peek())) ++m_at;
    }

    std::string_view m_text;
    Utf16 m_source;
    std::size_t m_at = 0;
    std::size_t m_line = 1;
    std::size_t m_line_start = 0;
    std::vector<Open> m_open;
    State m_state = State::Scanning;
    std::string m_message;
};

void Scanner::read_token()
{
    std::optional<char16_t> c = take_past_space();
    if (!c) {
        if (m_state == State::Scanning) end();
        return;
    }
    if (*c == u']' || *c == u'}') return close(*c);
    if (!m_open.empty() && std::exchange(m_open.back().entries, true)) {
        if (*c != u',')
            return unexpected(*c, fmt::format("was expecting comma to separate {} entries",
                                              m_open.back().name()));
        c = take_between_entries();
        if (!c) return;
    }
    if (!m_open.empty() && m_open.back().object) {
        if (!read_name(*c)) return;
        c = take_between_entries();
        if (!c) return;
        if (*c != u':')
            return unexpected(*c, "was expecting a colon to separate field name and value");
        c = take_between_entries();
        if (!c) return;
    }
    read_value(*c);
}

// None at the end, and at a fault.
std::optional<char16_t> Scanner::take_past_space()
{
    while (!done()) {
        const char16_t c = take();
        if (c == u' ' || c == u'\t' || skip_line_end(c)) continue;
        if (c < u' ') {
            stop(fmt::format("Illegal character ({}): only regular white space (\\r, \\n, \\t) is "
                             "allowed between tokens",
                             described(c)));
            return std::nullopt;
        }
        if (c == u'/') {
            unexpected(c, "maybe a (non-standard) comment? (not recognized as one since Feature "
                          "'ALLOW_COMMENTS' not enabled for parser)");
            return std::nullopt;
        }
        return c;
    }
    return std::nullopt;
}

std::optional<char16_t> Scanner::take_between_entries()
{
    const std::optional<char16_t> c = take_past_space();
    if (!c && m_state == State::Scanning)
        stop_at_end(fmt::format(" within/between {} entries", m_open.back().name()));
    return c;
}

// `c` has been taken. A line ends with LF, CR or CR LF.
bool Scanner::skip_line_end(char16_t c)
{
    if (c != u'\n' && c != u'\r') return false;
    if (c == u'\r' && !done() && peek() == u'\n') ++m_at;
    ++m_line;
    m_line_start = m_at;
    return true;
}

void Scanner::end()
{
    if (m_open.empty())
        m_state = State::Done;
    else
        stop_at_end(fmt::format(": expected close marker for {} (start marker at {})",
                                m_open.back().name(), start_of(m_open.back())));
}

void Scanner::close(char16_t bracket)
{
    const bool object = bracket == u'}';
    if (!m_open.empty() && m_open.back().object == object) {
        m_open.pop_back();
        return;
    }
    constexpr std::size_t no_column = 0;
    const std::string_view name = m_open.empty() ? "root" : m_open.back().name();
    stop(fmt::format("Unexpected close marker '{}': expected '{}' (for {} starting at {})",
                     object ? '}' : ']', object ? ']' : '}', name,
                     m_open.empty() ? location_text(m_text, 1, no_column)
                                    : start_of(m_open.back())));
}

bool Scanner::read_name(char16_t first)
{
    // AWS: recorded for an input in single quotes.
    if (first != u'"') {
        unexpected(first, "was expecting double-quote to start field name");
        return false;
    }
    return read_string("name", " in field name");
}

void Scanner::read_value(char16_t first)
{
    switch (first) {
    case u'"':
        read_string("string value", ": was expecting closing quote for a string value");
        break;
    case u'{': open(true); break;
    case u'[': open(false); break;
    case u't': read_word("true", 1); break;
    case u'f': read_word("false", 1); break;
    case u'n': read_word("null", 1); break;
    case u'N': non_standard("NaN", 1); break;
    case u'I': non_standard("Infinity", 1); break;
    default:
        if (first == u'-' || is_digit(first))
            read_number(first);
        else
            read_odd_value(first);
    }
}

void Scanner::read_odd_value(char16_t first)
{
    constexpr std::string_view in_number = " in a Number value";
    if (first == u'+') return done() ? stop_at_end(in_number) : read_odd_number(take(), '+');
    // Of an array's items Jackson speaks in other words than of a member's value.
    if (first == u'}' && !m_open.empty() && !m_open.back().object)
        return unexpected(first, "expected a value");
    if (!is_identifier_start(first))
        return unexpected(first, fmt::format("expected a valid value {}", expected_value));
    std::string token;
    append_unit(token, first);
    unknown_token(std::move(token));
}

void Scanner::open(bool object)
{
    if (m_open.size() >= json_depth_max)
        m_state = State::Done;
    else
        m_open.push_back({object, m_line, m_at - m_line_start});
}

bool Scanner::read_string(std::string_view what, std::string_view end)
{
    while (!done()) {
        const char16_t c = take();
        if (c == u'"') return true;
        if (c == u'\\') {
            if (!read_escape()) return false;
        } else if (c < u' ') {
            stop(fmt::format("Illegal unquoted character ({}): has to be escaped using backslash "
                             "to be included in {}",
                             described(c), what));
            return false;
        }
    }
    stop_at_end(end);
    return false;
}

bool Scanner::read_escape()
{
    constexpr std::string_view in_escape = " in character escape sequence";
    constexpr std::u16string_view known = u"\"\\/bfnrt";
    constexpr int hex_digits = 4;
    if (done()) {
        stop_at_end(in_escape);
        return false;
    }
    const char16_t c = take();
    if (known.find(c) != std::u16string_view::npos) return true;
    if (c != u'u') {
        stop(fmt::format("Unrecognized character escape {}", described(c)));
        return false;
    }
    for (int i = 0; i < hex_digits; ++i) {
        if (done()) {
            stop_at_end(in_escape);
            return false;
        }
        const char16_t digit = take();
        if (is_hex_digit(digit)) continue;
        unexpected(digit, "expected a hex-digit for character escape sequence");
        return false;
    }
    return true;
}

// `matched` characters of `word` have been taken.
bool Scanner::read_word(std::string_view word, std::size_t matched)
{
    for (; matched < word.size(); ++matched, ++m_at) {
        if (!done() && peek() == static_cast<char16_t>(word[matched])) continue;
        unknown_token(std::string(word.substr(0, matched)));
        return false;
    }
    // Controls part words, though Java would have them in an identifier.
    if (done() || peek() < u'0' || !is_identifier_part(peek())) return true;
    unknown_token(std::string(word));
    return false;
}

void Scanner::unknown_token(std::string token)
{
    std::size_t units = encoding::utf16_length(token);
    while (!done() && is_identifier_part(peek())) {
        append_unit(token, take());
        if (++units < token_units_max) continue;
        token += "...";
        break;
    }
    stop(fmt::format("Unrecognized token '{}': was expecting {}", token, expected_value));
}

void Scanner::non_standard(std::string_view word, std::size_t matched)
{
    if (read_word(word, matched))
        stop(fmt::format("Non-standard token '{}': enable "
                         "JsonParser.Feature.ALLOW_NON_NUMERIC_NUMBERS to allow",
                         word));
}

void Scanner::read_number(char16_t first)
{
    if (first == u'-') {
        // Jackson leaves out the colon.
        if (done()) return stop_at_end("No digit following minus sign");
        first = take();
        if (!is_digit(first)) return read_odd_number(first, '-');
    }
    read_number_behind_sign(first);
    // A number at the top has to be told from what follows.
    if (m_state != State::Scanning || !m_open.empty() || done()) return;
    const char16_t c = take();
    if (c != u' ' && c != u'\t' && !skip_line_end(c))
        unexpected(c, "Expected space separating root-level values");
}

void Scanner::read_number_behind_sign(char16_t first)
{
    const bool zero = first == u'0';
    if (zero && !done() && is_digit(peek()))
        return stop("Invalid numeric value: Leading zeroes not allowed");
    skip_digits();
    // Jackson looks ahead in a number, its place stays behind the first point or exponent mark. One
    // that begins with 0 it takes character by character.
    std::optional<std::size_t> place;
    const auto refuse = [&](char16_t c, std::string_view why) {
        if (place && !zero) m_at = *place;
        unexpected_in_number(c, why);
    };
    if (!done() && peek() == u'.') {
        ++m_at;
        place = m_at;
        constexpr std::string_view no_digit = "Decimal point not followed by a digit";
        if (done()) {
            if (!m_source.whole) return stop_at_end({});
            return refuse(u'.', no_digit);
        }
        if (!is_digit(peek())) return refuse(take(), no_digit);
        skip_digits();
    }
    if (!done() && (peek() == u'e' || peek() == u'E')) {
        ++m_at;
        if (!place) place = m_at;
        if (!done() && (peek() == u'-' || peek() == u'+')) ++m_at;
        // Here too.
        if (done()) return stop_at_end("expected a digit for number exponent");
        if (!is_digit(peek())) return refuse(take(), "Exponent indicator not followed by a digit");
        skip_digits();
    }
}

// `first` has been taken behind the sign.
void Scanner::read_odd_number(char16_t first, char sign)
{
    if (first == u'I') {
        constexpr std::size_t matched = 3;  // the sign and two letters
        if (done()) return stop_at_end(" in a Number value");
        first = take();
        if (first == u'N') return non_standard(sign == '-' ? "-INF" : "+INF", matched);
        if (first == u'n') return non_standard(sign == '-' ? "-Infinity" : "+Infinity", matched);
    }
    unexpected_in_number(first,
                         "expected digit (0-9) to follow minus sign, for valid numeric value");
}

// ---- what Jackson does not object to ----

std::string character_text(std::string_view token)
{
    const unsigned code = token.empty() ? 0U : static_cast<unsigned char>(token.front());
    return fmt::format("('{}' (code {}))", token, code);
}

std::string message_of(const json::ParseFault& fault)
{
    using json::Fault;
    switch (fault.fault) {
    case Fault::UnrecognizedToken:
        return fmt::format("Unrecognized token '{}': was expecting {}", fault.token,
                           expected_value);
    case Fault::UnexpectedCharacter:
    case Fault::TrailingCharacters:
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

// Faults of the document, not of its characters: what follows them does not matter.
bool is_ours(json::Fault fault)
{
    using json::Fault;
    return fault == Fault::InvalidUtf8 || fault == Fault::DuplicateKey || fault == Fault::TooDeep ||
           fault == Fault::Empty;
}

}  // namespace

JsonFault describe_like_jackson(std::string_view text, const json::ParseFault& fault)
{
    if (!is_ours(fault.fault))
        if (std::optional<JsonFault> found = Scanner(text).find()) return *std::move(found);
    std::size_t column = fault.position.column;
    if (fault.fault == json::Fault::UnrecognizedToken) column += encoding::code_points(fault.token);
    return {message_of(fault), location_text(text, fault.position.line, column)};
}

}  // namespace weft::asl
