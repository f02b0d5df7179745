#include "jsonata/functions/regex_pattern.h"

#include "jsonata/functions/wtf8.h"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <utility>
#include <vector>

namespace weft::jsonata::functions {

namespace {

struct Range {
    char32_t first;
    char32_t last;
};

constexpr char32_t unit_max = 0xFFFF;
constexpr char32_t ascii_max = 0x7F;
constexpr unsigned repeat_max = 65'535;  // PCRE2's
constexpr std::size_t groups_open_max = 250;

// ECMAScript, CharacterClassEscape \s: white space and line terminators.
constexpr Range white_space[] = {
    {0x09, 0x0D},     {0x20, 0x20},     {0xA0, 0xA0},     {0x1680, 0x1680}, {0x2000, 0x200A},
    {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}, {0xFEFF, 0xFEFF}};

bool is_digit(char16_t unit)
{
    return unit >= '0' && unit <= '9';
}
bool is_letter(char16_t unit)
{
    return (unit >= 'a' && unit <= 'z') || (unit >= 'A' && unit <= 'Z');
}
std::optional<unsigned> hex_value(char16_t unit)
{
    if (is_digit(unit)) return unit - u'0';
    const char16_t lower = unit | 0x20;
    if (lower >= 'a' && lower <= 'f') return lower - u'a' + 10U;
    return std::nullopt;
}

// What a class escape means inside a class: PCRE2's own escape, which is ASCII's, or ranges.
struct ClassPiece {
    std::string escape;         // "\\d", or empty
    std::vector<Range> ranges;  // ascending
    bool is_single = false;     // one character, which may begin or end a range
};

class Translator {
public:
    Translator(std::string_view pattern, bool ignore_case, bool multiline)
        : m_units(to_utf16(pattern)), m_ignore_case(ignore_case), m_multiline(multiline)
    {
    }

    tl::expected<RegexPattern, std::string> run()
    {
        if (!count_groups()) return error();
        while (m_at < m_units.size())
            if (!term()) return error();
        if (!m_open.empty()) return tl::unexpected<std::string>("Unterminated group");
        m_out.groups = static_cast<unsigned>(m_names.size());
        return std::move(m_out);
    }

private:
    enum class Group { Plain, Lookbehind };

    tl::unexpected<std::string> error() const { return tl::unexpected<std::string>(m_error); }
    bool refuse(std::string text)
    {
        m_error = std::move(text);
        return false;
    }

    bool ends_at(std::size_t at) const { return at >= m_units.size(); }
    char16_t unit(std::size_t at) const { return ends_at(at) ? u'\0' : m_units[at]; }
    bool looks_at(std::u16string_view text) const
    {
        return std::u16string_view(m_units).substr(m_at).starts_with(text);
    }
    bool take(std::u16string_view text)
    {
        if (!looks_at(text)) return false;
        m_at += text.size();
        return true;
    }

    void both(std::string_view text)
    {
        m_out.ascii += text;
        m_out.wide += text;
    }
    static void put_code(std::string& out, char32_t code)
    {
        if (code < 0x80 &&
            (is_digit(static_cast<char16_t>(code)) || is_letter(static_cast<char16_t>(code)))) {
            out += static_cast<char>(code);
        } else {
            fmt::format_to(std::back_inserter(out), "\\x{{{:x}}}", static_cast<unsigned>(code));
        }
    }
    void literal(char32_t code)
    {
        m_quantifiable = true;
        if (code > ascii_max) {
            m_out.ascii += nothing;
        } else {
            put_code(m_out.ascii, code);
        }
        // ECMAScript, Canonicalize: no character beyond ASCII equals one of it. Unicode's folding,
        // which PCRE2 uses, makes the long s and the Kelvin sign equal to s and k.
        const char32_t lower = code | 0x20;
        if (m_ignore_case && code <= ascii_max && (lower == 's' || lower == 'k')) {
            m_out.wide += lower == 's' ? "(?-i:[sS])" : "(?-i:[kK])";
        } else if (m_ignore_case && (code == 0x17F || code == 0x212A)) {
            m_out.wide += "(?-i:";
            put_code(m_out.wide, code);
            m_out.wide += ')';
        } else {
            put_code(m_out.wide, code);
        }
    }

