#include "gateway/extractive/text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace weft::gateway::extractive {
namespace {

bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}
bool is_word(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return is_digit(c) || is_upper(c) || (c >= 'a' && c <= 'z') || byte >= 0x80;
}

constexpr std::array<std::string_view, 30> abbreviations{
    "e.g", "i.e",  "etc", "inc",  "ltd", "co",  "corp",   "dr",   "mr",   "mrs",
    "ms",  "prof", "st",  "vs",   "no",  "nr",  "approx", "dept", "est",  "fig",
    "jan", "feb",  "aug", "sept", "sep", "oct", "nov",    "dec",  "incl", "max"};

// The word that ends just before `end`, in lower case, with its inner full stops.
std::string word_before(std::string_view text, std::size_t end)
{
    std::size_t begin = end;
    while (begin > 0 && (is_word(text[begin - 1]) || text[begin - 1] == '.')) --begin;
    return lower(text.substr(begin, end - begin));
}

// Does the mark at `i` end a sentence?
bool ends_sentence(std::string_view text, std::size_t i)
{
    const char mark = text[i];
    if (mark != '.' && mark != '!' && mark != '?') return false;
    std::size_t next = i + 1;
    while (next < text.size() &&
           (text[next] == '"' || text[next] == '\'' || text[next] == ')' || text[next] == ']')) {
        ++next;
    }
    if (next >= text.size()) return true;
    if (!is_space(text[next])) return false;
    while (next < text.size() && is_space(text[next])) ++next;
    if (next >= text.size() || mark != '.') return true;
    const char first = text[next];
    if (first >= 'a' && first <= 'z') return false;
    const std::string word = word_before(text, i);
    if (word.size() == 1 && !is_digit(word[0]) && word[0] != 'i') return false;  // an initial
    return std::ranges::find(abbreviations, word) == abbreviations.end() ||
           (word == "no" && !is_digit(first)) || (word == "etc" && is_upper(first)) ||
           (word == "co" && !is_upper(first));
}

// How many characters of bullet or number a line begins with; 0: it is no item.
std::size_t bullet_size(std::string_view line)
{
    if (line.size() > 2 && (line[0] == '-' || line[0] == '*' || line[0] == '+') && line[1] == ' ')
        return 2;
    if (line.starts_with("• ")) return std::string_view("• ").size();
    std::size_t digits = 0;
    while (digits < line.size() && digits < 3 && is_digit(line[digits])) ++digits;
    if (digits > 0 && digits + 1 < line.size() && (line[digits] == '.' || line[digits] == ')') &&
        line[digits + 1] == ' ') {
        return digits + 2;
    }
    return 0;
}

std::size_t word_count(std::string_view line)
{
    std::size_t count = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (!is_space(line[i]) && (i == 0 || is_space(line[i - 1]))) ++count;
    }
    return count;
}

// A line that titles what follows: "# Security", "Security:", or a short line on its own without a
// closing mark.
bool is_heading(std::string_view line, bool alone)
{
    if (line.starts_with('#')) return true;
    const std::size_t count = word_count(line);
    if (line.ends_with("**") && line.starts_with("**")) return count <= 12;
    if (line.ends_with(':')) return count <= 6;
    const char last = line.back();
    return alone && count <= 8 && last != '.' && last != '!' && last != '?' && last != ';' &&
           last != ',';
}

std::string heading_text(std::string_view line)
{
    while (!line.empty() && (line.front() == '#' || line.front() == '*' || is_space(line.front())))
        line.remove_prefix(1);
    while (!line.empty() && (line.back() == ':' || line.back() == '*' || is_space(line.back())))
        line.remove_suffix(1);
    return squeeze(line);
}

class Splitter {
public:
    explicit Splitter(std::string_view text) : m_rest(text) {}

