#include "gateway/extractive/stem.h"

#include <algorithm>
#include <array>
#include <span>

namespace weft::gateway::extractive {
namespace {

// Porter's terms: [C](VC)^m[V]; the functions look at the first `length` letters.
class Word {
public:
    explicit Word(std::string_view text) : m_text(text) {}

    bool ends_with(std::string_view suffix) const { return m_text.ends_with(suffix); }
    std::size_t size() const { return m_text.size(); }
    std::size_t before(std::string_view suffix) const { return m_text.size() - suffix.size(); }
    char last() const { return m_text.back(); }
    void replace(std::string_view suffix, std::string_view with)
    {
        m_text.resize(before(suffix));
        m_text += with;
    }
    void drop_last() { m_text.pop_back(); }
    std::string take() { return std::move(m_text); }

    bool consonant(std::size_t i) const
    {
        switch (m_text[i]) {
        case 'a':
        case 'e':
        case 'i':
        case 'o':
        case 'u': return false;
        case 'y': return i == 0 || !consonant(i - 1);
        default: return true;
        }
    }

    int measure(std::size_t length) const
    {
        int count = 0;
        for (std::size_t i = 1; i < length; ++i) {
            if (!consonant(i - 1) && consonant(i)) ++count;
        }
        return count;
    }

    bool has_vowel(std::size_t length) const
    {
        for (std::size_t i = 0; i < length; ++i) {
            if (!consonant(i)) return true;
        }
        return false;
    }

    bool ends_double_consonant() const
    {
        return size() >= 2 && m_text[size() - 1] == m_text[size() - 2] && consonant(size() - 1);
    }

    // *o: consonant, vowel, consonant that is not w, x or y.
    bool ends_cvc(std::size_t length) const
    {
        if (length < 3) return false;
        const char c = m_text[length - 1];
        return consonant(length - 3) && !consonant(length - 2) && consonant(length - 1) &&
               c != 'w' && c != 'x' && c != 'y';
    }

private:
    std::string m_text;
};

struct Rule {
    std::string_view suffix;
    std::string_view with;
};

constexpr std::array step2{
    Rule{"ational", "ate"}, Rule{"tional", "tion"}, Rule{"enci", "ence"},   Rule{"anci", "ance"},
    Rule{"izer", "ize"},    Rule{"bli", "ble"},     Rule{"alli", "al"},     Rule{"entli", "ent"},
    Rule{"eli", "e"},       Rule{"ousli", "ous"},   Rule{"ization", "ize"}, Rule{"ation", "ate"},
    Rule{"ator", "ate"},    Rule{"alism", "al"},    Rule{"iveness", "ive"}, Rule{"fulness", "ful"},
    Rule{"ousness", "ous"}, Rule{"aliti", "al"},    Rule{"iviti", "ive"},   Rule{"biliti", "ble"},
};
constexpr std::array step3{
    Rule{"icate", "ic"}, Rule{"ative", ""}, Rule{"alize", "al"}, Rule{"iciti", "ic"},
    Rule{"ical", "ic"},  Rule{"ful", ""},   Rule{"ness", ""},
};
constexpr std::array<std::string_view, 19> step4{
    "al",  "ance", "ence", "er",  "ic",  "able", "ible", "ant", "ement", "ment",
    "ent", "ion",  "ou",   "ism", "ate", "iti",  "ous",  "ive", "ize"};

void plural_and_past(Word& word)
{
    if (word.ends_with("sses"))
        word.replace("sses", "ss");
    else if (word.ends_with("ies"))
        word.replace("ies", "i");
    else if (!word.ends_with("ss") && word.ends_with("s"))
        word.replace("s", "");

    if (word.ends_with("eed")) {
        if (word.measure(word.before("eed")) > 0) word.replace("eed", "ee");
        return;
    }
    bool cut = false;
    for (const std::string_view suffix : {"ed", "ing"}) {
        if (word.ends_with(suffix) && word.has_vowel(word.before(suffix))) {
            word.replace(suffix, "");
            cut = true;
            break;
        }
    }
    if (!cut) return;
    if (word.ends_with("at") || word.ends_with("bl") || word.ends_with("iz"))
        word.replace("", "e");
    else if (word.ends_double_consonant() && word.last() != 'l' && word.last() != 's' &&
             word.last() != 'z')
        word.drop_last();
    else if (word.measure(word.size()) == 1 && word.ends_cvc(word.size()))
        word.replace("", "e");
}

void apply_longest(Word& word, std::span<const Rule> rules)
{
    const Rule* longest = nullptr;
    for (const Rule& rule : rules) {
        if (word.ends_with(rule.suffix) &&
            (longest == nullptr || rule.suffix.size() > longest->suffix.size())) {
            longest = &rule;
        }
    }
    if (longest != nullptr && word.measure(word.before(longest->suffix)) > 0)
        word.replace(longest->suffix, longest->with);
}

void drop_ending(Word& word)
{
    std::string_view longest;
    for (const std::string_view suffix : step4) {
        if (word.ends_with(suffix) && suffix.size() > longest.size()) longest = suffix;
    }
    if (longest.empty() || word.measure(word.before(longest)) <= 1) return;
    if (longest == "ion") {
        Word rest = word;
        rest.replace("ion", "");
        if (rest.size() == 0 || (rest.last() != 's' && rest.last() != 't')) return;
    }
    word.replace(longest, "");
}

void tidy(Word& word)
{
    if (word.ends_with("e")) {
        const std::size_t length = word.before("e");
        const int measure = word.measure(length);
        if (measure > 1 || (measure == 1 && !word.ends_cvc(length))) word.replace("e", "");
    }
    if (word.ends_with("ll") && word.measure(word.size()) > 1) word.drop_last();
}

}  // namespace

std::string stem(std::string_view text)
{
    const bool plain = std::ranges::all_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
    if (text.size() < 3 || !plain) return std::string(text);
    Word word(text);
    plural_and_past(word);
    if (word.size() > 0 && word.ends_with("y") && word.has_vowel(word.before("y")))
        word.replace("y", "i");
    apply_longest(word, step2);
    apply_longest(word, step3);
    drop_ending(word);
    tidy(word);
    return word.take();
}

}  // namespace weft::gateway::extractive
