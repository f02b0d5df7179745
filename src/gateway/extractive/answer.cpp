#include "gateway/extractive/answer.h"

#include "gateway/extractive/index.h"
#include "gateway/extractive/lexicon.h"
#include "gateway/extractive/stem.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

namespace weft::gateway::extractive {
namespace {

constexpr std::size_t context_bytes_max = 256U << 10;
constexpr std::size_t items_max = 10;
// Below these shares of what is asked the text does not answer.
constexpr double one_sentence_min = 0.34;
constexpr double together_min = 0.42;
constexpr double with_missing_name_min = 0.72;

struct Choice {
    std::set<std::size_t> sentences;
    std::vector<std::string> missing;  // words of the question of which the text says nothing
    bool found = false;
};

bool is_capitalised(std::string_view text, std::string_view word)
{
    // As the word stands in the question, past its first word.
    const std::string flat = lower(text);
    for (std::size_t at = flat.find(word); at != std::string::npos; at = flat.find(word, at + 1)) {
        if (at > 0 && flat[at - 1] == ' ' && text[at] >= 'A' && text[at] <= 'Z') return true;
    }
    return false;
}

// The one who is asked about: "Does Acme …", "Acme's prices". A text that speaks of itself as "we"
// need not name him.
bool is_subject(std::string_view text, std::string_view word)
{
    const std::string flat = lower(text);
    for (const std::string_view verb :
         {"does ", "is ", "has ", "did ", "can ", "will ", "are ", "do ", "was ", "at "}) {
        if (flat.find(std::string(verb) + std::string(word)) != std::string::npos) return true;
    }
    return flat.find(std::string(word) + "'s") != std::string::npos;
}

// How much each paragraph speaks of all that is asked, relative to the one that does most: its
// three best sentences.
std::vector<double> topics(const Index& index, const std::vector<Question>& questions)
{
    std::vector<Term> terms;
    for (const Question& question : questions) {
        for (const Term& term : question.terms) {
            if (std::ranges::find(terms, term.stem, &Term::stem) == terms.end())
                terms.push_back(term);
        }
    }
    const std::vector<Match> matches = index.match(terms, index.weights(terms));
    std::vector<std::array<double, 3>> best(index.sentences().back().paragraph + 1);
    for (std::size_t i = 0; i < matches.size(); ++i) {
        auto& mine = best[index.sentences()[i].paragraph];
        if (matches[i].score > mine[0]) mine[0] = matches[i].score;
        std::ranges::sort(mine);
    }
    std::vector<double> sums;
    for (const auto& mine : best) sums.push_back(mine[0] + mine[1] + mine[2]);
    const double most = std::max(*std::ranges::max_element(sums), 1e-9);
    for (double& sum : sums) sum /= most;
    return sums;
}

class Chooser {
public:
    // `topic`: see topics().
    Chooser(const Index& index, const Question& question, const std::vector<double>& topic)
        : m_index(index), m_question(question)
    {
        // Whoever is asked about by a name the text never uses is the text's own "we".
        std::erase_if(m_question.terms, [&](const Term& term) {
            return !index.has(term.stem) && is_capitalised(question.text, term.word) &&
                   is_subject(question.text, term.word) && question.terms.size() > 1;
        });
        m_weights = index.weights(m_question.terms);
        for (std::size_t t = 0; t < m_weights.size(); ++t) {
            const Term& term = m_question.terms[t];
            // The name of who is asked tells little of the topic; so does an adverb that the text
            // does not know.
            const bool subject =
                is_capitalised(question.text, term.word) && is_subject(question.text, term.word);
            if (subject || (term.word.ends_with("ly") && !index.has(term.stem)))
                m_weights[t] *= 0.3;
        }
        m_matches = index.match(m_question.terms, m_weights);
        m_covered.assign(m_question.terms.size(), 0.0);
        for (std::size_t i = 0; i < m_matches.size(); ++i) {
            m_matches[i].score *= 0.5 + 0.5 * topic[index.sentences()[i].paragraph];
            if (m_question.expects == Expects::Anything) continue;
            m_matches[i].score *= holds(index.sentences()[i].text, m_question.expects) ? 1.4 : 0.4;
        }
    }

