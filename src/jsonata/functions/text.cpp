#include "jsonata/functions/text.h"

#include "encoding/base64.h"
#include "encoding/utf8.h"
#include "jsonata/functions/bytes.h"
#include "jsonata/functions/wtf8.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

namespace weft::jsonata::functions {

namespace {

// As many characters as `number` says, at most `most`.
std::size_t character_count(double number, std::size_t most)
{
    if (!(number > 0)) return 0;
    return number >= static_cast<double>(most) ? most : static_cast<std::size_t>(number);
}

std::size_t find(std::string_view text, std::string_view part)
{
    if (part.empty()) return 0;
    const void* found = memmem(text.data(), text.size(), part.data(), part.size());
    if (found == nullptr) return std::string_view::npos;
    return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

bool is_trimmed(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::optional<unsigned> base64_digit(char c)
{
    if (c >= 'A' && c <= 'Z') return static_cast<unsigned>(c - 'A');
    if (c >= 'a' && c <= 'z') return static_cast<unsigned>(c - 'a') + 26;
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0') + 52;
    if (c == '+' || c == '-') return 62;
    if (c == '/' || c == '_') return 63;
    return std::nullopt;
}

}  // namespace

std::string_view substring(std::string_view text, double start, std::optional<double> length)
{
    if (length && *length <= 0) return {};
    if (start >= 0) {
        const std::size_t first = character_count(start, text.size());
        const std::size_t begin = offset_of_character(text, first);
        std::string_view rest = text.substr(begin);
        if (!length) return rest;
        const std::size_t last = character_count(start + *length, text.size());
        return rest.substr(0, offset_of_character(rest, last - std::min(first, last)));
    }
    const auto size = static_cast<double>(count_characters(text));
    if (size + start < 0) return substring(text, 0, length);
    // JavaScript's slice: both ends are cut to integers, and one that is negative by itself counts
    // from the end.
    const double first = std::trunc(start) == 0 ? 0 : size + std::trunc(start);
    const std::size_t begin = offset_of_character(text, character_count(first, text.size()));
    if (!length) return text.substr(begin);
    const std::size_t end =
        offset_of_character(text, character_count(size + start + *length, text.size()));
    return end <= begin ? std::string_view() : text.substr(begin, end - begin);
}

std::string_view substring_before(std::string_view text, std::string_view part)
{
    return text.substr(0, find(text, part));
}

std::string_view substring_after(std::string_view text, std::string_view part)
{
    const std::size_t at = find(text, part);
    return at == std::string_view::npos ? text : text.substr(at + part.size());
}

bool contains(std::string_view text, std::string_view part)
{
    return find(text, part) != std::string_view::npos;
}

std::string trim(std::string_view text)
{
    while (!text.empty() && is_trimmed(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_trimmed(text.back())) text.remove_suffix(1);
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t word = at;
        while (at < text.size() && !is_trimmed(text[at])) ++at;
        out += text.substr(word, at - word);
        if (at == text.size()) break;
        out += ' ';
        while (is_trimmed(text[at])) ++at;
    }
    return out;
}

Outcome<std::string> pad(std::string_view text, double width, std::string_view filler,
                         std::size_t bytes_max)
{
    width = std::trunc(width);
    if (filler.empty()) filler = " ";
    const double missing = std::fabs(width) - static_cast<double>(count_characters(text));
    if (!(missing > 0)) return std::string(text);
    if (missing > static_cast<double>(bytes_max)) return too_long(bytes_max);
    const auto count = static_cast<std::size_t>(missing);
    // What is no UTF-8 may hold no character.
    const std::size_t filler_characters = std::max<std::size_t>(1, count_characters(filler));
    const std::size_t times = count / filler_characters;
    const std::string_view last =
        filler.substr(0, offset_of_character(filler, count % filler_characters));
    if (text.size() + times * filler.size() + last.size() > bytes_max) return too_long(bytes_max);
    std::string out;
    out.reserve(text.size() + times * filler.size() + last.size());
    if (width > 0) out += text;
    if (filler.size() == 1) {
        out.append(count, filler[0]);
    } else {
        for (std::size_t i = 0; i < times; ++i) append_text(out, filler);
        append_text(out, last);
    }
    if (width < 0) append_text(out, text);
    return out;
}

std::string base64_encode(std::string_view text)
{
    if (is_ascii(text)) return encoding::to_base64(text);
    std::string bytes;
    for (const char16_t unit : to_utf16(text)) bytes += static_cast<char>(unit & 0xFF);
    return encoding::to_base64(bytes);
}

std::string base64_decode(std::string_view text)
{
    std::string out;
    out.reserve(text.size() / 4 * 3);
    unsigned bits = 0;
    int held = 0;
    for (const char c : text) {
        if (c == '=') break;
        const auto digit = base64_digit(c);
        if (!digit) continue;
        bits = (bits << 6 | *digit) & 0xFFFF;
        held += 6;
        if (held < 8) continue;
        held -= 8;
        encoding::append_utf8(out, bits >> held & 0xFF);
    }
    return out;
}

bool Joiner::add(std::string_view piece)
{
    const std::size_t more = piece.size() + (m_first ? 0 : m_separator.size());
    if (m_full || more > m_bytes_max - m_out.size()) {
        m_full = true;
        return false;
    }
    if (!m_first) append_text(m_out, m_separator);
    m_first = false;
    append_text(m_out, piece);
    return true;
}

Outcome<std::string> Joiner::finish() &&
{
    if (m_full) return too_long(m_bytes_max);
    return std::move(m_out);
}

}  // namespace weft::jsonata::functions
