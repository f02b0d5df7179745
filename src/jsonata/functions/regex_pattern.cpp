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

constexpr char32_t ascii_max = 0x7F;
constexpr unsigned repeat_max = 65'535;  // PCRE2's
constexpr std::size_t groups_open_max = 250;

// What a class escape stands for, as it is written between brackets in both forms.
struct CharacterSet {
    std::string_view ascii;
    std::string_view wide;
};
constexpr CharacterSet digit_set{"\\d", "\\d"};
constexpr CharacterSet not_digit_set{"\\D", "\\D"};
constexpr CharacterSet word_set{"\\w", "\\w"};
constexpr CharacterSet not_word_set{"\\W", "\\W"};
// ECMAScript, CharacterClassEscape \s: white space and line terminators. PCRE2's own \s are those
// of ASCII.
constexpr CharacterSet space_set{"\\s", "\\s\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}"
                                        "\\x{202f}\\x{205f}\\x{3000}\\x{feff}"};
constexpr CharacterSet not_space_set{
    "\\x{0}-\\x{8}\\x{e}-\\x{1f}\\x{21}-\\x{7f}",
    "\\x{0}-\\x{8}\\x{e}-\\x{1f}\\x{21}-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}"
    "\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}"
    "\\x{3001}-\\x{fefe}\\x{ff00}-\\x{ffff}"};

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

// One character, or one of a set.
struct ClassAtom {
    char32_t code = 0;
    const CharacterSet* set = nullptr;
};

class Translator {
public:
    Translator(std::string_view pattern, bool ignore_case, bool multiline)
        : m_units(to_utf16(pattern)), m_ignore_case(ignore_case), m_multiline(multiline)
    {
        m_out.ascii.reserve(pattern.size() * 2);
        m_out.wide.reserve(pattern.size() * 2);
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
        const bool plain = code <= ascii_max && (is_digit(static_cast<char16_t>(code)) ||
                                                 is_letter(static_cast<char16_t>(code)));
        if (code < 0x20 || code >= ascii_max) {
            fmt::format_to(std::back_inserter(out), "\\x{{{:x}}}", static_cast<unsigned>(code));
            return;
        }
        if (!plain) out += '\\';  // whatever it means, it now stands for itself
        out += static_cast<char>(code);
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
        const ClassAtom atom = class_escape(false);
        if (atom.set == nullptr) {
            literal(atom.code);
        } else {
            both("[");
            put_set(*atom.set);
            both("]");
            m_quantifiable = true;
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

    static ClassAtom single(char32_t code) { return {code, nullptr}; }

    // Behind a backslash: all escapes that stand for characters. Moves behind the escape.
    ClassAtom class_escape(bool in_class)
    {
        const char16_t c = m_units[m_at++];
        switch (c) {
        case 'd': return {0, &digit_set};
        case 'D': return {0, &not_digit_set};
        case 'w': return {0, &word_set};
        case 'W': return {0, &not_word_set};
        case 's': return {0, &space_set};
        case 'S': return {0, &not_space_set};
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
        const std::size_t ascii = m_out.ascii.size();
        const std::size_t wide = m_out.wide.size();
        both(negated ? "[^" : "[");
        for (;;) {
            if (ends_at(m_at)) return refuse("Unterminated character class");
            if (take(u"]")) break;
            ClassAtom first;
            if (!class_atom(first)) return false;
            if (unit(m_at) != '-' || ends_at(m_at + 1) || unit(m_at + 1) == ']') {
                put_atom(first);
                continue;
            }
            ++m_at;
            ClassAtom last;
            if (!class_atom(last)) return false;
            if (first.set == nullptr && last.set == nullptr) {
                if (first.code > last.code) return refuse("Range out of order in character class");
                put_range(first.code, last.code);
            } else {
                put_atom(first);
                put_atom(single('-'));
                put_atom(last);
            }
        }
        m_quantifiable = true;
        end_class(m_out.ascii, ascii, negated, everything, nothing);
        end_class(m_out.wide, wide, negated, everything_wide, nothing_wide);
        return true;
    }

    bool class_atom(ClassAtom& atom)
    {
        const char16_t c = m_units[m_at++];
        if (c != '\\') {
            atom = single(c);
            return true;
        }
        if (ends_at(m_at)) return refuse("\\ at end of pattern");
        atom = class_escape(true);
        return true;
    }

    // What stands between a class's brackets, in both forms.
    void put_set(const CharacterSet& set)
    {
        m_out.ascii += set.ascii;
        m_out.wide += set.wide;
    }
    void put_range(char32_t first, char32_t last)
    {
        if (first <= ascii_max) put_codes(m_out.ascii, first, std::min(last, ascii_max));
        put_codes(m_out.wide, first, last);
    }
    void put_atom(const ClassAtom& atom)
    {
        if (atom.set != nullptr) return put_set(*atom.set);
        put_range(atom.code, atom.code);
    }
    static void put_codes(std::string& out, char32_t first, char32_t last)
    {
        put_code(out, first);
        if (last == first) return;
        out += '-';
        put_code(out, last);
    }
    // Ends the class that begins at `begin`. One of no characters has a form of its own.
    static void end_class(std::string& out, std::size_t begin, bool negated, std::string_view all,
                          std::string_view none)
    {
        if (out.size() > begin + (negated ? 2 : 1)) {
            out += ']';
            return;
        }
        out.resize(begin);
        out += negated ? all : none;
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
