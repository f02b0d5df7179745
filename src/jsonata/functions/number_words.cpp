#include "jsonata/functions/number_words.h"

#include "jsonata/functions/bytes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace weft::jsonata::functions {

namespace {

constexpr std::string_view cardinals[] = {
    "Zero",     "One",     "Two",     "Three",     "Four",     "Five",    "Six",
    "Seven",    "Eight",   "Nine",    "Ten",       "Eleven",   "Twelve",  "Thirteen",
    "Fourteen", "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen"};
constexpr std::string_view ordinals[] = {
    "Zeroth",     "First",     "Second",    "Third",       "Fourth",     "Fifth",     "Sixth",
    "Seventh",    "Eighth",    "Ninth",     "Tenth",       "Eleventh",   "Twelfth",   "Thirteenth",
    "Fourteenth", "Fifteenth", "Sixteenth", "Seventeenth", "Eighteenth", "Nineteenth"};
constexpr std::string_view tens[] = {"Twenty", "Thirty",  "Forty",  "Fifty",
                                     "Sixty",  "Seventy", "Eighty", "Ninety"};
constexpr std::string_view magnitudes[] = {"Thousand", "Million", "Billion", "Trillion"};

std::string lower(std::string_view text)
{
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    return out;
}

// `follows`: there are words of the same number before these.
void append_words(std::string& out, double value, bool follows, Numbering numbering)
{
    const bool ordinal = numbering == Numbering::Ordinal;
    if (value < 100) {
        if (follows) out += " and ";
        const auto number = static_cast<std::size_t>(value);
        if (number < std::size(cardinals)) {
            out += (ordinal ? ordinals : cardinals)[number];
            return;
        }
        const std::string_view word = tens[number / 10 - 2];
        if (number % 10 != 0) {
            out += word;
            out += '-';
            append_words(out, static_cast<double>(number % 10), false, numbering);
        } else if (ordinal) {
            out += word.substr(0, word.size() - 1);
            out += "ieth";
        } else {
            out += word;
        }
        return;
    }
    if (follows) out += ", ";
    double rest = 0;
    if (value < 1000) {
        out += cardinals[static_cast<std::size_t>(value / 100)];
        out += " Hundred";
        rest = std::fmod(value, 100);
    } else {
        const auto magnitude =
            std::min(static_cast<std::size_t>(std::log10(value) / 3), std::size(magnitudes));
        const double factor = std::pow(10, static_cast<double>(magnitude) * 3);
        const double count = std::floor(value / factor);
        append_words(out, count, false, Numbering::Cardinal);
        out += ' ';
        out += magnitudes[magnitude - 1];
        rest = value - count * factor;
    }
    if (rest > 0) {
        append_words(out, rest, true, numbering);
    } else if (ordinal) {
        out += "th";
    }
}

struct Word {
    std::string text;
    double value;
};

std::vector<Word> make_words()
{
    std::vector<Word> words;
    for (std::size_t i = 0; i < std::size(cardinals); ++i) {
        words.push_back({lower(cardinals[i]), static_cast<double>(i)});
        words.push_back({lower(ordinals[i]), static_cast<double>(i)});
    }
    for (std::size_t i = 0; i < std::size(tens); ++i) {
        const std::string word = lower(tens[i]);
        const auto value = static_cast<double>((i + 2) * 10);
        words.push_back({word, value});
        words.push_back({word.substr(0, word.size() - 1) + "ieth", value});
    }
    double value = 100;
    const auto add = [&](std::string_view word) {
        words.push_back({lower(word), value});
        words.push_back({lower(word) + "th", value});
    };
    add("Hundred");
    value = 1;
    for (const std::string_view word : magnitudes) {
        value *= 1000;
        add(word);
    }
    std::ranges::sort(words, {}, &Word::text);
    return words;
}

const std::vector<Word>& words_by_text()
{
    static const std::vector<Word> words = make_words();
    return words;
}

double word_value(std::string_view text)
{
    const auto& words = words_by_text();
    const auto found = std::ranges::lower_bound(words, text, {}, &Word::text);
    return found != words.end() && found->text == text ? found->value : nan;
}

bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

// How many bytes at `at` part two words: a comma and a blank, "and" between blanks, a blank, a
// hyphen or a backslash; 0: none.
std::size_t separator_size(std::string_view text, std::size_t at)
{
    const auto blank_at = [&](std::size_t place) {
        return place < text.size() && is_blank(text[place]);
    };
    if (text[at] == ',' && blank_at(at + 1)) return 2;
    if (blank_at(at) && text.substr(at + 1).starts_with("and") && blank_at(at + 4)) return 5;
    return blank_at(at) || text[at] == '-' || text[at] == '\\' ? 1 : 0;
}

struct Numeral {
    int value;
    std::string_view text;
};
constexpr Numeral numerals[] = {{1000, "m"}, {900, "cm"}, {500, "d"}, {400, "cd"}, {100, "c"},
                                {90, "xc"},  {50, "l"},   {40, "xl"}, {10, "x"},   {9, "ix"},
                                {5, "v"},    {4, "iv"},   {1, "i"}};

}  // namespace