    Choice run(std::size_t bytes_max)
    {
        Choice choice;
        const std::optional<std::size_t> best = next(choice);
        if (!best) return declined();
        take(*best, choice);
        const bool typed = m_question.expects != Expects::Anything;
        const std::size_t most = m_question.is_broad ? 5 : typed ? 2 : m_question.is_open ? 4 : 3;
        while (choice.sentences.size() < most) {
            const auto more = next(choice);
            if (!more || !worth(*more, *best) || bytes(choice, *more) > bytes_max) break;
            take(*more, choice);
        }
        if (!answers(*best)) return declined();
        choice.found = true;
        if (!typed && (m_question.is_open || m_question.is_broad))
            add_topic(*best, choice, bytes_max);
        add_continuation(*best, choice, bytes_max);
        add_antecedents(choice, bytes_max);
        add_items(choice, bytes_max);
        return choice;
    }

private:
    double total() const
    {
        return std::max(std::accumulate(m_weights.begin(), m_weights.end(), 0.0), 1e-9);
    }

    // What a sentence tells of the question that the chosen ones do not, as a share of the whole.
    double news(std::size_t sentence) const
    {
        double sum = 0;
        for (std::size_t t = 0; t < m_weights.size(); ++t) {
            sum += m_weights[t] * std::max(0.0, m_matches[sentence].terms[t] - m_covered[t]);
        }
        return sum / total();
    }

    double repeats(std::size_t sentence, const Choice& choice) const
    {
        double most = 0;
        for (const std::size_t other : choice.sentences)
            most = std::max(most, m_index.similarity(sentence, other));
        return most;
    }

    // Maximal marginal relevance (Carbonell and Goldstein, 1998).
    std::optional<std::size_t> next(const Choice& choice) const
    {
        std::optional<std::size_t> best;
        double best_value = 0;
        for (std::size_t i = 0; i < m_matches.size(); ++i) {
            if (choice.sentences.contains(i) || m_matches[i].coverage <= 0) continue;
            const double value =
                m_matches[i].score * (1 + 0.8 * news(i)) * (1 - 0.6 * repeats(i, choice));
            if (value > best_value + 1e-12) {
                best = i;
                best_value = value;
            }
        }
        return best;
    }

    bool worth(std::size_t sentence, std::size_t best) const
    {
        const double share = m_matches[sentence].score / m_matches[best].score;
        const bool beside = m_index.same_paragraph(sentence, best);
        if (news(sentence) > 0.15 && share > (beside ? 0.3 : 0.45)) return true;
        if (m_question.expects != Expects::Anything) {
            return share > 0.8 && holds(m_index.sentences()[sentence].text, m_question.expects);
        }
        return share > (m_question.is_broad ? 0.4 : 0.6) + (beside ? 0.0 : 0.15);
    }

    std::size_t bytes(const Choice& choice, std::size_t more) const
    {
        std::size_t sum = m_index.sentences()[more].text.size();
        for (const std::size_t i : choice.sentences) sum += m_index.sentences()[i].text.size() + 1;
        return sum;
    }

    void take(std::size_t sentence, Choice& choice)
    {
        choice.sentences.insert(sentence);
        for (std::size_t t = 0; t < m_covered.size(); ++t) {
            m_covered[t] = std::max(m_covered[t], m_matches[sentence].terms[t]);
        }
    }

    // The best sentence must speak of enough of the question; what stands beside it may help.
    bool answers(std::size_t best) const
    {
        std::vector<double> around = m_matches[best].terms;
        for (const std::size_t beside : {best - 1, best + 1}) {
            if (!m_index.same_paragraph(best, beside)) continue;
            for (std::size_t t = 0; t < around.size(); ++t) {
                around[t] = std::max(around[t], 0.7 * m_matches[beside].terms[t]);
            }
        }
        double one = 0;
        double together = 0;
        bool name_missing = false;
        for (std::size_t t = 0; t < around.size(); ++t) {
            one += m_weights[t] * around[t] / total();
            together += m_weights[t] * std::max(m_covered[t], around[t]) / total();
            const Term& term = m_question.terms[t];
            if (m_covered[t] == 0 && !m_index.has(term.stem) &&
                is_capitalised(m_question.text, term.word)) {
                name_missing = true;
            }
        }
        if (name_missing && one < with_missing_name_min) return false;
        const bool fits = holds(m_index.sentences()[best].text, m_question.expects);
        if (!fits && m_question.expects != Expects::Person && one < 0.75) return false;
        return m_question.is_broad ? together >= one_sentence_min
                                   : one >= one_sentence_min && together >= together_min;
    }