    // Names of the capturing groups in order, empty for those without one.
    bool count_groups()
    {
        bool in_class = false;
        for (std::size_t at = 0; at < m_units.size(); ++at) {
            const char16_t c = m_units[at];
            if (c == '\\') {
                ++at;
            } else if (in_class) {
                in_class = c != ']';
            } else if (c == '[') {
                in_class = true;
            } else if (c == '(' && unit(at + 1) != '?') {
                m_names.emplace_back();
            } else if (c == '(' && unit(at + 2) == '<' && unit(at + 3) != '=' &&
                       unit(at + 3) != '!') {
                const std::size_t close = m_units.find(u'>', at);
                if (close == std::u16string::npos) return refuse("Invalid capture group name");
                std::u16string name = m_units.substr(at + 3, close - at - 3);
                if (!is_name(name)) return refuse("Invalid capture group name");
                if (std::ranges::find(m_names, name) != m_names.end())
                    return refuse("Duplicate capture group name");
                m_names.push_back(std::move(name));
                m_has_names = true;
            }
        }
        return true;
    }
    static bool is_name(const std::u16string& name)
    {
        if (name.empty() || is_digit(name[0])) return false;
        return std::ranges::all_of(name, [](char16_t c) {
            return is_letter(c) || is_digit(c) || c == '_' || c == '$' || c > ascii_max;
        });
    }

    bool term()
    {
        const char16_t c = m_units[m_at];
        switch (c) {
        case '|':
            ++m_at;
            m_quantifiable = false;
            both("|");
            return true;
        case '(': return open_group();
        case ')': return close_group();
        case '^':
            ++m_at;
            m_quantifiable = false;
            if (!m_multiline) {
                both("\\A");
            } else {
                m_out.ascii += "(?:\\A|(?<=[\\n\\r]))";
                m_out.wide += "(?:\\A|(?<=[\\n\\r\\x{2028}\\x{2029}]))";
            }
            return true;
        case '$':
            ++m_at;
            m_quantifiable = false;
            if (!m_multiline) {
                both("\\z");
            } else {
                m_out.ascii += "(?:\\z|(?=[\\n\\r]))";
                m_out.wide += "(?:\\z|(?=[\\n\\r\\x{2028}\\x{2029}]))";
            }
            return true;
        case '.':
            ++m_at;
            m_quantifiable = true;
            m_out.ascii += "[^\\n\\r]";
            m_out.wide += "[^\\n\\r\\x{2028}\\x{2029}]";
            return true;
        case '[': return character_class();
        case '\\': return escape();
        case '*':
        case '+':
        case '?': ++m_at; return quantifier(std::string(1, static_cast<char>(c)));
        case '{':
            if (auto braces = read_braces()) return quantifier(std::move(*braces));
            if (!m_error.empty()) return false;
            break;
        default: break;
        }
        ++m_at;
        literal(c);
        return true;
    }

    bool quantifier(std::string text)
    {
        if (!m_quantifiable) return refuse("Nothing to repeat");
        m_quantifiable = false;
        if (take(u"?")) text += '?';
        both(text);
        return true;
    }

    // {n}, {n,} or {n,m}; else the brace is a character (annex B.1.2, ExtendedAtom).
    std::optional<std::string> read_braces()
    {
        std::size_t at = m_at + 1;
        const auto number = [&]() -> std::optional<std::uint64_t> {
            if (!is_digit(unit(at))) return std::nullopt;
            std::uint64_t value = 0;
            for (; is_digit(unit(at)); ++at)
                value = std::min<std::uint64_t>(value * 10 + (unit(at) - u'0'), UINT32_MAX);
            return value;
        };
        const auto least = number();
        if (!least) return std::nullopt;
        std::optional<std::uint64_t> most = least;
        if (unit(at) == ',') {
            ++at;
            most = number();
        }
        if (unit(at) != '}') return std::nullopt;
        m_at = at + 1;
        if (most && *most < *least) {
            refuse("numbers out of order in {} quantifier");
            return std::nullopt;
        }
        if (*least > repeat_max) {
            refuse("Regular expression too large");
            return std::nullopt;
        }
        if (!most || *most > repeat_max) return fmt::format("{{{},}}", *least);
        return fmt::format("{{{},{}}}", *least, *most);
    }