    std::vector<Sentence> run()
    {
        std::vector<std::string_view> lines;
        while (!m_rest.empty()) {
            const std::size_t end = m_rest.find('\n');
            lines.push_back(trim(m_rest.substr(0, end)));
            m_rest = end == std::string_view::npos ? std::string_view() : m_rest.substr(end + 1);
        }
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const std::string_view line = lines[i];
            const bool wraps = i + 1 < lines.size() && !lines[i + 1].empty() &&
                               lines[i + 1][0] >= 'a' && lines[i + 1][0] <= 'z';
            const bool alone = (i == 0 || lines[i - 1].empty()) && i + 1 < lines.size() && !wraps &&
                               (lines[i + 1].empty() || lines[i + 1].size() > line.size());
            if (line.empty()) {
                end_paragraph();
            } else if (const std::size_t bullet = bullet_size(line); bullet > 0) {
                end_paragraph();
                m_is_item = true;
                m_paragraph = line.substr(bullet);
            } else if (m_paragraph.empty() && is_heading(line, alone)) {
                m_heading = heading_text(line);
                ++m_section;
            } else {
                if (!m_paragraph.empty()) m_paragraph += ' ';
                m_paragraph += line;
            }
        }
        end_paragraph();
        return std::move(m_sentences);
    }

private:
    void end_paragraph()
    {
        const std::string text = squeeze(m_paragraph);
        std::size_t begin = 0;
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (!ends_sentence(text, i)) continue;
            std::size_t end = i + 1;
            while (end < text.size() && !is_space(text[end])) ++end;
            add(std::string_view(text).substr(begin, end - begin));
            begin = end;
            i = end > i ? end - 1 : i;
        }
        add(std::string_view(text).substr(begin));
        m_paragraph.clear();
        m_is_item = false;
        ++m_number;
    }

    void add(std::string_view text)
    {
        text = trim(text);
        if (std::ranges::none_of(text, is_word)) return;
        Sentence sentence;
        sentence.text = text;
        sentence.heading = m_heading;
        sentence.paragraph = m_number;
        sentence.section = m_section;
        sentence.is_item = m_is_item;
        m_sentences.push_back(std::move(sentence));
    }

    std::string_view m_rest;
    std::string m_paragraph;
    std::string m_heading;
    bool m_is_item = false;
    std::uint32_t m_number = 0;
    std::uint32_t m_section = 0;
    std::vector<Sentence> m_sentences;
};

}  // namespace

std::vector<Sentence> split_sentences(std::string_view text)
{
    return Splitter(text).run();
}

std::vector<std::string> words(std::string_view text)
{
    std::vector<std::string> found;
    std::string word;
    const auto flush = [&] {
        if (!word.empty()) found.push_back(std::exchange(word, {}));
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool between_digits =
            i > 0 && i + 1 < text.size() && is_digit(text[i - 1]) && is_digit(text[i + 1]);
        if (c == '$' || c == '%') {
            flush();
            found.emplace_back(1, c);
        } else if (text.substr(i).starts_with("€") || text.substr(i).starts_with("£")) {
            flush();
            const std::size_t size = c == '\xC2' ? 2 : 3;
            found.emplace_back(text.substr(i, size));
            i += size - 1;
        } else if (text.substr(i).starts_with(
                       "\xE2\x80")) {  // general punctuation: dashes and quotes
            flush();
            i += 2;
        } else if (is_word(c)) {
            word += is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
        } else if (c == '.' && between_digits) {
            word += c;
        } else if (c == ',' && between_digits) {
            continue;
        } else if (c == '\'' && i + 1 < text.size() && (text[i + 1] == 's' || text[i + 1] == 't') &&
                   (i + 2 == text.size() || !is_word(text[i + 2]))) {
            flush();
            ++i;
        } else {
            flush();
        }
    }
    flush();
    return found;
}

std::string lower(std::string_view text)
{
    std::string result(text);
    for (char& c : result) {
        if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
}

std::string_view trim(std::string_view text)
{
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

std::string squeeze(std::string_view text)
{
    std::string result;
    for (const char c : trim(text)) {
        if (!is_space(c)) {
            result += c;
        } else if (!result.ends_with(' ')) {
            result += ' ';
        }
    }
    return result;
}

}  // namespace weft::gateway::extractive
