#pragma once

#include "gateway/extractive/question.h"
#include "gateway/extractive/text.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace weft::gateway::extractive {

// How well one sentence speaks of what a question is about.
struct Match {
    std::vector<double> terms;  // of the question, each 0 … 1
    double score = 0;           // weighted sum, with length and neighbours taken in
    double coverage = 0;        // weighted share of the terms, 0 … 1
};

// The sentences of a text, their stems and how rare each stem is.
class Index {
public:
    explicit Index(std::vector<Sentence> sentences);

    const std::vector<Sentence>& sentences() const { return m_sentences; }
    bool same_paragraph(std::size_t left, std::size_t right) const;

    // What a term is worth: the rarer in the text, the more. A term the text lacks weighs as much
    // as the rarest.
    std::vector<double> weights(const std::vector<Term>& terms) const;
    // One match a sentence.
    std::vector<Match> match(const std::vector<Term>& terms,
                             const std::vector<double>& weights) const;
    // Does the text hold the stem?
    bool has(const std::string& stem) const { return m_sentences_with.contains(stem); }
    // How much two sentences repeat each other, 0 … 1.
    double similarity(std::size_t left, std::size_t right) const;
    // The text's most telling sentences, in order, for a summary.
    std::vector<std::size_t> gist(std::size_t count) const;

private:
    double idf(double sentences_with) const;
    struct Bag {
        std::vector<std::string> stems;     // distinct, sorted
        std::vector<std::uint16_t> groups;  // of synonyms, distinct, sorted
    };
    static Bag bag_of(const std::vector<std::string>& ordered_stems);
    static double term_in(const Term& term, std::span<const std::uint16_t> groups, const Bag& bag);
    // Worth of neighbouring terms that are neighbours in the sentence too.
    double phrases_in(std::size_t sentence, const std::vector<Term>& terms,
                      const std::vector<double>& weights) const;

    std::vector<Sentence> m_sentences;
    std::vector<std::vector<std::string>> m_ordered;  // stems as they stand
    std::vector<Bag> m_bags;
    std::vector<Bag> m_headings;
    std::unordered_map<std::string, std::size_t> m_sentences_with;
    std::unordered_map<std::uint16_t, std::size_t> m_sentences_with_group;
    double m_mean_length = 1;
};

}  // namespace weft::gateway::extractive
