#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weft::gateway::extractive {

// What kind of thing answers a question, by its question words.
enum class Expects : std::uint8_t {
    Anything,
    Number,
    Money,
    Date,
    Duration,
    Person,
    Place,
    Percent
};

struct Term {
    std::string word;  // as asked, for what is said when nothing is found
    std::string stem;
};

// One question, read.
struct Question {
    std::string text;
    std::vector<Term> terms;  // what it is about, in order, distinct by stem
    Expects expects = Expects::Anything;
    bool is_broad = false;  // "describe …": several sentences are wanted
    bool is_open = false;   // "how do you …", "what … do you offer": what stands beside the answer
                            // belongs to it
};

// A text may ask several questions: "Who founded it? When?", "How do you …, and what does it cost?"
std::vector<Question> read_questions(std::string_view text);

// Does a sentence hold such a thing? For Anything always.
bool holds(std::string_view sentence, Expects expects);

}  // namespace weft::gateway::extractive
