#include "gateway/extractive/question.h"

#include "gateway/extractive/lexicon.h"
#include "gateway/extractive/stem.h"
#include "gateway/extractive/text.h"

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <utility>

namespace weft::gateway::extractive {
namespace {

struct Cue {
    std::string_view phrase;
    Expects expects;
};

// The first that occurs decides, so the longer ones come first.
constexpr std::array cues{
    Cue{"how many", Expects::Number},         Cue{"number of", Expects::Number},
    Cue{"how long", Expects::Duration},       Cue{"how soon", Expects::Duration},
    Cue{"how quickly", Expects::Duration},    Cue{"how fast", Expects::Duration},
    Cue{"how often", Expects::Duration},      Cue{"response time", Expects::Duration},
    Cue{"how much does", Expects::Money},     Cue{"how much do", Expects::Money},
    Cue{"how much is", Expects::Money},       Cue{"how much would", Expects::Money},
    Cue{"how expensive", Expects::Money},     Cue{"what price", Expects::Money},
    Cue{"what is the price", Expects::Money}, Cue{"what does it cost", Expects::Money},
    Cue{"how much", Expects::Number},         Cue{"what percentage", Expects::Percent},
    Cue{"what share of", Expects::Percent},   Cue{"what year", Expects::Date},
    Cue{"which year", Expects::Date},         Cue{"what date", Expects::Date},
    Cue{"which date", Expects::Date},         Cue{"what month", Expects::Date},
    Cue{"since when", Expects::Date},         Cue{"which city", Expects::Place},
    Cue{"what city", Expects::Place},         Cue{"which country", Expects::Place},
    Cue{"which town", Expects::Place},
};

constexpr std::array<std::string_view, 12> broad_cues{
    "describe",  "explain",   "outline", "elaborate", "discuss",       "overview",
    "summarize", "summarise", "tell us", "tell me",   "what are your", "in detail"};

constexpr std::array<std::string_view, 15> open_cues{
    "how do",  "how does",     "how is",       "how are",        "how will",
    "how can", "how would",    "do you offer", "do you provide", "do you have",
    "can we",  "capabilities", "approach",     "what support",   "what kind of"};

constexpr std::size_t questions_max = 6;

// Where one question ends and the next begins in "How do you …, and what does it cost?".
std::vector<std::string> clauses(const std::string& text)
{
    constexpr std::array<std::string_view, 9> openers{"how ",   "what ", "which ", "who ", "when ",
                                                      "where ", "why ",  "do ",    "does "};
    std::vector<std::string> parts;
    const std::string flat = lower(text);
    std::size_t begin = 0;
    for (std::size_t at = flat.find(" and "); at != std::string::npos;
         at = flat.find(" and ", at + 1)) {
        const std::string_view after = std::string_view(flat).substr(at + 5);
        const bool opens = std::ranges::any_of(
            openers, [&](std::string_view word) { return after.starts_with(word); });
        if (!opens || words(text.substr(begin, at - begin)).size() < 3) continue;
        std::string part(trim(std::string_view(text).substr(begin, at - begin)));
        while (part.ends_with(',')) part.pop_back();
        parts.push_back(part + "?");
        begin = at + 5;
    }
    parts.push_back(text.substr(begin));
    return parts;
}

std::string padded(const std::vector<std::string>& all)
{
    std::string text = " ";
    for (const std::string& word : all) text += word + " ";
    return text;
}

bool has_phrase(const std::string& text, std::string_view phrase)
{
    std::string needle(" ");
    needle += phrase;
    needle += ' ';
    return text.find(needle) != std::string::npos;
}

bool has_digit(std::string_view word)
{
    return std::ranges::any_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_year(std::string_view word)
{
    return word.size() == 4 &&
           (word.starts_with("19") || word.starts_with("20") || word.starts_with("18")) &&
           std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

// A capitalised word that does not begin the sentence: a name, as far as one can see.
bool has_name(std::string_view sentence)
{
    bool inside = false;
    std::size_t count = 0;
    for (std::size_t i = 0; i < sentence.size(); ++i) {
        const char c = sentence[i];
        const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                            static_cast<unsigned char>(c) >= 0x80;
        if (letter && !inside && c >= 'A' && c <= 'Z' && i + 1 < sentence.size() &&
            sentence[i + 1] >= 'a' && sentence[i + 1] <= 'z') {
            if (count > 0) return true;
        }
        if (letter && !inside) ++count;
        inside = letter;
    }
    return false;
}

void add_terms(const std::vector<std::string>& all, bool with_question_words,
               std::vector<Term>& terms)
{
    for (const std::string& word : all) {
        if (is_stop_word(word) || (!with_question_words && is_question_word(word))) continue;
        if (word == "$" || word == "%") continue;
        std::string root = stem(word);
        if (std::ranges::find(terms, root, &Term::stem) == terms.end())
            terms.push_back({word, std::move(root)});
    }
}

// Idioms whose words alone mean something else.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> idioms{{
    {"in charge", "leads"},
    {"set up", "founded"},
    {"head office", "headquarters"},
    {"sign in", "authentication"},
    {"log in", "authentication"},
    {"around the clock", "24 7 clock"},
}};

std::string without_idioms(std::string flat)
{
    for (const auto& [idiom, word] : idioms) {
        const std::string needle = " " + std::string(idiom) + " ";
        const std::size_t at = flat.find(needle);
        if (at != std::string::npos) flat.replace(at + 1, idiom.size(), word);
    }
    return flat;
}

// What the question word itself names is not what the question is about: the year in "in what
// year".
void drop_cue_words(Expects expects, std::vector<Term>& terms)
{
    static const std::set<std::string, std::less<>> cue_words{
        "year", "date", "month", "number", "percentag", "citi", "countri", "town"};
    if (expects == Expects::Anything || terms.size() < 2) return;
    std::erase_if(terms, [](const Term& term) { return cue_words.contains(term.stem); });
}

Question read_question(std::string_view text)
{
    Question question;
    question.text = text;
    const std::string flat = without_idioms(padded(words(text)));
    const std::vector<std::string> all = words(flat);
    std::size_t first = std::string::npos;
    for (const Cue& cue : cues) {
        const std::size_t at = flat.find(" " + std::string(cue.phrase) + " ");
        if (at < first) {
            first = at;
            question.expects = cue.expects;
        }
    }
    // These ask only where a question begins: "… when volumes grow" asks for no date.
    constexpr std::array opening{Cue{"when", Expects::Date}, Cue{"who", Expects::Person},
                                 Cue{"whom", Expects::Person}, Cue{"where", Expects::Place}};
    for (const Cue& cue : opening) {
        if (flat.starts_with(" " + std::string(cue.phrase) + " ") && first == std::string::npos) {
            question.expects = cue.expects;
            first = 0;
        }
    }
    question.is_open =
        std::ranges::any_of(open_cues, [&](std::string_view cue) { return has_phrase(flat, cue); });
    for (const std::string_view cue : broad_cues)
        question.is_broad = question.is_broad || has_phrase(flat, cue);
    // "Describe how many …" wants the number still; "describe who …" a description.
    add_terms(all, false, question.terms);
    if (question.terms.empty()) add_terms(all, true, question.terms);
    drop_cue_words(question.expects, question.terms);
    if (question.is_broad || question.terms.size() >= 7) {
        question.is_broad = true;
        if (first != 1) question.expects = Expects::Anything;
    }
    return question;
}

}  // namespace

std::vector<Question> read_questions(std::string_view text)
{
    const std::vector<Sentence> sentences = split_sentences(text);
    std::vector<Question> questions;
    std::string all;
    for (const Sentence& sentence : sentences) {
        if (sentence.text.ends_with('?') && questions.size() < questions_max) {
            for (const std::string& clause : clauses(sentence.text))
                questions.push_back(read_question(clause));
        }
        all += all.empty() ? sentence.text : " " + sentence.text;
    }
    if (questions.empty()) questions.push_back(read_question(all.empty() ? squeeze(text) : all));
    // "Who founded it? When?": a question without a topic is about that of the one before.
    for (std::size_t i = 1; i < questions.size(); ++i) {
        if (questions[i].terms.empty()) questions[i].terms = questions[i - 1].terms;
    }
    return questions;
}

bool holds(std::string_view sentence, Expects expects)
{
    if (expects == Expects::Anything) return true;
    if (expects == Expects::Person || expects == Expects::Place) return has_name(sentence);
    const std::vector<std::string> all = words(sentence);
    const auto any = [&](auto test) { return std::ranges::any_of(all, test); };
    const bool number = any([](const std::string& w) { return has_digit(w) || is_number_word(w); });
    const bool unit = any([](const std::string& w) { return is_time_unit(w); });
    switch (expects) {
    case Expects::Money: return any([](const std::string& w) { return is_currency(w); });
    case Expects::Date:
        return any([](const std::string& w) { return is_year(w) || is_month_or_day(w); }) ||
               (number && unit);
    case Expects::Duration:
        return unit || (number && any([](const std::string& w) { return w == "%" || w == "per"; }));
    case Expects::Percent:
        return any([](const std::string& w) {
            return w == "%" || w == "percent" || w == "half" || w == "third" || w == "quarter";
        });
    default: return number;
    }
}

}  // namespace weft::gateway::extractive