    Choice declined() const
    {
        Choice choice;
        for (const Term& term : m_question.terms) {
            bool matched = false;
            for (const Match& match : m_matches) {
                matched =
                    matched ||
                    match.terms[static_cast<std::size_t>(&term - m_question.terms.data())] > 0;
            }
            if (!matched) choice.missing.push_back(term.word);
        }
        return choice;
    }

    // An open question whose answer begins a paragraph, or has several sentences in it, is what
    // that paragraph is about.
    void add_topic(std::size_t best, Choice& choice, std::size_t bytes_max) const
    {
        constexpr std::size_t wanted = 4;
        std::vector<std::size_t> paragraph;
        std::size_t matched = 0;
        for (std::size_t i = 0; i < m_matches.size(); ++i) {
            if (!m_index.same_paragraph(i, best)) continue;
            if (m_matches[i].coverage > 0.15) ++matched;
            if (!choice.sentences.contains(i)) paragraph.push_back(i);
        }
        const bool leads = best == 0 || !m_index.same_paragraph(best - 1, best);
        if (!leads && matched < 2) return;
        std::ranges::stable_sort(paragraph, std::greater(),
                                 [&](std::size_t i) { return m_matches[i].score; });
        for (const std::size_t i : paragraph) {
            if (choice.sentences.size() >= wanted) return;
            if (bytes(choice, i) <= bytes_max) choice.sentences.insert(i);
        }
    }

    // "References can be contacted. They include …"
    void add_continuation(std::size_t best, Choice& choice, std::size_t bytes_max) const
    {
        if (!m_index.same_paragraph(best, best + 1)) return;
        const std::string& text = m_index.sentences()[best + 1].text;
        const bool continues = text.starts_with("They include") ||
                               text.starts_with("These include") || text.starts_with("These are") ||
                               text.starts_with("They are") || text.starts_with("Among them") ||
                               text.starts_with("This includes");
        if (continues && bytes(choice, best + 1) <= bytes_max) choice.sentences.insert(best + 1);
    }

    // "It runs …" says nothing without the sentence before.
    void add_antecedents(Choice& choice, std::size_t bytes_max) const
    {
        static const std::set<std::string, std::less<>> openers{
            "it",  "they", "this",  "these", "that", "those", "he",
            "she", "its",  "their", "both",  "such", "his",   "her"};
        const std::set<std::size_t> chosen = choice.sentences;
        for (const std::size_t i : chosen) {
            const std::string& text = m_index.sentences()[i].text;
            const std::string first = lower(text.substr(0, text.find_first_of(" ,")));
            if (i == 0 || !openers.contains(first) || !m_index.same_paragraph(i, i - 1)) continue;
            if (bytes(choice, i - 1) <= bytes_max) choice.sentences.insert(i - 1);
        }
    }

    // A list whose title is asked for is given whole.
    void add_items(Choice& choice, std::size_t bytes_max) const
    {
        const std::set<std::size_t> chosen = choice.sentences;
        for (const std::size_t i : chosen) {
            const Sentence& sentence = m_index.sentences()[i];
            if (!sentence.is_item && !sentence.text.ends_with(':')) continue;
            if (m_question.expects != Expects::Anything && m_question.expects != Expects::Money)
                continue;
            std::size_t count = 0;
            for (std::size_t j = 0; j < m_index.sentences().size() && count < items_max; ++j) {
                const Sentence& other = m_index.sentences()[j];
                if (!other.is_item || other.section != sentence.section ||
                    (!sentence.is_item && j < i))
                    continue;
                ++count;
                if (bytes(choice, j) <= bytes_max) choice.sentences.insert(j);
            }
        }
    }

