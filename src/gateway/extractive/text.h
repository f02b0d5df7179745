#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weft::gateway::extractive {

// A piece of text that can stand in an answer: a sentence, or an item of a list.
struct Sentence {
    std::string text;             // white space as single spaces, no bullet
    std::string heading;          // of its section, or empty
    std::uint32_t paragraph = 0;  // sentences of one paragraph share it
    std::uint32_t section = 0;
    bool is_item = false;  // of a list

    bool operator==(const Sentence&) const = default;
};

// Splits plain or Markdown text. Hard-wrapped lines are joined; abbreviations, initials, decimals
// and addresses do not end a sentence; headings become `heading` and are no sentences themselves.
std::vector<Sentence> split_sentences(std::string_view text);

// Lower-case words and numbers: "Acme's 1,200 on-site engineers" → acme 1200 on site engineers. %,
// $, €, £ are words.
std::vector<std::string> words(std::string_view text);

std::string lower(std::string_view text);
std::string_view trim(std::string_view text);
// All white space runs as one space.
std::string squeeze(std::string_view text);

}  // namespace weft::gateway::extractive
