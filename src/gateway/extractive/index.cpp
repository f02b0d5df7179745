#include "gateway/extractive/index.h"

#include "gateway/extractive/lexicon.h"
#include "gateway/extractive/stem.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <utility>

namespace weft::gateway::extractive {
namespace {

constexpr double near_form = 0.8;  // certified for certification
constexpr double synonym = 0.55;
constexpr double in_heading = 0.6;
constexpr double of_phrase = 0.25;
constexpr double of_neighbour = 0.2;
constexpr double of_antecedent = 0.5;  // for "It …", "They …"

std::vector<std::string> stems_of(std::string_view text)
{
    std::vector<std::string> stems;
    for (const std::string& word : words(text)) {
        if (!is_stop_word(word)) stems.push_back(stem(word));
    }
    return stems;
}

template <class T> void sort_distinct(std::vector<T>& list)
{
    std::ranges::sort(list);
    list.erase(std::unique(list.begin(), list.end()), list.end());
}

// Porter keeps some forms of a word apart: certifi and certif.
bool near(std::string_view left, std::string_view right)
{
    constexpr std::size_t common_min = 5;
    const std::size_t shorter = std::min(left.size(), right.size());
    const std::size_t longer = std::max(left.size(), right.size());
    return shorter >= common_min && longer - shorter <= 3 &&
           left.substr(0, shorter) == right.substr(0, shorter);
}

}  // namespace

Index::Bag Index::bag_of(const std::vector<std::string>& ordered_stems)
{
    Bag bag;
    bag.stems = ordered_stems;
    sort_distinct(bag.stems);
    for (const std::string& mine : bag.stems) {
        const auto groups = synonym_groups(mine);
        bag.groups.insert(bag.groups.end(), groups.begin(), groups.end());
    }
    sort_distinct(bag.groups);
    return bag;
}

Index::Index(std::vector<Sentence> sentences) : m_sentences(std::move(sentences))
{
    std::size_t length = 0;
    for (const Sentence& sentence : m_sentences) {
        m_ordered.push_back(stems_of(sentence.text));
        m_bags.push_back(bag_of(m_ordered.back()));
        m_headings.push_back(bag_of(stems_of(sentence.heading)));
        length += m_bags.back().stems.size();
        for (const std::string& mine : m_bags.back().stems) ++m_sentences_with[mine];
        for (const std::uint16_t group : m_bags.back().groups) ++m_sentences_with_group[group];
    }
    if (length > 0)
        m_mean_length = static_cast<double>(length) / static_cast<double>(m_sentences.size());
}

bool Index::same_paragraph(std::size_t left, std::size_t right) const
{
    return left < m_sentences.size() && right < m_sentences.size() &&
           m_sentences[left].paragraph == m_sentences[right].paragraph;
}

// Robertson and Spärck Jones, as in BM25.
double Index::idf(double sentences_with) const
{
    const auto all = static_cast<double>(m_sentences.size());
    return std::log(1 + (all - sentences_with + 0.5) / (sentences_with + 0.5));
}

std::vector<double> Index::weights(const std::vector<Term>& terms) const
{
    std::vector<double> result;
    for (const Term& term : terms) {
        double with = 0;
        if (const auto found = m_sentences_with.find(term.stem); found != m_sentences_with.end()) {
            with = static_cast<double>(found->second);
        } else {
            for (const std::uint16_t group : synonym_groups(term.stem)) {
                const auto others = m_sentences_with_group.find(group);
                if (others != m_sentences_with_group.end())
                    with = std::max(with, static_cast<double>(others->second));
            }
        }
        result.push_back(idf(std::max(with, 1.0)));
    }
    return result;
}

double Index::term_in(const Term& term, std::span<const std::uint16_t> groups, const Bag& bag)
{
    if (std::ranges::binary_search(bag.stems, term.stem)) return 1;
    if (std::ranges::any_of(bag.stems,
                            [&](const std::string& other) { return near(term.stem, other); }))
        return near_form;
    const auto shared = [&](std::uint16_t group) {
        return std::ranges::binary_search(bag.groups, group);
    };
    return std::ranges::any_of(groups, shared) ? synonym : 0;
}

double Index::phrases_in(std::size_t sentence, const std::vector<Term>& terms,
                         const std::vector<double>& weights) const
{
    const std::vector<std::string>& ordered = m_ordered[sentence];
    double sum = 0;
    for (std::size_t t = 0; t + 1 < terms.size(); ++t) {
        for (std::size_t i = 0; i + 1 < ordered.size(); ++i) {
            if (ordered[i] != terms[t].stem || ordered[i + 1] != terms[t + 1].stem) continue;
            sum += of_phrase * (weights[t] + weights[t + 1]);
            break;
        }
    }
    return sum;
}

std::vector<Match> Index::match(const std::vector<Term>& terms,
                                const std::vector<double>& weights) const
{
    const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
    std::vector<Match> matches(m_sentences.size());
    std::vector<double> plain(m_sentences.size());
    std::vector<std::span<const std::uint16_t>> groups;
    for (const Term& term : terms) groups.push_back(synonym_groups(term.stem));
    for (std::size_t i = 0; i < m_sentences.size(); ++i) {
        Match& match = matches[i];
        double sum = phrases_in(i, terms, weights);
        for (std::size_t t = 0; t < terms.size(); ++t) {
            const double own = term_in(terms[t], groups[t], m_bags[i]);
            const double headed = in_heading * term_in(terms[t], groups[t], m_headings[i]);
            match.terms.push_back(std::max(own, headed));
            // A term in both sentence and heading is a sure sign of the topic.
            sum += weights[t] * (std::max(own, headed) + 0.25 * std::min(own, headed));
            match.coverage += weights[t] * match.terms.back();
        }
        if (total > 0) match.coverage /= total;
        const double length = static_cast<double>(m_bags[i].stems.size()) / m_mean_length;
        plain[i] = sum / (0.8 + 0.2 * std::max(length, 0.5));
    }
    static const std::set<std::string, std::less<>> pronouns{"it",   "they",  "this", "these",
                                                             "that", "those", "he",   "she"};
    for (std::size_t i = 0; i < matches.size(); ++i) {
        double beside = 0;
        if (i > 0 && same_paragraph(i, i - 1)) beside = plain[i - 1];
        if (same_paragraph(i, i + 1)) beside = std::max(beside, plain[i + 1]);
        matches[i].score = plain[i] + of_neighbour * beside;
        const std::string& text = m_sentences[i].text;
        const std::string first = lower(text.substr(0, text.find(' ')));
        if (i > 0 && same_paragraph(i, i - 1) && pronouns.contains(first)) {
            matches[i].score += of_antecedent * plain[i - 1];
        }
    }
    return matches;
}

double Index::similarity(std::size_t left, std::size_t right) const
{
    std::vector<std::string> common;
    std::ranges::set_intersection(m_bags[left].stems, m_bags[right].stems,
                                  std::back_inserter(common));
    const std::size_t shorter = std::min(m_bags[left].stems.size(), m_bags[right].stems.size());
    return shorter == 0 ? 0 : static_cast<double>(common.size()) / static_cast<double>(shorter);
}

std::vector<std::size_t> Index::gist(std::size_t count) const
{
    std::vector<std::pair<double, std::size_t>> ranked;
    for (std::size_t i = 0; i < m_sentences.size(); ++i) {
        double sum = 0;
        for (const std::string& mine : m_bags[i].stems) {
            const auto with = static_cast<double>(m_sentences_with.at(mine));
            if (with > 1) sum += std::log(with);
        }
        const double length = std::max(static_cast<double>(m_bags[i].stems.size()), m_mean_length);
        const bool leads = i == 0 || !same_paragraph(i, i - 1);
        ranked.emplace_back(-(sum / length) * (leads ? 1.5 : 1.0) * (i == 0 ? 2.0 : 1.0), i);
    }
    std::ranges::sort(ranked);
    std::vector<std::size_t> chosen;
    for (const auto& [score, i] : ranked) {
        if (chosen.size() < count) chosen.push_back(i);
    }
    std::ranges::sort(chosen);
    return chosen;
}

}  // namespace weft::gateway::extractive