    bool open_group()
    {
        if (m_open.size() >= groups_open_max) return refuse("Regular expression too large");
        ++m_at;
        m_quantifiable = false;
        Group kind = Group::Plain;
        if (take(u"?:")) {
            both("(?:");
        } else if (take(u"?=")) {
            both("(?=");
        } else if (take(u"?!")) {
            both("(?!");
        } else if (take(u"?<=")) {
            kind = Group::Lookbehind;
            both("(?<=");
        } else if (take(u"?<!")) {
            kind = Group::Lookbehind;
            both("(?<!");
        } else if (looks_at(u"?<")) {
            m_at = m_units.find(u'>', m_at) + 1;  // there is one: count_groups saw to that
            both("(");
        } else if (looks_at(u"?")) {
            return refuse("Invalid group");
        } else {
            both("(");
        }
        m_open.push_back(kind);
        return true;
    }

    bool close_group()
    {
        if (m_open.empty()) return refuse("Unmatched ')'");
        ++m_at;
        both(")");
        m_quantifiable = m_open.back() == Group::Plain;
        m_open.pop_back();
        return true;
    }

    bool escape()
    {
        ++m_at;
        if (ends_at(m_at)) return refuse("\\ at end of pattern");
        const char16_t c = m_units[m_at];
        if (c == 'b' || c == 'B') {
            ++m_at;
            m_quantifiable = false;
            both(c == 'b' ? "\\b" : "\\B");
            return true;
        }
        if (c == 'k' && m_has_names) return named_reference();
        if (c >= '1' && c <= '9') {
            std::size_t end = m_at;
            std::size_t number = 0;
            for (; is_digit(unit(end)); ++end)
                number = std::min<std::size_t>(number * 10 + (unit(end) - u'0'), UINT32_MAX);
            if (number <= m_names.size()) {
                m_at = end;
                reference(number);
                return true;
            }
        }
        const ClassPiece piece = class_escape(false);
        if (piece.is_single) {
            literal(piece.ranges[0].first);
        } else {
            put_class({piece}, false);
        }
        return true;
    }

    void reference(std::size_t group)
    {
        m_quantifiable = true;
        both(fmt::format("\\g{{{}}}", group));
    }

    bool named_reference()
    {
        const std::size_t close = m_units.find(u'>', m_at);
        if (unit(m_at + 1) != '<' || close == std::u16string::npos)
            return refuse("Invalid named reference");
        const auto found = std::ranges::find(m_names, m_units.substr(m_at + 2, close - m_at - 2));
        if (found == m_names.end()) return refuse("Invalid named capture referenced");
        m_at = close + 1;
        reference(static_cast<std::size_t>(found - m_names.begin()) + 1);
        return true;
    }

    static ClassPiece single(char32_t code) { return {{}, {{code, code}}, true}; }

    // Behind a backslash: all escapes that stand for characters. Moves behind the escape.
    ClassPiece class_escape(bool in_class)
    {
        const char16_t c = m_units[m_at++];
        switch (c) {
        case 'd':
        case 'D':
        case 'w':
        case 'W': return {std::string{'\\', static_cast<char>(c)}, {}, false};
        case 's': return {{}, {std::begin(white_space), std::end(white_space)}, false};
        case 'S': {
            ClassPiece piece;
            char32_t next = 0;
            for (const Range& range : white_space) {
                piece.ranges.push_back({next, range.first - 1});
                next = range.last + 1;
            }
            piece.ranges.push_back({next, unit_max});
            return piece;
        }
        case 'f': return single(0x0C);
        case 'n': return single(0x0A);
        case 'r': return single(0x0D);
        case 't': return single(0x09);
        case 'v': return single(0x0B);
        case 'b':
            if (in_class) return single(0x08);
            break;
        case 'c': {
            const char16_t letter = unit(m_at);
            if (is_letter(letter) || (in_class && (is_digit(letter) || letter == '_'))) {
                ++m_at;
                return single(letter % 32U);
            }
            --m_at;  // the backslash stands for itself
            return single('\\');
        }
        case 'x':
        case 'u': {
            const int digits = c == 'x' ? 2 : 4;
            char32_t code = 0;
            for (int i = 0; i < digits; ++i) {
                const auto value = hex_value(unit(m_at + static_cast<std::size_t>(i)));
                if (!value) return single(c);
                code = code << 4 | *value;
            }
            m_at += static_cast<std::size_t>(digits);
            return single(code);
        }
        default:
            if (c >= '0' && c <= '7') {  // annex B.1.2, LegacyOctalEscapeSequence
                char32_t code = c - u'0';
                for (int i = 0; i < 2; ++i) {
                    const char16_t digit = unit(m_at);
                    if (digit < '0' || digit > '7' || code * 8 + (digit - u'0') > 0xFF) break;
                    code = code * 8 + (digit - u'0');
                    ++m_at;
                }
                return single(code);
            }
            break;
        }
        return single(c);
    }

