#include "jsonata/functions/case_mapping.h"

#include "encoding/utf8.h"
#include "jsonata/functions/bytes.h"
#include "jsonata/functions/case_table.h"
#include "jsonata/functions/wtf8.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>

namespace weft::jsonata::functions {

namespace {

constexpr char32_t capital_sigma = 0x3A3;
constexpr char32_t small_sigma = 0x3C3;
constexpr char32_t final_sigma = 0x3C2;
constexpr char32_t capital_i_with_dot = 0x130;

char32_t mapped(std::span<const unicode::Mapping> mappings, char32_t character)
{
    const auto row = std::ranges::lower_bound(mappings, character, {}, &unicode::Mapping::last);
    if (row == mappings.end() || character < row->first ||
        (character - row->first) % row->stride != 0)
        return character;
    return static_cast<char32_t>(static_cast<std::int32_t>(character) + row->delta);
}

char ascii_upper(char c)
{
    return static_cast<char>(c ^ (static_cast<unsigned char>(c - 'a') < 26 ? 0x20 : 0));
}
char ascii_lower(char c)
{
    return static_cast<char>(c ^ (static_cast<unsigned char>(c - 'A') < 26 ? 0x20 : 0));
}

// Changes the case of the letters from `first` to the 26th, eight bytes at a time. False when the
// text is not ASCII.
bool flip_ascii_case(std::string& text, char first)
{
    constexpr std::uint64_t each = 0x0101010101010101U;
    // Adding sets a byte's top bit where it is `first` or above, or above the last.
    const std::uint64_t from = each * (0x80U - static_cast<unsigned char>(first));
    const std::uint64_t beyond = from - each * 26;
    std::uint64_t seen = 0;
    std::size_t at = 0;
    for (; text.size() - at >= 8; at += 8) {
        std::uint64_t bytes;
        std::memcpy(&bytes, text.data() + at, 8);
        seen |= bytes;
        const std::uint64_t low = bytes & each * 0x7F;
        const std::uint64_t letters = (low + from) & ~(low + beyond) & each * 0x80;
        bytes ^= letters >> 2;  // 0x20
        std::memcpy(text.data() + at, &bytes, 8);
    }
    for (; at < text.size(); ++at) {
        seen |= static_cast<unsigned char>(text[at]);
        text[at] = first == 'a' ? ascii_upper(text[at]) : ascii_lower(text[at]);
    }
    return (seen & each * 0x80) == 0;
}

// Unicode's properties Cased and Case_Ignorable, of which PCRE2 has the tables.
class CaseProperties {
public:
    bool cased(std::string_view character) const { return has(m_cased, character); }
    bool ignorable(std::string_view character) const { return has(m_ignorable, character); }

private:
    struct Free {
        void operator()(pcre2_code* code) const { pcre2_code_free(code); }
        void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
    };
    using Code = std::unique_ptr<pcre2_code, Free>;

    static Code property(const char* pattern)
    {
        int error = 0;
        std::size_t place = 0;
        Code code(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern), PCRE2_ZERO_TERMINATED,
                                PCRE2_UTF | PCRE2_ANCHORED, &error, &place, nullptr));
        WEFT_ASSERT(code != nullptr);
        return code;
    }
    bool has(const Code& code, std::string_view character) const
    {
        // PCRE2 must not be given a character that is cut off.
        return is_well_formed(character) &&
               pcre2_match(code.get(), reinterpret_cast<PCRE2_SPTR>(character.data()),
                           character.size(), 0, PCRE2_NO_UTF_CHECK, m_data.get(), nullptr) > 0;
    }

    Code m_cased = property("\\p{Cased}");
    Code m_ignorable = property("\\p{Case_Ignorable}");
    std::unique_ptr<pcre2_match_data, Free> m_data{pcre2_match_data_create(1, nullptr)};
};

// Unicode 3.13, Final_Sigma: a cased letter before and none behind, those that are ignorable for
// case aside.
bool is_final_sigma(const CaseProperties& properties, std::string_view text, std::size_t begin,
                    std::size_t end)
{
    bool cased_before = false;
    for (std::size_t at = begin; at > 0;) {
        const std::size_t after = at;
        do --at;
        while (at > 0 && is_continuation_byte(text[at]));
        const std::string_view character = text.substr(at, after - at);
        if (properties.ignorable(character)) continue;
        cased_before = properties.cased(character);
        break;
    }
    if (!cased_before) return false;
    for (std::size_t at = end; at < text.size();) {
        const std::size_t next = next_character(text, at);
        const std::string_view character = text.substr(at, next - at);
        if (!properties.ignorable(character)) return !properties.cased(character);
        at = next;
    }
    return true;
}

}  // namespace

Outcome<std::string> uppercase(std::string_view text, std::size_t bytes_max)
{
    if (text.size() > bytes_max) return too_long(bytes_max);
    std::string out(text);
    if (flip_ascii_case(out, 'a')) return out;
    out.clear();
    for (std::size_t at = 0; at < text.size();) {
        if (static_cast<unsigned char>(text[at]) < 0x80) {
            out += ascii_upper(text[at++]);
            continue;
        }
        const char32_t character = take_character(text, at);
        const auto* expansion = std::ranges::lower_bound(unicode::upper_expansions, character, {},
                                                         &unicode::Expansion::character);
        if (expansion != std::end(unicode::upper_expansions) && expansion->character == character) {
            for (const char32_t each : expansion->text) encoding::append_utf8(out, each);
        } else {
            encoding::append_utf8(out, mapped(unicode::to_upper, character));
        }
        if (out.size() > bytes_max) return too_long(bytes_max);
    }
    return out;
}

Outcome<std::string> lowercase(std::string_view text, std::size_t bytes_max)
{
    if (text.size() > bytes_max) return too_long(bytes_max);
    std::string out(text);
    if (flip_ascii_case(out, 'A')) return out;
    out.clear();
    std::unique_ptr<CaseProperties> properties;
    for (std::size_t at = 0; at < text.size();) {
        if (static_cast<unsigned char>(text[at]) < 0x80) {
            out += ascii_lower(text[at++]);
            continue;
        }
        const std::size_t begin = at;
        const char32_t character = take_character(text, at);
        if (character == capital_sigma) {
            if (!properties) properties = std::make_unique<CaseProperties>();
            const bool is_final = is_final_sigma(*properties, text, begin, at);
            encoding::append_utf8(out, is_final ? final_sigma : small_sigma);
        } else if (character == capital_i_with_dot) {
            out += "i\u0307";
        } else {
            encoding::append_utf8(out, mapped(unicode::to_lower, character));
        }
        if (out.size() > bytes_max) return too_long(bytes_max);
    }
    return out;
}

}  // namespace weft::jsonata::functions