    const Index& m_index;
    Question m_question;
    std::vector<double> m_weights;
    std::vector<Match> m_matches;
    std::vector<double> m_covered;
};

void strip_opener(std::string& text)
{
    constexpr std::array<std::string_view, 14> openers{
        "However, ",     "In addition, ",  "Additionally, ", "Also, ",    "Moreover, ",
        "Furthermore, ", "Therefore, ",    "As a result, ",  "Finally, ", "For this reason, ",
        "Besides, ",     "Nevertheless, ", "Meanwhile, ",    "Likewise, "};
    for (const std::string_view opener : openers) {
        if (!text.starts_with(opener)) continue;
        text.erase(0, opener.size());
        if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
            text[0] = static_cast<char>(text[0] - 'a' + 'A');
        return;
    }
}

// In the text's order; runs of list items become one sentence under their title.
std::string write(const Index& index, const std::set<std::size_t>& chosen)
{
    std::string out;
    std::optional<std::size_t> before;
    for (auto at = chosen.begin(); at != chosen.end(); ++at) {
        const Sentence& sentence = index.sentences()[*at];
        std::string text = sentence.text;
        const bool follows = before && *before + 1 == *at;
        if (!follows) strip_opener(text);
        const auto next = std::next(at);
        const bool more_items = sentence.is_item && next != chosen.end() &&
                                index.sentences()[*next].is_item &&
                                index.sentences()[*next].section == sentence.section;
        const bool is_fragment = sentence.is_item && !text.ends_with('.') && !text.ends_with('!') &&
                                 !text.ends_with('?');
        const bool continues = follows && sentence.is_item && index.sentences()[*before].is_item;
        if (is_fragment && !continues && !sentence.heading.empty() && !out.ends_with(":")) {
            text = sentence.heading + ": " + text;
        }
        if (is_fragment) text += more_items ? ";" : ".";
        if (!out.empty()) out += ' ';
        out += text;
        before = *at;
    }
    if (!out.empty() && out.ends_with(':')) out.back() = '.';
    return out;
}

std::string decline(const Choice& choice)
{
    if (choice.missing.empty()) return "The text given does not answer this question.";
    std::string about;
    const std::size_t count = std::min<std::size_t>(choice.missing.size(), 4);
    for (std::size_t i = 0; i < count; ++i) {
        about += i == 0 ? "" : i + 1 == count ? " or " : ", ";
        about += fmt::format("\"{}\"", choice.missing[i]);
    }
    return fmt::format("The text given does not answer this question: it says nothing about {}.",
                       about);
}

bool asks_for_summary(const Question& question)
{
    static const std::set<std::string, std::less<>> cues{"summar",   "summari", "summaris",
                                                         "overview", "gist",    "tldr"};
    return std::ranges::any_of(question.terms,
                               [](const Term& term) { return cues.contains(term.stem); }) &&
           std::ranges::all_of(question.terms, [](const Term& term) {
               return is_question_word(term.word) || cues.contains(term.stem) ||
                      term.stem == "text" || term.stem == "document" || term.stem == "articl" ||
                      term.stem == "paragraph";
           });
}

}  // namespace

Answer answer(const Prompt& prompt, std::size_t bytes_max)
{
    Answer result;
    const std::string_view context = std::string_view(prompt.context).substr(0, context_bytes_max);
    const Index index(split_sentences(context));
    if (index.sentences().empty()) {
        result.text = "There is no text to answer from: this model only quotes the text that the "
                      "prompt gives it.";
        return result;
    }
    const std::vector<Question> questions = read_questions(prompt.question);
    const std::vector<double> topic = topics(index, questions);
    std::set<std::size_t> chosen;
    std::string unanswered;
    Choice last;
    for (const Question& question : questions) {
        if (question.terms.empty() || asks_for_summary(question)) {
            for (const std::size_t i : index.gist(4)) chosen.insert(i);
            continue;
        }
        last = Chooser(index, question, topic).run(bytes_max / questions.size());
        chosen.insert(last.sentences.begin(), last.sentences.end());
        if (!last.found && questions.size() > 1) {
            unanswered += fmt::format(" The text given does not answer \"{}\"", question.text);
        }
    }
    if (chosen.empty()) {
        result.text = decline(questions.size() == 1 ? last : Choice());
        return result;
    }
    result.found = true;
    result.text = write(index, chosen) + unanswered;
    return result;
}

}  // namespace weft::gateway::extractive