    bool character_class()
    {
        ++m_at;
        const bool negated = take(u"^");
        std::vector<ClassPiece> pieces;
        for (;;) {
            if (ends_at(m_at)) return refuse("Unterminated character class");
            if (take(u"]")) break;
            ClassPiece first;
            if (!class_atom(first)) return false;
            if (unit(m_at) != '-' || ends_at(m_at + 1) || unit(m_at + 1) == ']') {
                pieces.push_back(std::move(first));
                continue;
            }
            ++m_at;
            ClassPiece last;
            if (!class_atom(last)) return false;
            if (first.is_single && last.is_single) {
                if (first.ranges[0].first > last.ranges[0].first)
                    return refuse("Range out of order in character class");
                pieces.push_back({{}, {{first.ranges[0].first, last.ranges[0].first}}, false});
            } else {
                pieces.push_back(std::move(first));
                pieces.push_back(single('-'));
                pieces.push_back(std::move(last));
            }
        }
        put_class(pieces, negated);
        return true;
    }

    bool class_atom(ClassPiece& piece)
    {
        const char16_t c = m_units[m_at++];
        if (c != '\\') {
            piece = single(c);
            return true;
        }
        if (ends_at(m_at)) return refuse("\\ at end of pattern");
        piece = class_escape(true);
        return true;
    }

    void put_class(const std::vector<ClassPiece>& pieces, bool negated)
    {
        m_quantifiable = true;
        put_class(m_out.ascii, pieces, negated, ascii_max, everything, nothing);
        put_class(m_out.wide, pieces, negated, unit_max, everything_wide, nothing_wide);
    }
    static void put_class(std::string& out, const std::vector<ClassPiece>& pieces, bool negated,
                          char32_t code_max, std::string_view all, std::string_view none)
    {
        std::string text;
        for (const ClassPiece& piece : pieces) {
            text += piece.escape;
            for (const Range& range : piece.ranges) {
                if (range.first > code_max) continue;
                const char32_t last = std::min(range.last, code_max);
                put_code(text, range.first);
                if (last == range.first) continue;
                text += '-';
                put_code(text, last);
            }
        }
        if (text.empty()) {
            out += negated ? all : none;
        } else {
            out += negated ? "[^" : "[";
            out += text;
            out += ']';
        }
    }

    static constexpr std::string_view nothing = "[^\\x00-\\xff]";
    static constexpr std::string_view everything = "[\\x00-\\xff]";
    static constexpr std::string_view nothing_wide = "[^\\x{0}-\\x{10ffff}]";
    static constexpr std::string_view everything_wide = "[\\x{0}-\\x{10ffff}]";

    std::u16string m_units;
    bool m_ignore_case;
    bool m_multiline;
    std::size_t m_at = 0;
    bool m_quantifiable = false;
    bool m_has_names = false;
    std::vector<std::u16string> m_names;
    std::vector<Group> m_open;
    std::string m_error;
    RegexPattern m_out;
};

}  // namespace

tl::expected<RegexPattern, std::string> translate_regex(std::string_view pattern, bool ignore_case,
                                                        bool multiline)
{
    return Translator(pattern, ignore_case, multiline).run();
}

}  // namespace weft::jsonata::functions