std::string number_to_words(double value, Numbering numbering)
{
    std::string out;
    append_words(out, value, false, numbering);
    return out;
}

double words_to_number(std::string_view words)
{
    // A sum of products: a word from a hundred on multiplies the segment before it.
    std::vector<double> segments{0};
    const auto take = [&](std::string_view word) {
        const double value = word_value(word);
        if (value < 100) {
            if (segments.back() >= 1000) segments.push_back(0);
            segments.back() += value;
        } else {
            segments.back() *= value;
        }
    };
    std::size_t begin = 0;
    for (std::size_t at = 0; at < words.size();) {
        const std::size_t parts = separator_size(words, at);
        if (parts == 0) {
            ++at;
            continue;
        }
        take(words.substr(begin, at - begin));
        at += parts;
        begin = at;
    }
    take(words.substr(begin));
    double sum = 0;
    for (const double segment : segments) sum += segment;
    return sum;
}

std::span<const std::string> number_words()
{
    static const std::vector<std::string> texts = [] {
        std::vector<std::string> all;
        for (const Word& word : words_by_text()) all.push_back(word.text);
        return all;
    }();
    return texts;
}

Outcome<std::string> number_to_roman(double value, std::size_t bytes_max)
{
    if (value / 1000 > static_cast<double>(bytes_max)) return too_long(bytes_max);
    std::string out(static_cast<std::size_t>(value / 1000), 'm');
    auto rest = static_cast<int>(std::fmod(value, 1000));
    for (const Numeral& numeral : numerals)
        for (; rest >= numeral.value; rest -= numeral.value) out += numeral.text;
    return out;
}

double roman_to_number(std::string_view roman)
{
    const auto value_of = [](char letter) {
        switch (letter) {
        case 'M': return 1000.0;
        case 'D': return 500.0;
        case 'C': return 100.0;
        case 'L': return 50.0;
        case 'X': return 10.0;
        case 'V': return 5.0;
        case 'I': return 1.0;
        default: return nan;
        }
    };
    double sum = 0;
    double largest = 1;
    for (std::size_t at = roman.size(); at-- > 0;) {
        const double value = value_of(roman[at]);
        if (value < largest) {
            sum -= value;
        } else {
            largest = value;
            sum += value;
        }
    }
    return sum;
}

std::string number_to_letters(double value, char first)
{
    std::string out;
    for (; value > 0; value = std::floor((value - 1) / 26))
        out += static_cast<char>(first + static_cast<int>(std::fmod(value - 1, 26)));
    std::ranges::reverse(out);
    return out;
}

double letters_to_number(std::u16string_view letters, char first)
{
    double sum = 0;
    double weight = 1;
    for (std::size_t at = letters.size(); at-- > 0; weight *= 26)
        sum += (letters[at] - first + 1) * weight;
    return sum;
}

}  // namespace weft::jsonata::functions
